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
local scratch = KEYS[1]
local record = KEYS[2]
local stream = KEYS[3]
local branches = KEYS[6]
local marks = KEYS[7]
local newest = KEYS[8]
local flagged = KEYS[14]
local decisions = KEYS[15]
local writers = KEYS[16]
local to = ARGV[1]
local from = ARGV[2]
local number = ARGV[3]
local channel = ARGV[4]
local entries = ARGV[5]
local id = ARGV[6]
local branch = ARGV[7]
local reach = ARGV[8]
local mark = ARGV[9]
local newest_kept = ARGV[10]
local verdict = ARGV[11]
local undoes = ARGV[12]
local told = ARGV[13]
local mention = ARGV[14]
local hourly_kept = ARGV[15]
local daily_kept = ARGV[16]
local edited = ARGV[17]
local repeated = ARGV[18]
-- Where the comment begins and those above it follow, among the keys and the arguments alike.
local FIRST = 19
local comment = KEYS[FIRST]

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local chain = {}
for at = FIRST, #KEYS, 3 do
  local node = header(KEYS[at])
  if not node then return {'unknown'} end
  node.member = ARGV[FIRST + #chain]
  node.replies = redis.call('ZCARD', KEYS[at + 1])
  -- It is listed in the roots, unless one comes above it: then in the replies of that one. The same by rank is the key after.
  node.index = 4
  if #chain > 0 then chain[#chain].index = at + 1 end
  table.insert(chain, node)
end
local first = chain[1]
local before = first.state
local listing = to == '-' or to == '+'
local reported = false
local history
local day
local counted, more = '', 1
if not listing then
  reported = redis.call('ZSCORE', flagged, id) ~= false
  history = decided(decisions)
  if verdict ~= '' and stands(history, verdict) then return {'turned', before, 'done'} end
  if verdict ~= '' and overruled(history, verdict, repeated) then return {'changed', before} end
  if edited ~= '' and edited ~= first.edited then return {'edited', before} end
  if undoes ~= '' and not reverts(history, undoes, before .. first.flags, to .. first.flags) then return {'changed', before} end
  -- What was erased never comes back.
  if to ~= before and string.find(first.flags, 'E', 1, true) then return {'changed', before} end
  if before == to and not reported and undoes == '' then return {'turned', before, 'done'} end
  if from ~= '' and not string.find(from, before, 1, true) then return {'changed', before} end
  first.state = to
  if verdict ~= '' then
    -- What is taken back is counted no more, on the day that it was.
    local entry, waited = verdict, before == 'p'
    day = KEYS[17]
    counted = '=' .. to
    if undoes ~= '' and latest(history.lines) == undoes then
      entry, waited = undoes, to == 'p'
      day = KEYS[18]
      counted, more = '=' .. before, -1
    end
    if waited then
      local since = tonumber(redis.call('HGET', decisions, 't') or first.created)
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
  if i == #chain and reach == 'part' then return {'again'} end
  if i == #chain and reach ~= 'whole' then
    rest = 'on'
    break
  end
  node.listed = redis.call('ZSCORE', KEYS[node.index], node.member) ~= false
  local wanted = node.state == 'v' or node.replies + delta > 0 or (i == 1 and to == '+')
  delta = (wanted and 1 or 0) - (node.listed and 1 or 0)
  if delta == 0 then break end
  changes = i
end

redis.call('DEL', scratch)
local shown = (first.state == 'v' and 1 or 0) - (before == 'v' and 1 or 0)
for i = 1, changes do
  local node = chain[i]
  if node.listed then
    redis.call('ZREM', KEYS[node.index], node.member)
    redis.call('ZREM', KEYS[node.index + 1], node.member)
  else
    redis.call('ZADD', KEYS[node.index], node.sequence, node.member)
    redis.call('ZADD', KEYS[node.index + 1], best(node.up, node.down, node.sequence), node.member)
  end
  if i == #chain then -- It is a root: further up there is nothing to change.
    if node.listed then
      redis.call('ZREM', branches, node.member)
    else
      redis.call('ZADD', branches, score(0, node.sequence), node.member)
    end
  end
end
if listing then
  if changes > 0 then redis.call('HINCRBY', record, 'v', 1) end
  return {'turned', before, rest}
end

redis.call('SETRANGE', comment, 2, to)
for i, states in ipairs({'p', 'rh', 's'}) do
  local queue = KEYS[10 + i] -- Those that wait, that were rejected, that are spam.
  if string.find(states, before, 1, true) then redis.call('ZREM', queue, id) end
  if string.find(states, to, 1, true) then redis.call('ZADD', queue, first.created, id) end
end
local reports = ''
if reported then
  reports = 'R' .. (redis.call('HGET', decisions, 'o') or 0)
  redis.call('ZREM', flagged, id)
  redis.call('HDEL', decisions, 'o')
end
if verdict == '' and to == 'p' then
  redis.call('HSET', decisions, 'w', string.match(told, '\t(.*)$'), 't', string.format('%.0f', now))
elseif verdict ~= '' then
  local again = reported_before(history, undoes)
  if again then
    redis.call('ZADD', flagged, first.created, id)
    -- Reports that came since are all that is kept of them.
    redis.call('HSET', decisions, 'o', string.match(reports, '%d+') or again)
  end
  decide(decisions, history, verdict, undoes, before .. first.flags .. reports, to .. first.flags, told)
  tally(day, counted, more)
end
if mark ~= '' then
  if to == 'v' or to == 'd' then
    redis.call('HDEL', marks, mark)
  else
    redis.call('HSET', marks, mark, to)
  end
end
if shown ~= 0 then
  redis.call('HINCRBY', record, 'n', shown)
  redis.call('HINCRBY', record, 'v', 1)
  if first.member ~= branch then redis.call('ZADD', branches, 'XX', 'INCR', score(shown, 0), branch) end
  if shown > 0 then
    redis.call('ZADD', newest, first.created, id)
    redis.call('HSETNX', writers, mention, first.member)
    redis.call('ZREMRANGEBYRANK', newest, 0, -1 - newest_kept)
  else
    redis.call('ZREM', newest, id)
  end
  for i, kept in ipairs({hourly_kept, daily_kept}) do
    local ranking = KEYS[8 + i] -- Of its hour, of its day.
    -- Rankings of long ago are gone, and stay so; one that is not there yet begins with what waited.
    local left = kept - (now - first.created)
    if redis.call('EXISTS', ranking) == 1 then
      redis.call('ZINCRBY', ranking, shown, number)
    elseif shown > 0 and left > 0 then
      redis.call('ZINCRBY', ranking, shown, number)
      redis.call('PEXPIRE', ranking, string.format('%.0f', left))
    end
  end
  local revision = redis.call('HINCRBY', record, 'r', 1)
  redis.call('XADD', stream, 'MAXLEN', '~', entries, revision .. '-0', shown > 0 and 'c' or 'd', first.member)
  redis.call('PUBLISH', channel, 'e ' .. number .. ' ' .. string.format('%.0f', now))
end
return {'turned', to, rest}
