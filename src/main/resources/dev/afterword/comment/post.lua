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
local bucket = KEYS[1]
local record = KEYS[2]
local comment = KEYS[3]
local index = KEYS[4]
local ranks = KEYS[5]
local stream = KEYS[6]
local receipt = KEYS[7]
local above = KEYS[8]
local branches = KEYS[9]
local writers = KEYS[10]
local newest = KEYS[11]
local order = KEYS[12]
local articles = KEYS[13]
local hourly = KEYS[14]
local daily = KEYS[15]
local works = KEYS[16]
local all = KEYS[17]
local waiting = KEYS[18]
local decisions = KEYS[19]
local marks = KEYS[20]
local day = KEYS[21]
local rejected = KEYS[22]
local key = ARGV[1]
local number = ARGV[2]
local id = ARGV[3]
local member = ARGV[4]
local depth = ARGV[5]
local parent = ARGV[6]
local root = ARGV[7]
local branch = ARGV[8]
local json = ARGV[9]
local channel = ARGV[10]
local fingerprint = ARGV[11]
local receipt_kept = ARGV[12]
local bucket_name = ARGV[13]
local entries = ARGV[14]
local mention = ARGV[15]
local newest_kept = ARGV[16]
local hour = ARGV[17]
local hourly_kept = ARGV[18]
local daily_kept = ARGV[19]
local why = ARGV[20]
local usual = ARGV[21]
local mark = ARGV[22]
local free = ARGV[23]

local earlier = redis.call('GET', receipt)
if earlier then
  local print, made = string.match(earlier, '^(%S+) (%S+)$')
  if print ~= fingerprint then return {'key-reused'} end
  -- A write, so that replicas can be waited for: they then have all that came before it, too.
  redis.call('PEXPIRE', receipt, redis.call('PTTL', receipt))
  return {'replayed', made}
end
local held = redis.call('HMGET', record, 'k', 's', 'l', 'm')
if held[1] and held[1] ~= key then return {'moved'} end
if held[2] == 'read-only' or held[2] == 'closed' then return {held[2]} end
if parent ~= '-' then
  local answered = header(above)
  if not answered or answered.state ~= 'v' and (answered.state ~= 'h' or free ~= 'h') then return {'parent-unknown'} end
end
if redis.call('EXISTS', comment) == 1 then return {'taken'} end

local time = redis.call('TIME')
local now = math.max(time[1] * 1000 + math.floor(time[2] / 1000), tonumber(held[3] or 0))
local created = string.format('%.0f', now)
local real = math.floor(now / 3600000)
if real ~= tonumber(hour) then return {'again', real} end
redis.call('HSET', record, 'k', key, 'l', created)
redis.call('HSETNX', record, 'c', created)
redis.call('HSETNX', bucket, 'e', bucket_name)
local sequence = redis.call('HINCRBY', record, 'q', 1)
if why == '' and usual ~= '' and (held[4] or usual) == 'pre' then why = 'pre-moderation' end
local state = why == '' and free or 'p'
local packed = table.concat({'1', state, '0000000 0000000', sequence, created, '-', depth, parent, root}, ' ') .. '\n' .. json
redis.call('SET', comment, packed)
redis.call('RPUSH', order, member)
redis.call('ZADD', articles, created, number)
redis.call('ZADD', works, created, id)
redis.call('ZADD', all, created, id)
redis.call('SET', receipt, fingerprint .. ' ' .. id, 'PX', receipt_kept)
tally(day, why == '' and 'c' or 'c:' .. why, 1)
if state ~= 'v' then
  if state == 'p' then
    redis.call('ZADD', waiting, created, id)
    redis.call('HSET', decisions, 'w', why)
  else
    redis.call('ZADD', rejected, created, id)
  end
  redis.call('HSET', marks, mark, state)
  return {'posted', packed, epoch(bucket), article(record)}
end
local revision = redis.call('HINCRBY', record, 'r', 1)
redis.call('HINCRBY', record, 'v', 1)
redis.call('HINCRBY', record, 'n', 1)
redis.call('ZADD', index, sequence, member)
redis.call('ZADD', ranks, best(0, 0, sequence), member)
if parent == '-' then
  redis.call('ZADD', branches, score(0, sequence), branch)
else
  redis.call('ZADD', branches, 'XX', 'INCR', score(1, 0), branch)
end
redis.call('HSET', writers, mention, member)
redis.call('ZADD', newest, created, id)
redis.call('ZREMRANGEBYRANK', newest, 0, -1 - newest_kept)
redis.call('ZINCRBY', hourly, 1, number)
redis.call('PEXPIRE', hourly, hourly_kept)
redis.call('ZINCRBY', daily, 1, number)
redis.call('PEXPIRE', daily, daily_kept)
redis.call('XADD', stream, 'MAXLEN', '~', entries, revision .. '-0', 'c', member)
redis.call('PUBLISH', channel, 'e ' .. number .. ' ' .. created)
return {'posted', packed, epoch(bucket), article(record)}
