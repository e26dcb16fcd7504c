-- Lets a write in, or says how long to wait; a new guest comes into being with it.
-- The limit is the generic cell rate algorithm: one number, the theoretical arrival time of the next one
-- (ATM Forum, Traffic Management 4.0, 1996; https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm).
-- KEYS: 1 the limit of the network, 2 the guest (hash n name, e e-mail, c created), or 1 again when nobody is new
-- ARGV: 1 'new' for a new guest, else '', 2 name, 3 e-mail or '', 4 how many at once (0: no limit), 5 ms for one
-- Answers: {'ok', how many more now, or -1} | {'wait', ms}
local burst, period = tonumber(ARGV[4]), tonumber(ARGV[5])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local left, arrival = -1, nil
if burst > 0 then
  arrival = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now) + period
  local early = arrival - burst * period
  if early > now then return {'wait', early - now} end
  left = math.floor((now - early) / period)
end
if ARGV[1] == 'new' then
  redis.call('HSET', KEYS[2], 'n', ARGV[2], 'c', now)
  if ARGV[3] ~= '' then redis.call('HSET', KEYS[2], 'e', ARGV[3]) end
end
if arrival then redis.call('SET', KEYS[1], string.format('%.0f', arrival), 'PX', string.format('%.0f', arrival - now)) end
return {'ok', left}
