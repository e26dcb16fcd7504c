-- Has every page of an article read all anew, also one that knows a position of another article, which became one with it or two of
-- it: its next revision stands in no stream, and is greater than all of the other's. Works in a full store.
-- KEYS: 1 what is never there, 2 the article
-- ARGV: 1 the other's revision, 2 the article's number, 3 the bucket's channel, 4 the time
-- Answers: 'renewed'
local revision = math.max(tonumber(redis.call('HGET', KEYS[2], 'r') or 0), tonumber(ARGV[1])) + 1
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[2], 'r', string.format('%.0f', revision))
redis.call('HINCRBY', KEYS[2], 'v', 1)
redis.call('PUBLISH', ARGV[3], 'e ' .. ARGV[2] .. ' ' .. ARGV[4])
return 'renewed'
