-- Says something of an article, which comes into being if need be; works in a full store.
-- When it closes, or opens again, its stream begins anew: what followers know of its comments is wrong then, and they are told to read again.
-- KEYS: 1 what is never there, 2 the article, 3 its stream
-- ARGV: 1 its key, or its number where that is all that is known, 2 its number, 3 the bucket's channel, 4 most entries of a stream, then fields and their values: t title, u url,
--       s state, m whether its comments wait, o the baseline of its views (an empty value takes the field away)
-- Answers: 'changed' | 'moved'
local held = redis.call('HMGET', KEYS[2], 'k', 'c', 's')
local key = ARGV[1] == ARGV[2] and held[1] or ARGV[1]
if key == '' or held[1] and held[1] ~= key then return 'moved' end
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[2], 'k', key, 'c', held[2] or now)
local told = false
for i = 5, #ARGV, 2 do
  if ARGV[i] ~= 'o' and (redis.call('HGET', KEYS[2], ARGV[i]) or '') ~= ARGV[i + 1] then told = true end
  if ARGV[i + 1] == '' then
    redis.call('HDEL', KEYS[2], ARGV[i])
  else
    redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
  end
end
redis.call('HINCRBY', KEYS[2], 'v', 1)
if told then
  local revision = redis.call('HINCRBY', KEYS[2], 'r', 1)
  if (held[3] == 'closed') ~= (redis.call('HGET', KEYS[2], 's') == 'closed') then
    -- This revision has no entry, so that no reading can go on over it.
    redis.call('DEL', KEYS[3])
  else
    redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[4], revision .. '-0', 'a', '-')
  end
  redis.call('PUBLISH', ARGV[3], 'e ' .. ARGV[2] .. ' ' .. now)
end
local views = redis.call('HMGET', KEYS[2], 'w', 'o')
redis.call('PUBLISH', ARGV[3], 'v ' .. ARGV[2] .. ' ' .. string.format('%.0f', (views[1] or 0) + (views[2] or 0)))
return 'changed'
