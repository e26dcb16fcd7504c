-- Counts the hits of one moment on the articles of one bucket: one visitor, one article, one window.
-- A batch that was carried out already is answered as it was, not counted again.
-- KEYS: 1 the producer's last batch (hash n, a), 2 the newest day of salts that the bucket has seen, 3 the bucket's articles by views in this
--       hour, 4 the same of this day, then for each article its record, its visitors of the day and its days (hash: day → "hour:views …"),
--       then for each hit its visitor's window and, where there are two of a hit, the window of the day before's salt
-- ARGV: 1 number of the batch, 2 how many articles, 3 the window in ms, 4 the bucket's channel, 5 the shortest time between two ticks in ms,
--       6 the day of the salts, 7 how many windows a hit has, 8 the day that it is now, 9 the hour of it, 10 the last day whose hours are not kept,
--       then for each article its key, number, title, url and what else came: repeats, bots, prefetches, limited; then for each hit the index
--       of its article, its visitor, and 'new' when it may bring its article into being
-- Answers: 'again' when a newer day's salts are in use; else views and whether a tick is owed for each article, then for each hit 0 when it
--          counted, else how many ms its window stays open, -1 when another article has its number, -2 when nobody has seen its article:
--          "7 0 9 1|0 1799999 0"
local last = redis.call('HMGET', KEYS[1], 'n', 'a')
if last[1] == ARGV[1] then return last[2] end

local articles, window, channel, pause, each = tonumber(ARGV[2]), ARGV[3], ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[7])
local hits = (#KEYS - 4 - 3 * articles) / each
local newest = redis.call('GET', KEYS[2])
if hits > 0 and newest and tonumber(newest) > tonumber(ARGV[6]) then return 'again' end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function of(article, field) return ARGV[10 + 8 * (article - 1) + field] end

local known = {}
for i = 1, articles do
  known[i] = redis.call('HGET', KEYS[2 + 3 * i], 'k')
end

local counted, visitors, answers, new = {}, {}, {}, {}
for h = 1, hits do
  local first = 4 + 3 * articles + each * (h - 1) + 1
  local arg = 10 + 8 * articles + 3 * (h - 1)
  local a = tonumber(ARGV[arg + 1])
  local open = each == 2 and redis.call('PTTL', KEYS[first + 1]) or -2
  if known[a] and known[a] ~= of(a, 1) then
    answers[h] = '-1'
  elseif not known[a] and not new[a] and ARGV[arg + 3] ~= 'new' then
    answers[h] = '-2'
  elseif open >= 0 then
    answers[h] = tostring(math.max(1, open))
  elseif redis.call('SET', KEYS[first], '', 'NX', 'PX', window) then
    new[a] = not known[a]
    counted[a] = (counted[a] or 0) + 1
    visitors[a] = visitors[a] or {}
    table.insert(visitors[a], ARGV[arg + 2])
    answers[h] = '0'
  else
    answers[h] = tostring(math.max(1, redis.call('PTTL', KEYS[first])))
  end
end

-- "hour:views …" with some more views in this hour.
local function plus(text, views)
  local found
  text = string.gsub(text, '(%d+):(%d+)', function(hour, before)
    if hour == ARGV[9] then
      found = true
      return hour .. ':' .. (before + views)
    end
  end)
  if found then return text end
  return (text == '' and '' or text .. ' ') .. ARGV[9] .. ':' .. views
end

-- Of days long ago the sum is kept, without its hours.
local function shorten(i)
  local days = KEYS[4 + 3 * i]
  for _, day in ipairs(redis.call('HKEYS', days)) do
    if tonumber(day) <= tonumber(ARGV[10]) then
      local text, sum = redis.call('HGET', days, day), 0
      if string.find(text, ':') then
        for views in string.gmatch(text, ':(%d+)') do sum = sum + views end
        redis.call('HSET', days, day, sum)
      end
    end
  end
end

-- Rankings, days and the number of visitors follow at most twice a second: the sums are exact, they only come later.
local function fold(i, views, before)
  local key = KEYS[2 + 3 * i]
  local days = KEYS[4 + 3 * i]
  redis.call('HSET', key, 'p', now, 'pw', views)
  redis.call('ZINCRBY', KEYS[3], views - before, of(i, 2))
  redis.call('PEXPIRE', KEYS[3], 180000000)
  redis.call('ZINCRBY', KEYS[4], views - before, of(i, 2))
  redis.call('PEXPIRE', KEYS[4], 2851200000)
  local today = redis.call('HGET', days, ARGV[8])
  if not today then shorten(i) end
  redis.call('HSET', days, ARGV[8], plus(today or '', views - before))
  redis.call('HSET', key, 'dv', redis.call('PFCOUNT', KEYS[3 + 3 * i]))
end

local states = {}
for i = 1, articles do
  local key = KEYS[2 + 3 * i]
  local sketch = KEYS[3 + 3 * i]
  if new[i] then
    redis.call('HSET', key, 'k', of(i, 1), 'c', now, 'l', now)
    if of(i, 3) ~= '' then redis.call('HSET', key, 't', of(i, 3)) end
    if of(i, 4) ~= '' then redis.call('HSET', key, 'u', of(i, 4)) end
  end
  if counted[i] then
    redis.call('HINCRBY', key, 'w', counted[i])
    local fresh = redis.call('HGET', key, 'dd') ~= ARGV[6]
    if fresh then
      -- The day before becomes a number; its sketch goes.
      local sum = math.max(redis.call('PFCOUNT', sketch), tonumber(redis.call('HGET', key, 'dv') or 0))
      redis.call('HINCRBY', key, 'd', sum)
      redis.call('HSET', key, 'dd', ARGV[6], 'dv', 0)
      redis.call('DEL', sketch)
    end
    redis.call('PFADD', sketch, unpack(visitors[i]))
    if fresh then redis.call('PEXPIRE', sketch, 172800000) end
  end
  if known[i] == of(i, 1) or new[i] then
    for field, kind in ipairs({'xr', 'xb', 'xp', 'xl'}) do
      if of(i, 4 + field) ~= '0' then redis.call('HINCRBY', key, kind, of(i, 4 + field)) end
    end
  end
  local tick = redis.call('HMGET', key, 'w', 'p', 'pw', 'o')
  local views, before, shown, owed = tonumber(tick[1] or 0), tonumber(tick[3] or 0), 0, '0'
  shown = string.format('%.0f', views + tonumber(tick[4] or 0))
  if views ~= before then
    if now - tonumber(tick[2] or 0) >= pause then
      fold(i, views, before)
      redis.call('PUBLISH', channel, 'v ' .. of(i, 2) .. ' ' .. shown)
    else
      owed = '1'
    end
  end
  states[i] = shown .. ' ' .. owed
end

if hits > 0 and newest ~= ARGV[6] then redis.call('SET', KEYS[2], ARGV[6]) end
local answer = table.concat(states, ' ') .. '|' .. table.concat(answers, ' ')
redis.call('HSET', KEYS[1], 'n', ARGV[1], 'a', answer)
redis.call('PEXPIRE', KEYS[1], 3600000)
return answer
