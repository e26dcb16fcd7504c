-- Reads on in an index of a bucket that is ordered by time; of the same time, by id.
-- KEYS: 1 the index
-- ARGV: 1 'up' | 'down', 2 the time after which to go on, or '', 3 the id after which to go on, 4 the least time, 5 the greatest,
--       6 how many
-- Answers: {id, time, id, time…}
local down = ARGV[1] == 'down'
local found = {}
local function add(from, to, most)
  local some
  if down then
    some = redis.call('ZREVRANGEBYSCORE', KEYS[1], to, from, 'WITHSCORES', 'LIMIT', 0, most)
  else
    some = redis.call('ZRANGEBYSCORE', KEYS[1], from, to, 'WITHSCORES', 'LIMIT', 0, most)
  end
  return some
end
local from, to = ARGV[4], ARGV[5]
if ARGV[2] ~= '' then
  local same = add(ARGV[2], ARGV[2], -1)
  for i = 1, #same, 2 do
    if down and same[i] < ARGV[3] or not down and same[i] > ARGV[3] then
      table.insert(found, same[i])
      table.insert(found, ARGV[2])
    end
  end
  if down then to = '(' .. ARGV[2] else from = '(' .. ARGV[2] end
end
local rest = add(from, to, ARGV[6])
for i = 1, #rest, 2 do
  table.insert(found, rest[i])
  table.insert(found, string.format('%.0f', rest[i + 1]))
end
return found
