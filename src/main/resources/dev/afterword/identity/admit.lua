-- Lets something be done that is limited in several ways, or says how long to wait; a new guest comes into being with it.
-- What is refused by one limit counts in none.
-- A limit is the generic cell rate algorithm: one number, the theoretical arrival time of the next one
-- (ATM Forum, Traffic Management 4.0, 1996; https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm).
-- KEYS: 1 the guest (hash n name, e e-mail, c created), or the first limit when nobody is new, 2… the limits
-- ARGV: 1 'new' for a new guest, else '', 2 name, 3 e-mail or '', then for each limit how many at once and ms for one
-- Answers: {'ok', which limit has least left, counted from 1, or 0 without any, how many more it has} | {'wait', which limit, ms}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local arrivals = {}
local wait, waits = 0, 0
local least, left = 0, math.huge
for i = 1, #KEYS - 1 do
  local burst, period = tonumber(ARGV[2 * i + 2]), tonumber(ARGV[2 * i + 3])
  local arrival = math.max(tonumber(redis.call('GET', KEYS[i + 1]) or 0), now) + period
  local early = arrival - burst * period
  if early - now > wait then wait, waits = early - now, i end
  local more = math.floor((now - early) / period)
  if more < left then least, left = i, more end
  arrivals[i] = arrival
end
if waits > 0 then return {'wait', waits, wait} end
if ARGV[1] == 'new' then
  redis.call('HSET', KEYS[1], 'n', ARGV[2], 'c', now)
  if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], 'e', ARGV[3]) end
end
for i, arrival in ipairs(arrivals) do
  redis.call('SET', KEYS[i + 1], string.format('%.0f', arrival), 'PX', string.format('%.0f', arrival - now))
end
return {'ok', least, least > 0 and left or 0}
