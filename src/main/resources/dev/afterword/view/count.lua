-- Counts the hits of one moment on the articles of one bucket: one visitor, one article, one window.
-- A batch that was carried out already is answered as it was, not counted again.
-- KEYS: 1 the producer's last batch ("number answer"), 2 the newest day of salts that the bucket has seen, 3 the bucket's articles by views in
--       this hour, 4 the same of this day, then for each article its record, its visitors of the day and its days (hash: day → "hour:views …"),
--       then for each hit its visitor's window and, where there are two of a hit, the window of the day before's salt. The last 12 characters
--       of an article's keys are its number, the last 16 of a window's its visitor.
-- ARGV: 1 number of the batch, 2 how many articles, 3 the window in ms, 4 the bucket's channel, 5 the shortest time between two ticks in ms,
--       6 the day of the salts, 7 how many windows a hit has, 8 the day that it is now, 9 the hour of it, 10 the last day whose hours are not kept,
--       then for each article its key, its title and url for when it comes into being (a line each), and what else came ("repeats bots
--       prefetches limited", empty for nothing); then for each hit the index of its article, negative when it may bring it into being
-- Answers: 'again' when a newer day's salts are in use; else views and whether a tick is owed for each article, then for each hit 0 when it
--          counted, else how many ms its window stays open, -1 when another article has its number, -2 when nobody has seen its article:
--          "7 0 9 1|0 1799999 0"
local last, told = string.match(redis.call('GET', KEYS[1]) or '', '^(%d+) (.*)$')
if last == ARGV[1] then return told end

local articles, window, channel, pause, each = tonumber(ARGV[2]), ARGV[3], ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[7])
local hits = (#KEYS - 4 - 3 * articles) / each
local newest = redis.call('GET', KEYS[2])
if hits > 0 and newest and tonumber(newest) > tonumber(ARGV[6]) then return 'again' end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function of(article, field) return ARGV[7 + 3 * article + field] end

-- Of each article as it was before: its key, views, when and how many of them were told last, the baseline, the day of its visitors.
local known, views, ticked, shown, baseline, day = {}, {}, {}, {}, {}, {}
for i = 1, articles do
  local was = redis.call('HMGET', KEYS[2 + 3 * i], 'k', 'w', 'p', 'pw', 'o', 'dd')
  known[i], views[i], ticked[i], shown[i] = was[1], tonumber(was[2] or 0), tonumber(was[3] or 0), tonumber(was[4] or 0)
  baseline[i], day[i] = tonumber(was[5] or 0), was[6]
end

local visitors, answers, new = {}, {}, {}
for h = 1, hits do
  local first = 4 + 3 * articles + each * (h - 1) + 1
  local a = tonumber(ARGV[10 + 3 * articles + h])
  local may = a < 0
  a = math.abs(a)
  local open = each == 2 and redis.call('PTTL', KEYS[first + 1]) or -2
  if known[a] and known[a] ~= of(a, 1) then
    answers[h] = '-1'
  elseif not known[a] and not new[a] and not may then
    answers[h] = '-2'
  elseif open >= 0 then
    answers[h] = tostring(math.max(1, open))
  elseif redis.call('SET', KEYS[first], '', 'NX', 'PX', window) then
    new[a] = not known[a]
    visitors[a] = visitors[a] or {}
    table.insert(visitors[a], string.sub(KEYS[first], -16))
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
local function fold(i)
  local key = KEYS[2 + 3 * i]
  local days = KEYS[4 + 3 * i]
  local article, more = string.sub(key, -12), views[i] - shown[i]
  -- What recent views stand for fades by e in 180 s, as live/reading.lua has it.
  local faded = (redis.call('HGET', key, 'pf') or 0) * math.exp(math.min(0, ticked[i] - now) / 180000) + more
  local visitors = redis.call('PFCOUNT', KEYS[3 + 3 * i])
  redis.call('HSET', key, 'p', now, 'pw', views[i], 'pf', string.format('%.2f', faded), 'dv', visitors)
  redis.call('ZINCRBY', KEYS[3], more, article)
  redis.call('PEXPIRE', KEYS[3], 180000000)
  redis.call('ZINCRBY', KEYS[4], more, article)
  redis.call('PEXPIRE', KEYS[4], 2851200000)
  local today = redis.call('HGET', days, ARGV[8])
  if not today then shorten(i) end
  redis.call('HSET', days, ARGV[8], plus(today or '', more))
end

-- The visitors of a day before become a number; their sketch goes.
local function turn(i)
  local key = KEYS[2 + 3 * i]
  local sketch = KEYS[3 + 3 * i]
  if day[i] then
    redis.call('HINCRBY', key, 'd', math.max(redis.call('PFCOUNT', sketch), tonumber(redis.call('HGET', key, 'dv') or 0)))
    redis.call('DEL', sketch)
  end
  redis.call('HSET', key, 'dd', ARGV[6], 'dv', 0)
end

local function create(i)
  local key = KEYS[2 + 3 * i]
  local title, url = string.match(of(i, 2), '^(.*)\n(.*)$')
  redis.call('HSET', key, 'k', of(i, 1), 'c', now, 'l', now)
  if title ~= '' then redis.call('HSET', key, 't', title) end
  if url ~= '' then redis.call('HSET', key, 'u', url) end
end

local function count(i)
  local sketch = KEYS[3 + 3 * i]
  local fresh = day[i] ~= ARGV[6]
  views[i] = redis.call('HINCRBY', KEYS[2 + 3 * i], 'w', #visitors[i])
  if fresh then turn(i) end
  redis.call('PFADD', sketch, unpack(visitors[i]))
  if fresh then redis.call('PEXPIRE', sketch, 172800000) end
end

local function note(i)
  local kinds = {'xr', 'xb', 'xp', 'xl'}
  local kind = 0
  for more in string.gmatch(of(i, 3), '%d+') do
    kind = kind + 1
    if more ~= '0' then redis.call('HINCRBY', KEYS[2 + 3 * i], kinds[kind], more) end
  end
end

local states = {}
for i = 1, articles do
  if new[i] then create(i) end
  if visitors[i] then count(i) end
  if new[i] or known[i] == of(i, 1) then note(i) end
  local owed = '0'
  local all = string.format('%.0f', views[i] + baseline[i])
  if views[i] ~= shown[i] then
    if now - ticked[i] >= pause then
      fold(i)
      redis.call('PUBLISH', channel, 'v ' .. string.sub(KEYS[2 + 3 * i], -12) .. ' ' .. all)
    else
      owed = '1'
    end
  end
  states[i] = all .. ' ' .. owed
end

if hits > 0 and newest ~= ARGV[6] then redis.call('SET', KEYS[2], ARGV[6]) end
local answer = table.concat(states, ' ') .. '|' .. table.concat(answers, ' ')
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. answer, 'PX', 3600000)
return answer
