-- Who reads an article now: the sockets that living processes have open on it, or the readers that its recent views stand for,
-- whichever are more. A page with the widget is a view and a socket at once, so the two are never added up.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- A counted view stands for a reader who fades by e in 180 s: view/count.lua folds what is left of them into pf, as of p.
local function recent(record)
  local held = redis.call('HMGET', record, 'w', 'p', 'pw', 'pf')
  local age = math.max(0, now - (held[2] or now))
  local faded = (held[4] or 0) * math.exp(-age / 180000)
  return math.floor(faded + (held[1] or 0) - (held[3] or 0) + 0.5)
end

-- How many sockets are open by what living processes say, which processes are dead, and the number of readers that was told last.
local function alive(sockets)
  local open, dead, told = 0, {}, nil
  local held = redis.call('HGETALL', sockets)
  for i = 1, #held, 2 do
    if held[i] == 'n' then
      told = held[i + 1]
    else
      local count, believed = string.match(held[i + 1], '^(%d+) (%d+)$')
      if tonumber(believed) > now then
        open = open + count
      else
        table.insert(dead, held[i])
      end
    end
  end
  return open, dead, told
end
