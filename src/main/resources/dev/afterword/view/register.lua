-- Names an article, or sets what it counts from; one that nobody has seen comes into being.
-- KEYS: 1 the article
-- ARGV: 1 its key, 2 its number, 3 the bucket's channel, then fields and their values: t title, u url, o the baseline of its views
--       (an empty value takes the field away)
-- Answers: 'registered' | 'article-not-allowed'
local held = redis.call('HMGET', KEYS[1], 'k', 'c')
if held[1] and held[1] ~= ARGV[1] then return 'article-not-allowed' end
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
redis.call('HSET', KEYS[1], 'k', ARGV[1], 'c', held[2] or now)
for i = 4, #ARGV, 2 do
  if ARGV[i + 1] == '' then
    redis.call('HDEL', KEYS[1], ARGV[i])
  else
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  end
end
redis.call('HINCRBY', KEYS[1], 'v', 1)
local views = redis.call('HMGET', KEYS[1], 'w', 'o')
redis.call('PUBLISH', ARGV[3], 'v ' .. ARGV[2] .. ' ' .. string.format('%.0f', (views[1] or 0) + (views[2] or 0)))
return 'registered'
