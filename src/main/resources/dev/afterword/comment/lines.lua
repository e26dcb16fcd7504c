-- Reads the first lines of comments, with the indexes of their replies.
-- KEYS: 1… for each comment itself, its replies, its replies by rank
-- Answers: {{line or '', {member, score…}, {member, score…}}…}
local answer = {}
for i = 1, #KEYS, 3 do
  table.insert(answer, {
    string.match(redis.call('GETRANGE', KEYS[i], 0, 199), '^[^\n]*') or '',
    redis.call('ZRANGE', KEYS[i + 1], 0, -1, 'WITHSCORES'),
    redis.call('ZRANGE', KEYS[i + 2], 0, -1, 'WITHSCORES'),
  })
end
return answer
