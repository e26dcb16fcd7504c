-- Counts the hits of one moment on the articles of one bucket: one visitor, one article, one window.
-- A batch that was carried out already is answered as it was, not counted again.
-- KEYS: 1 the producer's last batch ("number answer"), 2 the newest day of salts that the bucket has seen, 3 the bucket's articles by views in
--       this hour, 4 the same of this day, 5 what came of this day, 6 the bucket's articles with views that are not folded (hash: number →
--       hour since 1970 of the first), then for each article its record, its visitors of the day and its days (hash: day → "hour:views …"),
--       then for each article's hits, article by article, its visitor's window and, where there are two of a hit, the window of the day
--       before's salt. The last 12 characters of an article's keys are its number, the last 16 of a window's its visitor.
-- ARGV: 1 number of the batch, 2 how many articles, 3 the window in ms, 4 the bucket's channel, 5 the shortest time between two ticks in ms,
--       6 the day of the salts, 7 how many windows a hit has, 8 the day that it is now, 9 the hour of it, 10 the last day whose hours are not kept,
--       then for each article its key, its title and url (a line each) when it may come into being, else nothing, and how many hits it has,
--       followed by what else came, if anything did ("hits repeats bots prefetches limited")
-- Answers: views and whether a tick is owed for each article (m when it has another key), then for each hit 0 when it counted, else how many
--          ms its window stays open, -1 when its article has another key, -2 when nobody has seen its article, -3 when a newer day's salts are in use:
--          "7 0 9 1|0 1799999 0"
local last, told = string.match(redis.call('GET', KEYS[1]) or '', '^(%d+) (.*)$')
if last == ARGV[1] then return told end

local articles, window, pause, each = tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[5]), tonumber(ARGV[7])
local newest = redis.call('GET', KEYS[2])
local first = 6 + 3 * articles
local any, stale = #KEYS > first, tonumber(newest or 0) > tonumber(ARGV[6])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

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
  local days = KEYS[6 + 3 * i]
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
local function fold(i, views, shown, ticked)
  local record = KEYS[4 + 3 * i]
  local days = KEYS[6 + 3 * i]
  local article, more = string.sub(record, -12), views - shown
  local held = redis.call('HMGET', record, 'pf', 'dv')
  -- What recent views stand for fades by e in 180 s, as live/reading.lua has it.
  local faded = (held[1] or 0) * math.exp(math.min(0, ticked - now) / 180000) + more
  -- The sketch may be gone when a fold comes late.
  local visitors = math.max(redis.call('PFCOUNT', KEYS[5 + 3 * i]), tonumber(held[2] or 0))
  redis.call('HSET', record, 'p', now, 'pw', views, 'pf', string.format('%.2f', faded), 'dv', visitors)
  redis.call('ZINCRBY', KEYS[3], more, article)
  redis.call('PEXPIRE', KEYS[3], 180000000)
  redis.call('ZINCRBY', KEYS[4], more, article)
  redis.call('PEXPIRE', KEYS[4], 2851200000)
  tally(KEYS[5], 'v', more)
  local today = redis.call('HGET', days, ARGV[8])
  if not today then shorten(i) end
  redis.call('HSET', days, ARGV[8], plus(today or '', more))
end

-- The visitors of a day before become a number; their sketch goes.
local function turn(i, day)
  local record = KEYS[4 + 3 * i]
  local sketch = KEYS[5 + 3 * i]
  if day then
    redis.call('HINCRBY', record, 'd', math.max(redis.call('PFCOUNT', sketch), tonumber(redis.call('HGET', record, 'dv') or 0)))
    redis.call('DEL', sketch)
  end
  redis.call('HSET', record, 'dd', ARGV[6], 'dv', 0)
end

local function create(i)
  local record = KEYS[4 + 3 * i]
  local title, url = string.match(ARGV[9 + 3 * i], '^(.*)\n(.*)$')
  redis.call('HSET', record, 'k', ARGV[8 + 3 * i], 'c', now, 'l', now)
  if title ~= '' then redis.call('HSET', record, 't', title) end
  if url ~= '' then redis.call('HSET', record, 'u', url) end
end

-- What came beside views.
local function note(i, beside)
  local record = KEYS[4 + 3 * i]
  local kinds = {'xr', 'xb', 'xp', 'xl'}
  local kind = 0
  for more in string.gmatch(beside, '%d+') do
    kind = kind + 1
    if more ~= '0' then redis.call('HINCRBY', record, kinds[kind], more) end
  end
end

local states, answers = {}, {}
-- Which articles have views that wait for a fold, and which have none any more: told once for all of them.
local behind, caught = {}, {}
for i = 1, articles do
  local record = KEYS[4 + 3 * i]
  local sketch = KEYS[5 + 3 * i]
  local hits, beside = tonumber(ARGV[10 + 3 * i]), nil
  if not hits then
    hits, beside = string.match(ARGV[10 + 3 * i], '^(%d+) (.*)$')
    hits = tonumber(hits)
  end
  local was = redis.call('HMGET', record, 'k', 'w', 'p', 'pw', 'o', 'dd')
  local known, views = was[1], tonumber(was[2] or 0)
  local ours = known == ARGV[8 + 3 * i]
  local shown, ticked = tonumber(was[4] or 0), tonumber(was[3] or 0)
  local waits = views ~= shown
  local refused = stale and '-3' or known and not ours and '-1' or not known and ARGV[9 + 3 * i] == '' and '-2'
  local visitors = {}
  for _ = 1, hits do
    local open = not refused and each == 2 and redis.call('PTTL', KEYS[first + 2]) or -2
    if refused then
      answers[#answers + 1] = refused
    elseif open >= 0 then
      answers[#answers + 1] = tostring(math.max(1, open))
    elseif redis.call('SET', KEYS[first + 1], '', 'NX', 'PX', window) then
      visitors[#visitors + 1] = string.sub(KEYS[first + 1], -16)
      answers[#answers + 1] = '0'
    else
      answers[#answers + 1] = tostring(math.max(1, redis.call('PTTL', KEYS[first + 1])))
    end
    first = first + each
  end
  if #visitors > 0 then
    if not known then create(i) end
    views = redis.call('HINCRBY', record, 'w', #visitors)
    local fresh = was[6] ~= ARGV[6]
    if fresh then turn(i, was[6]) end
    redis.call('PFADD', sketch, unpack(visitors))
    if fresh then redis.call('PEXPIRE', sketch, 172800000) end
  end
  if beside and (#visitors > 0 or ours) then note(i, beside) end
  local all, owed = string.format('%.0f', views + (was[5] or 0)), '0'
  -- What an article that gave way had not told yet is told by the one that took it over.
  if views ~= shown and known ~= '' then
    if now - ticked >= pause then
      fold(i, views, shown, ticked)
      if waits then caught[#caught + 1] = string.sub(record, -12) end
      redis.call('PUBLISH', ARGV[4], 'v ' .. string.sub(record, -12) .. ' ' .. all)
    else
      owed = '1'
      if not waits then
        behind[#behind + 1] = string.sub(record, -12)
        behind[#behind + 1] = string.format('%.0f', ARGV[8] * 24 + ARGV[9])
      end
    end
  elseif hits == 0 then
    caught[#caught + 1] = string.sub(record, -12)
  end
  if known and not ours then owed = 'm' end
  states[i] = all .. ' ' .. owed
end

if any and not stale and newest ~= ARGV[6] then redis.call('SET', KEYS[2], ARGV[6]) end
local answer = table.concat(states, ' ') .. '|' .. table.concat(answers, ' ')
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. answer, 'PX', 3600000)
if #caught > 0 then redis.call('HDEL', KEYS[6], unpack(caught)) end
if #behind > 0 then redis.call('HSET', KEYS[6], unpack(behind)) end
return answer
