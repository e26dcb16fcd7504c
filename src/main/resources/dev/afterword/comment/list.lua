-- Reads one page of an index.
-- KEYS: 1 the bucket, 2 the article, 3 the index
-- ARGV: 1 'down' | 'up': the scores' direction, 2 the score after which to go on, or '', 3 how many
-- Answers: {epoch, fields of the article, how many in all, {member, score, member, score…}}
local page
if ARGV[1] == 'down' then
  local from = ARGV[2] == '' and '+inf' or '(' .. ARGV[2]
  page = redis.call('ZREVRANGEBYSCORE', KEYS[3], from, '-inf', 'WITHSCORES', 'LIMIT', 0, ARGV[3])
else
  local from = ARGV[2] == '' and '-inf' or '(' .. ARGV[2]
  page = redis.call('ZRANGEBYSCORE', KEYS[3], from, '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[3])
end
return {epoch(KEYS[1]), article(KEYS[2]), redis.call('ZCARD', KEYS[3]), page}
