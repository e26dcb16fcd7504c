-- Lets something be done that is limited in several ways, or says how long to wait; a new guest comes into being with it. Who is
-- banned, or comes from a network that is, may do nothing; who is banned in the shadow (`<until>s`) is let in like everybody, and that is told.
-- What is refused by one limit counts in none. What a longer limit left, before its site changed it, is forgotten.
-- A limit is the generic cell rate algorithm: one number, the theoretical arrival time of the next one
-- (ATM Forum, Traffic Management 4.0, 1996; https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm).
-- KEYS: 1 the guest (hash n name, e e-mail, c created), or the bans when nobody is new, 2 the bans, 3 the network that the author
--       came from last, 4… the limits
-- ARGV: 1 'new' for a new guest, else '', 2 name, 3 e-mail or '', 4 the author or '', 5 the network or '', 6 ms to remember that
--       the author came from it, or '', then for each limit how many at once and ms for one
-- Answers: {'banned', until when in ms, or 0} | {'ok', which limit has least left, counted from 1, or 0 without any, how many more it has,
--          'shadow' or ''} | {'wait', which limit, ms}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local shadow = ''
for _, ban in ipairs(redis.call('HMGET', KEYS[2], ARGV[4], 'n:' .. ARGV[5])) do
  -- Of a network there may be one of each kind.
  for till, kind in string.gmatch(string.match(ban or '', '^[%ds ]*'), '(%d+)(s?) ') do
    till = tonumber(till)
    if till == 0 or till > now then
      if kind == '' then return {'banned', till} end
      shadow = 'shadow'
    end
  end
end
local arrivals = {}
local wait, waits = 0, 0
local least, left = 0, math.huge
for i = 1, #KEYS - 3 do
  local burst, period = tonumber(ARGV[2 * i + 5]), tonumber(ARGV[2 * i + 6])
  local held = tonumber(redis.call('GET', KEYS[i + 3]) or 0)
  if held < now or held > now + burst * period then held = now end
  local arrival = held + period
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
if ARGV[6] ~= '' then redis.call('SET', KEYS[3], ARGV[5], 'PX', ARGV[6]) end
for i, arrival in ipairs(arrivals) do
  redis.call('SET', KEYS[i + 3], string.format('%.0f', arrival), 'PX', string.format('%.0f', arrival - now))
end
return {'ok', least, least > 0 and left or 0, shadow}
