-- Keeps that a reader reports a visible comment: once for each reader, until a moderator decides. What was decided about stays to be read
-- until somebody reports the comment again.
-- KEYS: 1 the comment, 2 its reports, 3 the bucket's reported comments, 4 what was decided about the comment,
--       5 what the reader left in the bucket
-- ARGV: 1 the comment's id, 2 the reader, 3 why and a note, parted by a tab, 4 most reports that are kept
-- Answers: {'reported', how many reports there are to see to} | {'unknown'}
local comment = header(KEYS[1])
if not comment or comment.state ~= 'v' then return {'unknown'} end
local open = tonumber(redis.call('HGET', KEYS[4], 'o') or 0)
if open > 0 and (redis.call('HEXISTS', KEYS[2], ARGV[2]) == 1 or redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[4])) then
  return {'reported', open}
end
redis.call('SADD', KEYS[5], ARGV[1])
if open == 0 then redis.call('DEL', KEYS[2]) end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
redis.call('ZADD', KEYS[3], comment.created, ARGV[1])
return {'reported', redis.call('HINCRBY', KEYS[4], 'o', 1)}
