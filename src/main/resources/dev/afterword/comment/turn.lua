-- Shows or hides one comment, and lists or unlists it and those above it: a comment is listed while it is visible or has a reply
-- that is listed.
-- KEYS: 1 what is never there, 2 the article, 3 its stream, 4 its roots, 5 its roots by rank, 6 its roots by size of their
--       branches, 7 its author's marks on the article, 8 the bucket's latest comments,
--       9 the bucket's articles by comments of its hour, 10 the same of its day, 11 the bucket's comments that wait,
--       12 that were rejected, 13 that are spam, 14 that were reported, 15 what was decided about it,
--       16 who takes part in the article, 17 what came of the day of the verdict that it is, 18 the same of the verdict that it takes
--       back, 19… for the comment, its parent and so on upwards: itself, its replies,
--       its replies by rank
-- ARGV: 1 the state it comes to, '-' to see only whether it is to be listed, '+' to list it in any case,
--       2 states that it may come from, or '', 3 the article's number,
--       4 the bucket's channel, 5 most entries of a stream, 6 the comment's id, 7 what tells its root from others, 8 'whole' when the
--       last of the comments given is a root, 'part' when it is not, 'step' when it is not and others will see to it, 9 a mark of
--       the author's own, or '', 10 how many latest comments to keep, 11 the verdict that it is, or '', 12 the verdict that it takes
--       back, or '', 13 by whom and why, parted by a tab, 14 the author's name as it is mentioned, 15 how long an hour's ranking is
--       kept, 16 how long a day's, in ms, 17 when the text that was read was last changed, '-' for never, or '' for any,
--       18 'again' when the verdict is asked for another time, or '', 19… what tells each comment from others
-- Answers: {'turned', its state, 'done' | 'on' when the last one given has to be seen to next} | {'unknown'}
--          | {'changed', its state} | {'edited', its state} | {'again'} when comments further up have to be known too
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local chain = {}
for i = 19, #KEYS, 3 do
  local node = header(KEYS[i])
  if not node then return {'unknown'} end
  node.member = ARGV[19 + (i - 19) / 3]
  node.replies = redis.call('ZCARD', KEYS[i + 1])
  table.insert(chain, node)
end
local first = chain[1]
local before = first.state
local listing = ARGV[1] == '-' or ARGV[1] == '+'
local reported = false
local history
local day
local counted, more = '', 1
if not listing then
  reported = redis.call('ZSCORE', KEYS[14], ARGV[6]) ~= false
  history = decided(KEYS[15])
  if ARGV[11] ~= '' and stands(history, ARGV[11]) then return {'turned', before, 'done'} end
  if ARGV[11] ~= '' and overruled(history, ARGV[11], ARGV[18]) then return {'changed', before} end
  if ARGV[17] ~= '' and ARGV[17] ~= first.edited then return {'edited', before} end
  if ARGV[12] ~= '' and not reverts(history, ARGV[12], before .. first.flags, ARGV[1] .. first.flags) then
    return {'changed', before}
  end
  -- What was erased never comes back.
  if ARGV[1] ~= before and string.find(first.flags, 'E', 1, true) then return {'changed', before} end
  if before == ARGV[1] and not reported and ARGV[12] == '' then return {'turned', before, 'done'} end
  if ARGV[2] ~= '' and not string.find(ARGV[2], before, 1, true) then return {'changed', before} end
  first.state = ARGV[1]
  if ARGV[11] ~= '' then
    -- What is taken back is counted no more, on the day that it was.
    local entry, waited = ARGV[11], before == 'p'
    day = KEYS[17]
    counted = '=' .. first.state
    if ARGV[12] ~= '' and latest(history.lines) == ARGV[12] then
      entry, waited = ARGV[12], first.state == 'p'
      day = KEYS[18]
      counted, more = '=' .. before, -1
    end
    if waited then
      local since = tonumber(redis.call('HGET', KEYS[15], 't') or first.created)
      local seconds = math.max(1, (string.match(entry, '^%d+') - since) / 1000)
      counted = counted .. ':' .. math.floor(4 * math.log(seconds) / math.log(2))
    end
  end
end

-- Which are listed, and which will be: goes up as far as something changes.
local changes = 0
local delta = 0
local rest = 'done'
for i, node in ipairs(chain) do
  if i < #chain then
    node.listed = redis.call('ZSCORE', KEYS[19 + 3 * i + 1], node.member) ~= false
  elseif ARGV[8] == 'whole' then
    node.listed = redis.call('ZSCORE', KEYS[4], node.member) ~= false
  elseif ARGV[8] == 'part' then
    return {'again'}
  else
    rest = 'on'
    break
  end
  local wanted = node.state == 'v' or node.replies + delta > 0 or (i == 1 and ARGV[1] == '+')
  delta = (wanted and 1 or 0) - (node.listed and 1 or 0)
  if delta == 0 then break end
  changes = i
end

redis.call('DEL', KEYS[1])
local shown = (first.state == 'v' and 1 or 0) - (before == 'v' and 1 or 0)
for i = 1, changes do
  local node = chain[i]
  local last = i == #chain -- Then it is a root: further up there is nothing to change.
  local index = KEYS[4]
  local ranks = KEYS[5]
  if not last then
    index = KEYS[19 + 3 * i + 1]
    ranks = KEYS[19 + 3 * i + 2]
  end
  if node.listed then
    redis.call('ZREM', index, node.member)
    redis.call('ZREM', ranks, node.member)
  else
    redis.call('ZADD', index, node.sequence, node.member)
    redis.call('ZADD', ranks, best(node.up, node.down, node.sequence), node.member)
  end
  if last then
    if node.listed then
      redis.call('ZREM', KEYS[6], node.member)
    else
      redis.call('ZADD', KEYS[6], score(0, node.sequence), node.member)
    end
  end
end
if listing then
  if changes > 0 then redis.call('HINCRBY', KEYS[2], 'v', 1) end
  return {'turned', before, rest}
end

redis.call('SETRANGE', KEYS[19], 2, first.state)
for i, states in ipairs({'p', 'rh', 's'}) do
  if string.find(states, before, 1, true) then redis.call('ZREM', KEYS[10 + i], ARGV[6]) end
  if string.find(states, first.state, 1, true) then redis.call('ZADD', KEYS[10 + i], first.created, ARGV[6]) end
end
local reports = ''
if reported then
  reports = 'R' .. (redis.call('HGET', KEYS[15], 'o') or 0)
  redis.call('ZREM', KEYS[14], ARGV[6])
  redis.call('HDEL', KEYS[15], 'o')
end
if ARGV[11] == '' and first.state == 'p' then
  redis.call('HSET', KEYS[15], 'w', string.match(ARGV[13], '\t(.*)$'), 't', string.format('%.0f', now))
elseif ARGV[11] ~= '' then
  local again = reported_before(history, ARGV[12])
  if again then
    redis.call('ZADD', KEYS[14], first.created, ARGV[6])
    -- Reports that came since are all that is kept of them.
    redis.call('HSET', KEYS[15], 'o', string.match(reports, '%d+') or again)
  end
  decide(KEYS[15], history, ARGV[11], ARGV[12], before .. first.flags .. reports, first.state .. first.flags, ARGV[13])
  tally(day, counted, more)
end
if ARGV[9] ~= '' then
  if first.state == 'v' or first.state == 'd' then
    redis.call('HDEL', KEYS[7], ARGV[9])
  else
    redis.call('HSET', KEYS[7], ARGV[9], first.state)
  end
end
if shown ~= 0 then
  redis.call('HINCRBY', KEYS[2], 'n', shown)
  redis.call('HINCRBY', KEYS[2], 'v', 1)
  if first.member ~= ARGV[7] then redis.call('ZADD', KEYS[6], 'XX', 'INCR', score(shown, 0), ARGV[7]) end
  if shown > 0 then
    redis.call('ZADD', KEYS[8], first.created, ARGV[6])
    redis.call('HSETNX', KEYS[16], ARGV[14], first.member)
    redis.call('ZREMRANGEBYRANK', KEYS[8], 0, -1 - ARGV[10])
  else
    redis.call('ZREM', KEYS[8], ARGV[6])
  end
  for i = 9, 10 do
    -- Rankings of long ago are gone, and stay so; one that is not there yet begins with what waited.
    local left = ARGV[i + 6] - (now - first.created)
    if redis.call('EXISTS', KEYS[i]) == 1 then
      redis.call('ZINCRBY', KEYS[i], shown, ARGV[3])
    elseif shown > 0 and left > 0 then
      redis.call('ZINCRBY', KEYS[i], shown, ARGV[3])
      redis.call('PEXPIRE', KEYS[i], string.format('%.0f', left))
    end
  end
  local revision = redis.call('HINCRBY', KEYS[2], 'r', 1)
  redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[5], revision .. '-0', shown > 0 and 'c' or 'd', first.member)
  redis.call('PUBLISH', ARGV[4], 'e ' .. ARGV[3] .. ' ' .. string.format('%.0f', now))
end
return {'turned', first.state, rest}
