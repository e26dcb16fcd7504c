-- Has what counted in a limit (see admit.lua) not count.
-- KEYS: 1 the limit
-- ARGV: 1 ms for one
-- Answers: 'ok'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local arrival = tonumber(redis.call('GET', KEYS[1]) or 0) - ARGV[1]
redis.call('DEL', KEYS[1])
if arrival > now then
  redis.call('SET', KEYS[1], string.format('%.0f', arrival), 'PX', string.format('%.0f', arrival - now))
end
return 'ok'
