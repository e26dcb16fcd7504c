-- Keeps a value, unless it is 'bad': then it fails after others have been kept.
-- KEYS: 1 where
-- ARGV: 1 the value
-- Answers: the value
if ARGV[1] == 'bad' then return redis.error_reply('ERR not this one') end
redis.call('SET', KEYS[1], ARGV[1])
return ARGV[1]
