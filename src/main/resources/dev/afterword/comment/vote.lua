-- Sets what one reader thinks of a comment.
-- KEYS: 1 the article, 2 the comment, 3 the reader's marks on the article, 4 who left marks, 5 the ranked index the comment stands in,
--       6 what the reader left in the bucket
-- ARGV: 1 -1 | 0 | 1, 2 the reader, 3 what tells the comment from others, 4 the article's number, 5 the bucket's channel,
--       6 the comment's id
-- Answers: {'voted', up, down} | {'unknown'} | {'read-only'} | {'closed'}
local state = redis.call('HGET', KEYS[1], 's')
if state == 'read-only' or state == 'closed' then return {state} end
local comment = header(KEYS[2])
if not comment or comment.state ~= 'v' then return {'unknown'} end
local value = tonumber(ARGV[1])
local before = tonumber(redis.call('HGET', KEYS[3], ARGV[3]) or 0)
local up = comment.up + (value == 1 and 1 or 0) - (before == 1 and 1 or 0)
local down = comment.down + (value == -1 and 1 or 0) - (before == -1 and 1 or 0)
if value == before then return {'voted', up, down} end
redis.call('HINCRBY', KEYS[1], 'v', 1)
if value == 0 then
  redis.call('HDEL', KEYS[3], ARGV[3])
else
  redis.call('HSET', KEYS[3], ARGV[3], ARGV[1])
end
if redis.call('EXISTS', KEYS[3]) == 1 then
  redis.call('SADD', KEYS[4], ARGV[2])
  redis.call('SADD', KEYS[6], ARGV[4])
else
  redis.call('SREM', KEYS[4], ARGV[2])
  redis.call('SREM', KEYS[6], ARGV[4])
end
redis.call('SETRANGE', KEYS[2], 4, string.format('%07d %07d', up, down))
redis.call('ZADD', KEYS[5], 'XX', best(up, down, comment.sequence), ARGV[3])
redis.call('PUBLISH', ARGV[5], 'l ' .. ARGV[4] .. ' {"type":"votes","comments":{"' .. ARGV[6] .. '":{"score":' .. (up - down)
  .. ',"up":' .. up .. ',"down":' .. down .. '}}}')
return {'voted', up, down}
