-- Notes how far a job has come, unless another process has, or the job has ended; works in a full store.
-- KEYS: 1 what is never there, 2 the jobs that are under way (a hash of how each stands, by its entry)
-- ARGV: 1 the entry, 2 how it stood, 3 how it stands now, or '' at its end
-- Answers: 'noted' | 'changed'
if redis.call('HGET', KEYS[2], ARGV[1]) ~= ARGV[2] then return 'changed' end
redis.call('DEL', KEYS[1])
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[2], ARGV[1])
else
  redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
end
return 'noted'
