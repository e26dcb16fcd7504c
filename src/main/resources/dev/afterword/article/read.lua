-- Reads articles of one bucket.
-- KEYS: 1 the bucket, 2… an article each
-- Answers: {epoch, {fields of the article}…}
local answer = {epoch(KEYS[1])}
for i = 2, #KEYS do
  answer[i] = article(KEYS[i])
end
return answer
