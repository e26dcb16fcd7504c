-- Takes a comment out of its article's thread, to be put into another's. Until it is there it is kept aside, and nobody can change it.
-- KEYS: 1 the article, 2 the comment, 3 where it is kept aside, 4 the index that it stands in, 5 the same by rank, 6 the article's roots
--       by size of their branches, 7 the bucket's latest comments, 8 the bucket's reported comments, 9 what was decided about it,
--       10 its earlier texts, 11 readers' reports of it
-- ARGV: 1 its id, 2 what tells it from others, 3 the same of its root
-- Answers: {'taken', '+' if it was listed or '-', the comment, '1' if it is reported or '', what 9, 10 and 11 hold as DUMP has it, or ''}
--          | {'gone'}
local aside = redis.call('GET', KEYS[3]) or ''
local listed, packed = string.match(aside, '^([+-])(.*)$')
if not packed then
  local comment = header(KEYS[2])
  if not comment then return {'gone'} end
  packed = redis.call('GET', KEYS[2])
  listed = redis.call('ZSCORE', KEYS[4], ARGV[2]) and '+' or '-'
  redis.call('SET', KEYS[3], listed .. packed)
  redis.call('DEL', KEYS[2])
  redis.call('ZREM', KEYS[4], ARGV[2])
  redis.call('ZREM', KEYS[5], ARGV[2])
  redis.call('ZREM', KEYS[7], ARGV[1])
  if ARGV[2] == ARGV[3] then redis.call('ZREM', KEYS[6], ARGV[2]) end
  redis.call('HINCRBY', KEYS[1], 'v', 1)
  if comment.state == 'v' then
    redis.call('HINCRBY', KEYS[1], 'n', -1)
    if ARGV[2] ~= ARGV[3] then redis.call('ZADD', KEYS[6], 'XX', 'INCR', score(-1, 0), ARGV[3]) end
    -- It stands in no stream: who comes back by an older position reads all anew.
    redis.call('HINCRBY', KEYS[1], 'r', 1)
  end
end
return {
  'taken', listed, packed, redis.call('ZSCORE', KEYS[8], ARGV[1]) and '1' or '',
  redis.call('DUMP', KEYS[9]) or '', redis.call('DUMP', KEYS[10]) or '', redis.call('DUMP', KEYS[11]) or '',
}
