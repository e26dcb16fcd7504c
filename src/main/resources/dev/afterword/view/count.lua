-- Counts the hits of one moment on the articles of one bucket: one visitor, one article, one window.
-- A batch that was carried out already is answered as it was, not counted again.
-- KEYS: 1 the producer's last batch (hash n, a), 2… for each article its record and its visitors of the day, then a window for each hit
-- ARGV: 1 number of the batch, 2 how many articles, 3 the window in ms, 4 the bucket's channel, 5 the shortest time
--       between two ticks in ms, then for each article its key, number, title, url, then for each hit the index of its article and its visitor
-- Answers: views and whether a tick is owed for each article, then for each hit 0 when it counted,
--          else how many ms its window stays open, or -1 when another article has its number already: "7 0 9 1|0 1799999 0"
local last = redis.call('HMGET', KEYS[1], 'n', 'a')
if last[1] == ARGV[1] then return last[2] end

local articles, window, channel, pause = tonumber(ARGV[2]), ARGV[3], ARGV[4], tonumber(ARGV[5])
local hits = #KEYS - 1 - 2 * articles
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local today = tostring(math.floor(time[1] / 86400))

local known = {}
for i = 1, articles do
  known[i] = redis.call('HGET', KEYS[2 * i], 'k')
end

local counted, visitors, answers = {}, {}, {}
for h = 1, hits do
  local key = KEYS[1 + 2 * articles + h]
  local a = tonumber(ARGV[4 + 4 * articles + 2 * h])
  if known[a] and known[a] ~= ARGV[2 + 4 * a] then
    answers[h] = '-1'
  elseif redis.call('SET', key, '', 'NX', 'PX', window) then
    counted[a] = (counted[a] or 0) + 1
    visitors[a] = visitors[a] or {}
    table.insert(visitors[a], ARGV[5 + 4 * articles + 2 * h])
    answers[h] = '0'
  else
    answers[h] = tostring(math.max(1, redis.call('PTTL', key)))
  end
end

local states = {}
for i = 1, articles do
  local key = KEYS[2 * i]
  if counted[i] and not known[i] then
    redis.call('HSET', key, 'k', ARGV[2 + 4 * i], 'c', now, 'l', now)
    if ARGV[4 + 4 * i] ~= '' then redis.call('HSET', key, 't', ARGV[4 + 4 * i]) end
    if ARGV[5 + 4 * i] ~= '' then redis.call('HSET', key, 'u', ARGV[5 + 4 * i]) end
  end
  if counted[i] then
    redis.call('HINCRBY', key, 'w', counted[i])
    local day = redis.call('HMGET', key, 'dd', 'dv')
    if day[1] ~= today then
      -- The day before becomes a number; its sketch goes.
      redis.call('HINCRBY', key, 'd', day[2] or 0)
      redis.call('HSET', key, 'dd', today, 'dv', 0)
      redis.call('DEL', KEYS[2 * i + 1])
    end
    if redis.call('PFADD', KEYS[2 * i + 1], unpack(visitors[i])) == 1 then
      redis.call('HSET', key, 'dv', redis.call('PFCOUNT', KEYS[2 * i + 1]))
      redis.call('PEXPIRE', KEYS[2 * i + 1], 172800000)
    end
  end
  local tick = redis.call('HMGET', key, 'w', 'p', 'pw')
  local views, owed = tick[1] or '0', '0'
  if views ~= (tick[3] or '0') then
    if now - tonumber(tick[2] or 0) >= pause then
      redis.call('HSET', key, 'p', now, 'pw', views)
      redis.call('PUBLISH', channel, 'v ' .. ARGV[3 + 4 * i] .. ' ' .. views)
    else
      owed = '1'
    end
  end
  states[i] = views .. ' ' .. owed
end

local answer = table.concat(states, ' ') .. '|' .. table.concat(answers, ' ')
redis.call('HSET', KEYS[1], 'n', ARGV[1], 'a', answer)
redis.call('PEXPIRE', KEYS[1], 3600000)
return answer
