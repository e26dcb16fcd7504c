-- The salts that today's visitors are hashed with. The first to ask on a new day brings its salt along; the day before's stays for
-- as long as a window of that day can be open, and then goes. A day never comes before one that there was, whatever the clock says.
-- KEYS: 1 the site's salts (hash d day since 1970, t its salt, y the day before's, x '1' while the store's log may hold a salt that is gone)
-- ARGV: 1 a salt for a new day, 2 how long after midnight the day before's is needed, in ms
-- Answers: {day, its salt, the day before's or '', ms for which that holds, '1' when the log is to be rewritten or ''}
local held = redis.call('HMGET', KEYS[1], 'd', 't', 'y', 'x')
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known, overlap = tonumber(held[1] or -1), tonumber(ARGV[2])
local day = math.max(math.floor(now / 86400000), known)
local since = now - day * 86400000
local salt, before, gone = held[2], held[3] or '', held[4] or ''
if day ~= known then
  if before ~= '' then gone = '1' end
  salt, before = ARGV[1], known >= 0 and held[2] or ''
  if before ~= '' and known < day - 1 then before, gone = '', '1' end
end
if before ~= '' and since >= overlap then before, gone = '', '1' end
if day ~= known or before ~= (held[3] or '') then
  redis.call('HSET', KEYS[1], 'd', day, 't', salt, 'y', before, 'x', gone)
end
return {day, salt, before, before == '' and 86400000 - since or overlap - since, gone}
