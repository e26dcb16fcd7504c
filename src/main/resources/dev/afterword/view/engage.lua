-- Counts one read of an article: how long it took, by bucket, and whether it reached the end. Keeps neither who nor when. An article
-- that nobody has viewed has no reads.
-- KEYS: 1 the article, 2 its reads
-- ARGV: 1 the article's key, 2 the bucket of seconds, 3 'finished' | ''
-- Answers: {'counted'} | {'unknown'} | {'moved'}
local held = redis.call('HMGET', KEYS[1], 'k', 'w')
if held[1] and held[1] ~= ARGV[1] then return {'moved'} end
if not held[2] then return {'unknown'} end
redis.call('HINCRBY', KEYS[2], ARGV[2], 1)
if ARGV[3] == 'finished' then redis.call('HINCRBY', KEYS[2], 'f', 1) end
return {'counted'}
