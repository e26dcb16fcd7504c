-- The articles of a bucket that had most in some hours or days together.
-- KEYS: the ranking of each of them
-- ARGV: 1 how many at most
-- Answers: {number of an article, how much, …}, the most first
local sums, articles = {}, {}
for i = 1, #KEYS do
  local ranked = redis.call('ZRANGE', KEYS[i], 0, -1, 'WITHSCORES')
  for j = 1, #ranked, 2 do
    if not sums[ranked[j]] then table.insert(articles, ranked[j]) end
    sums[ranked[j]] = (sums[ranked[j]] or 0) + ranked[j + 1]
  end
end
table.sort(articles, function(a, b)
  if sums[a] ~= sums[b] then return sums[a] > sums[b] end
  return a < b
end)
local answer = {}
for i = 1, math.min(#articles, tonumber(ARGV[1])) do
  if sums[articles[i]] <= 0 then break end
  table.insert(answer, articles[i])
  table.insert(answer, string.format('%.0f', sums[articles[i]]))
end
return answer
