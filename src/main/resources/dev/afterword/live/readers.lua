-- Notes how many sockets a process has open on articles of one bucket, and forgets the processes that have not been heard of in time.
-- Whoever has an article open is told how many read it when that is another number than was told last.
-- KEYS: for each article its record and its sockets (hash: process → "how many, until when that is believed", n the number last told)
-- ARGV: 1 the bucket's channel, 2 the process, 3 for how many ms it is believed, then for each article its number and how many sockets
--       the process has open
-- Answers: {how many read each article}
local answer = {}
for i = 1, #KEYS, 2 do
  local record = KEYS[i]
  local sockets = KEYS[i + 1]
  local article, count = ARGV[i + 3], ARGV[i + 4]
  if count == '0' then
    redis.call('HDEL', sockets, ARGV[2])
  else
    redis.call('HSET', sockets, ARGV[2], count .. ' ' .. string.format('%.0f', now + ARGV[3]))
    redis.call('PEXPIRE', sockets, ARGV[3])
  end
  local open, dead, told = alive(sockets)
  for _, process in ipairs(dead) do redis.call('HDEL', sockets, process) end
  local readers = string.format('%.0f', math.max(open, recent(record)))
  if open == 0 then
    redis.call('DEL', sockets) -- Nobody is left to be told.
  elseif readers ~= told then
    redis.call('HSET', sockets, 'n', readers)
    redis.call('PUBLISH', ARGV[1], 'n ' .. article .. ' ' .. readers)
  end
  table.insert(answer, readers)
end
return answer
