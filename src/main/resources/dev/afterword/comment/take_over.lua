-- Adds what another article came to, or takes it away again; works in a full store. Done once, however often it is asked for.
-- KEYS: 1 what is never there, 2 the article, 3 its days, 4 its reads
-- ARGV: 1 the field that tells that it is done, 2 'add' | 'take', 3 the article's number, 4 the bucket's channel,
--       5 how many numbers of its record, then their fields and values, how many days, then days and their views ("hour:views …" or a
--       sum), then the buckets of its reads and how many
-- Answers: 'done' | 'moved' (it has given way itself)
local held = redis.call('HMGET', KEYS[2], 'k', 'z', ARGV[1])
if (held[3] ~= false) == (ARGV[2] == 'add') then return 'done' end
if not held[1] or held[2] then return 'moved' end
local sign = ARGV[2] == 'add' and 1 or -1

-- Hours and their views; of days that are only a sum, the sum as that of no hour.
local function hours(text, sums)
  if text ~= '' and not string.find(text, ':', 1, true) then text = '-:' .. text end
  for hour, views in string.gmatch(text, '([%d-]+):(%d+)') do sums[hour] = (sums[hour] or 0) + views end
  return sums
end

local function both(text, other)
  local sums = hours(text, {})
  local told = hours(other, {})
  local ordered = {}
  local sum = 0
  for hour, views in pairs(told) do sums[hour] = math.max(0, (sums[hour] or 0) + sign * views) end
  for hour, views in pairs(sums) do
    sum = sum + views
    if views > 0 then table.insert(ordered, hour) end
  end
  if sums['-'] then return tostring(sum) end
  table.sort(ordered, function(a, b) return tonumber(a) < tonumber(b) end)
  for i, hour in ipairs(ordered) do ordered[i] = hour .. ':' .. sums[hour] end
  return table.concat(ordered, ' ')
end

redis.call('DEL', KEYS[1])
if sign == 1 then redis.call('HSET', KEYS[2], ARGV[1], '') else redis.call('HDEL', KEYS[2], ARGV[1]) end
-- Of nothing there would be "-0".
local function signed(number)
  return number ~= '0' and string.format('%.0f', sign * number) or 0
end
local at = 6
for _ = 1, tonumber(ARGV[5]) do
  redis.call('HINCRBY', KEYS[2], ARGV[at], signed(ARGV[at + 1]))
  at = at + 2
end
local days = tonumber(ARGV[at])
at = at + 1
for _ = 1, days do
  local views = both(redis.call('HGET', KEYS[3], ARGV[at]) or '', ARGV[at + 1])
  if views == '' or views == '0' then redis.call('HDEL', KEYS[3], ARGV[at]) else redis.call('HSET', KEYS[3], ARGV[at], views) end
  at = at + 2
end
for i = at, #ARGV, 2 do redis.call('HINCRBY', KEYS[4], ARGV[i], signed(ARGV[i + 1])) end
redis.call('HINCRBY', KEYS[2], 'v', 1)
local views = redis.call('HMGET', KEYS[2], 'w', 'o')
redis.call('PUBLISH', ARGV[4], 'v ' .. ARGV[3] .. ' ' .. string.format('%.0f', (views[1] or 0) + (views[2] or 0)))
return 'done'
