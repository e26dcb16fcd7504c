-- Adds one comment to its article's thread, numbers it and tells every process.
-- KEYS: 1 the bucket, 2 the article, 3 the comment, 4 the index it goes into (the article's roots, or its parent's
--       replies), 5 the article's stream, 6 the record of its idempotency key, 7 its parent (the article again for a root),
--       8 the article's branches (root -> visible descendants)
-- ARGV: 1 the article's key, 2 its number, 3 the comment's id, 4 what tells it from the article's others, 5 depth, 6 parent or '-',
--       7 root or '-', 8 what tells the root from others (itself for a root), 9 the rest of the comment as JSON, 10 the bucket's
--       channel, 11 fingerprint of body and author, 12 ms to keep the record, 13 a name for a bucket that has none,
--       14 most entries of a stream
-- Answers: {'posted', the comment, epoch, fields of the article} | {'replayed', id} | {'key-reused'} | {'parent-unknown'}
--          | {'read-only'} | {'closed'} | {'article-not-allowed'}
local record = redis.call('GET', KEYS[6])
if record then
  local fingerprint, id = string.match(record, '^(%S+) (%S+)$')
  if fingerprint ~= ARGV[11] then return {'key-reused'} end
  return {'replayed', id}
end
local held = redis.call('HMGET', KEYS[2], 'k', 's', 'l')
if held[1] and held[1] ~= ARGV[1] then return {'article-not-allowed'} end
if held[2] == 'read-only' or held[2] == 'closed' then return {held[2]} end
if ARGV[6] ~= '-' and redis.call('EXISTS', KEYS[7]) == 0 then return {'parent-unknown'} end

local time = redis.call('TIME')
local now = math.max(time[1] * 1000 + math.floor(time[2] / 1000), tonumber(held[3] or 0))
local created = string.format('%.0f', now)
redis.call('HSET', KEYS[2], 'k', ARGV[1], 'l', created)
redis.call('HSETNX', KEYS[2], 'c', created)
redis.call('HSETNX', KEYS[1], 'e', ARGV[13])
local sequence = redis.call('HINCRBY', KEYS[2], 'q', 1)
local revision = redis.call('HINCRBY', KEYS[2], 'r', 1)
redis.call('HINCRBY', KEYS[2], 'v', 1)
redis.call('HINCRBY', KEYS[2], 'n', 1)
local packed = table.concat({'1 v', sequence, created, ARGV[5], ARGV[6], ARGV[7]}, ' ') .. '\n' .. ARGV[9]
redis.call('SET', KEYS[3], packed)
redis.call('ZADD', KEYS[4], sequence, ARGV[4])
redis.call('ZINCRBY', KEYS[8], ARGV[6] == '-' and 0 or 1, ARGV[8])
redis.call('XADD', KEYS[5], 'MAXLEN', '~', ARGV[14], revision .. '-0', 'c', ARGV[4])
redis.call('SET', KEYS[6], ARGV[11] .. ' ' .. ARGV[3], 'PX', ARGV[12])
redis.call('PUBLISH', ARGV[10], 'e ' .. ARGV[2])
return {'posted', packed, epoch(KEYS[1]), article(KEYS[2])}
