-- Gives an article another key; works in a full store. The one that it made at first sight stays known as f.
-- KEYS: 1 what is never there, 2 the article, 3 its stream
-- ARGV: 1 the key that it has, 2 the key that it gets, 3 its number, 4 the bucket's channel, 5 most entries of a stream, 6 the url that
--       it has with the one key, 7 the one that it gets with the other ('' for none; what somebody else has said of it stays)
-- Answers: 'done' | 'changed' (it has another key by now)
local held = redis.call('HMGET', KEYS[2], 'k', 'u')
if held[1] == ARGV[2] then return 'done' end
if held[1] ~= ARGV[1] then return 'changed' end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[2], 'k', ARGV[2])
redis.call('HSETNX', KEYS[2], 'f', ARGV[1])
if (held[2] or '') == ARGV[6] then
  if ARGV[7] == '' then
    redis.call('HDEL', KEYS[2], 'u')
  else
    redis.call('HSET', KEYS[2], 'u', ARGV[7])
  end
end
redis.call('HINCRBY', KEYS[2], 'v', 1)
local revision = redis.call('HINCRBY', KEYS[2], 'r', 1)
redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[5], revision .. '-0', 'a', '-')
local time = redis.call('TIME')
redis.call('PUBLISH', ARGV[4], 'e ' .. ARGV[3] .. ' ' .. string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)))
return 'done'
