-- Tells whether a text was written before, by the digests that stand for it; if not, remembers that it was now.
-- KEYS: 1 which attempt left each digest, 2 when each was left, the same digests by time
-- ARGV: 1 the attempt, 2 ms to keep digests, 3 most digests to keep, 4… the digests
-- Answers: 'repeated' | 'new'
local known = redis.call('HMGET', KEYS[1], unpack(ARGV, 4))
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for i = 1, #ARGV - 3 do
  if known[i] and known[i] ~= ARGV[1] then
    local left = redis.call('ZSCORE', KEYS[2], ARGV[3 + i])
    if left and left + ARGV[2] > now then return 'repeated' end
  end
end
local extra = redis.call('ZCARD', KEYS[2]) + #ARGV - 3 - ARGV[3]
local old = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now - ARGV[2], 'LIMIT', 0, 10)
if #old == 0 and extra > 0 then old = redis.call('ZRANGE', KEYS[2], 0, extra - 1) end
redis.call('HSET', KEYS[1], ARGV[4], ARGV[1])
-- The old go before the new come: one may be both.
for _, digest in ipairs(old) do
  redis.call('HDEL', KEYS[1], digest)
  redis.call('ZREM', KEYS[2], digest)
end
for i = 4, #ARGV do
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[1])
  redis.call('ZADD', KEYS[2], now, ARGV[i])
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return 'new'
