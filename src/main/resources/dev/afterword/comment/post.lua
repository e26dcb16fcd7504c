-- Adds one comment to its article's thread, numbers it and tells every process.
-- KEYS: 1 the bucket, 2 the article, 3 the comment, 4 the index it goes into (the article's roots, or its parent's
--       replies), 5 the same by rank, 6 the article's stream, 7 the record of its idempotency key, 8 its parent (the article
--       again for a root), 9 the article's roots by size of their branches, 10 who takes part in the article,
--       11 the bucket's latest comments, 12 all comments of the article, 13 the bucket's articles by their latest comment,
--       14 the bucket's articles by comments of the hour that it is, 15 the same of the day, 16 the author's comments in the
--       bucket, 17 all comments of the bucket, 18 those that wait, 19 what was decided about the comment, 20 the author's marks on
--       the article, 21 what came of the day that it is, 22 those of the bucket that were rejected
-- ARGV: 1 the article's key, 2 its number, 3 the comment's id, 4 what tells it from the article's others, 5 depth, 6 parent or '-',
--       7 root or '-', 8 what tells the root from others (itself for a root), 9 the rest of the comment as JSON, 10 the bucket's
--       channel, 11 fingerprint of body and author, 12 ms to keep the record, 13 a name for a bucket that has none,
--       14 most entries of a stream, 15 the author's name as it is mentioned, 16 how many latest comments to keep,
--       17 the hour that it is (since 1970), 18 how long its ranking is kept, 19 how long the day's, in ms,
--       20 why it has to wait, or '', 21 'pre' | 'post': what holds where the article says nothing, or '' when it never waits,
--       22 the mark of a comment of the author's own, 23 the state of a comment that need not wait: 'v', or 'h' for one that only its
--       author sees, and may reply to
-- Answers: {'posted', the comment, epoch, fields of the article} | {'replayed', id} | {'key-reused'} | {'parent-unknown'}
--          | {'read-only'} | {'closed'} | {'moved'} | {'again', the hour that it really is} | {'taken'} when another has the id
local record = redis.call('GET', KEYS[7])
if record then
  local fingerprint, id = string.match(record, '^(%S+) (%S+)$')
  if fingerprint ~= ARGV[11] then return {'key-reused'} end
  -- A write, so that replicas can be waited for: they then have all that came before it, too.
  redis.call('PEXPIRE', KEYS[7], redis.call('PTTL', KEYS[7]))
  return {'replayed', id}
end
local held = redis.call('HMGET', KEYS[2], 'k', 's', 'l', 'm')
if held[1] and held[1] ~= ARGV[1] then return {'moved'} end
if held[2] == 'read-only' or held[2] == 'closed' then return {held[2]} end
if ARGV[6] ~= '-' then
  local parent = header(KEYS[8])
  if not parent or parent.state ~= 'v' and (parent.state ~= 'h' or ARGV[23] ~= 'h') then return {'parent-unknown'} end
end
if redis.call('EXISTS', KEYS[3]) == 1 then return {'taken'} end

local time = redis.call('TIME')
local now = math.max(time[1] * 1000 + math.floor(time[2] / 1000), tonumber(held[3] or 0))
local created = string.format('%.0f', now)
local hour = math.floor(now / 3600000)
if hour ~= tonumber(ARGV[17]) then return {'again', hour} end
redis.call('HSET', KEYS[2], 'k', ARGV[1], 'l', created)
redis.call('HSETNX', KEYS[2], 'c', created)
redis.call('HSETNX', KEYS[1], 'e', ARGV[13])
local sequence = redis.call('HINCRBY', KEYS[2], 'q', 1)
local why = ARGV[20]
if why == '' and ARGV[21] ~= '' and (held[4] or ARGV[21]) == 'pre' then why = 'pre-moderation' end
local state = why == '' and ARGV[23] or 'p'
local packed = table.concat({'1', state, '0000000 0000000', sequence, created, '-', ARGV[5], ARGV[6], ARGV[7]}, ' ') .. '\n' .. ARGV[9]
redis.call('SET', KEYS[3], packed)
redis.call('RPUSH', KEYS[12], ARGV[4])
redis.call('ZADD', KEYS[13], created, ARGV[2])
redis.call('ZADD', KEYS[16], created, ARGV[3])
redis.call('ZADD', KEYS[17], created, ARGV[3])
redis.call('SET', KEYS[7], ARGV[11] .. ' ' .. ARGV[3], 'PX', ARGV[12])
tally(KEYS[21], why == '' and 'c' or 'c:' .. why, 1)
if state ~= 'v' then
  if state == 'p' then
    redis.call('ZADD', KEYS[18], created, ARGV[3])
    redis.call('HSET', KEYS[19], 'w', why)
  else
    redis.call('ZADD', KEYS[22], created, ARGV[3])
  end
  redis.call('HSET', KEYS[20], ARGV[22], state)
  return {'posted', packed, epoch(KEYS[1]), article(KEYS[2])}
end
local revision = redis.call('HINCRBY', KEYS[2], 'r', 1)
redis.call('HINCRBY', KEYS[2], 'v', 1)
redis.call('HINCRBY', KEYS[2], 'n', 1)
redis.call('ZADD', KEYS[4], sequence, ARGV[4])
redis.call('ZADD', KEYS[5], best(0, 0, sequence), ARGV[4])
if ARGV[6] == '-' then
  redis.call('ZADD', KEYS[9], score(0, sequence), ARGV[8])
else
  redis.call('ZADD', KEYS[9], 'XX', 'INCR', score(1, 0), ARGV[8])
end
redis.call('HSET', KEYS[10], ARGV[15], ARGV[4])
redis.call('ZADD', KEYS[11], created, ARGV[3])
redis.call('ZREMRANGEBYRANK', KEYS[11], 0, -1 - ARGV[16])
redis.call('ZINCRBY', KEYS[14], 1, ARGV[2])
redis.call('PEXPIRE', KEYS[14], ARGV[18])
redis.call('ZINCRBY', KEYS[15], 1, ARGV[2])
redis.call('PEXPIRE', KEYS[15], ARGV[19])
redis.call('XADD', KEYS[6], 'MAXLEN', '~', ARGV[14], revision .. '-0', 'c', ARGV[4])
redis.call('PUBLISH', ARGV[10], 'e ' .. ARGV[2] .. ' ' .. created)
return {'posted', packed, epoch(KEYS[1]), article(KEYS[2])}
