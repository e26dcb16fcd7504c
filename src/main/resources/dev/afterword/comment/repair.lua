-- Puts right what a recount found wrong, unless the article has changed since.
-- KEYS: 1 what is never there, 2 the article, 3… for each thing that is wrong its index, or the comment with wrong votes
-- ARGV: 1 the version that was counted, 2 how many comments are visible, 3 reactions as JSON, 4… for each thing its member
--       in the index and its score, or '' when it does not belong there; for votes '' and the votes
-- Answers: {'repaired', the version now} | {'changed'}
if (redis.call('HGET', KEYS[2], 'v') or '0') ~= ARGV[1] then return {'changed'} end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[2], 'n', ARGV[2], 'x', ARGV[3])
for i = 3, #KEYS do
  local member = ARGV[2 * i - 2]
  local score = ARGV[2 * i - 1]
  if member == '' then
    redis.call('SETRANGE', KEYS[i], 4, score)
  elseif score == '' then
    redis.call('ZREM', KEYS[i], member)
  else
    redis.call('ZADD', KEYS[i], score, member)
  end
end
return {'repaired', redis.call('HINCRBY', KEYS[2], 'v', 1)}
