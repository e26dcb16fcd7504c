-- The articles of a bucket that had most in some hours or days together. Of each hour or day only those that had most are looked at, so
-- that a call costs a node little however many articles there are; how much the first of them had is then counted exactly.
-- KEYS: the ranking of each of them
-- ARGV: 1 how many at most, 2 how many of each ranking are looked at, no fewer
-- Answers: {number of an article, how much, …}, the most first
local sums, articles, partial = {}, {}, false
for i = 1, #KEYS do
  local ranked = redis.call('ZREVRANGE', KEYS[i], 0, ARGV[2] - 1, 'WITHSCORES')
  for j = 1, #ranked, 2 do
    if not sums[ranked[j]] then articles[#articles + 1] = ranked[j] end
    sums[ranked[j]] = (sums[ranked[j]] or 0) + ranked[j + 1]
  end
  partial = partial or #ranked == 2 * ARGV[2]
end

local function more(a, b)
  if sums[a] ~= sums[b] then return sums[a] > sums[b] end
  return a < b
end

table.sort(articles, more)
local first = {unpack(articles, 1, math.min(#articles, tonumber(ARGV[1])))}
if partial then
  for _, article in ipairs(first) do sums[article] = 0 end
  for i = 1, #KEYS do
    for j, much in ipairs(redis.call('ZMSCORE', KEYS[i], unpack(first))) do
      if much then sums[first[j]] = sums[first[j]] + much end
    end
  end
  table.sort(first, more)
end
local answer = {}
for _, article in ipairs(first) do
  if sums[article] <= 0 then break end
  answer[#answer + 1] = article
  answer[#answer + 1] = string.format('%.0f', sums[article])
end
return answer
