-- What was decided about a comment: a hash with d the decisions, a line each, the latest last, and x the one that was taken
-- back last, behind the undo's own id. A line is "<verdict> <before> <after> <by> <reason>", parted by tabs; before and after are
-- the comment's state and flags, and before R and their number when there were reports to see to.
local MOST_DECISIONS = 20

local function decided(key)
  local held = redis.call('HMGET', key, 'd', 'x')
  return {lines = held[1] or '', undone = held[2] or ''}
end

local function latest(lines)
  return string.match(lines, '([^\n\t]*)\t([^\n\t]*)\t([^\n\t]*)\t[^\n]*$')
end

-- Whether a verdict is carried out already: it may be asked for again when it was broken off.
local function stands(history, verdict)
  return latest(history.lines) == verdict or string.match(history.undone, '^[^\t]*') == verdict
end

-- Whether an entry of the journal is newer than another: "<ms>-<number>".
local function newer(entry, other)
  local ms, number = string.match(entry, '^(%d+)-(%d+)$')
  local than, last = string.match(other, '^(%d+)-(%d+)$')
  if not ms or not than then return false end
  if ms ~= than then return tonumber(ms) > tonumber(than) end
  return tonumber(number) > tonumber(last)
end

-- Whether a verdict was carried out once and something else was decided since: then it is not for it to say any more. A verdict that
-- was taken back may have left nothing here. So one that is asked for again has to be newer than all that was decided or undone; one
-- that is new has not, for two may be on their way at once.
local function overruled(history, verdict, again)
  if again ~= '' then
    if newer(string.match(history.undone, '^[^\t]*'), verdict) then return true end
    for entry in string.gmatch('\n' .. history.lines, '\n([^\t]*)') do
      if newer(entry, verdict) then return true end
    end
  end
  return latest(history.lines) ~= verdict and string.find('\n' .. history.lines, '\n' .. verdict .. '\t', 1, true) ~= nil
    or string.match(history.undone, '^[^\t]*\t([^\t]*)') == verdict
end

-- Whether a verdict, or an undo, is the last word on a comment that is as it was left then, and would become as it was before.
local function reverts(history, undoes, now, to)
  local verdict, before, after = latest(history.lines)
  if verdict == undoes then return now == after and to == (string.gsub(before, 'R%d*', '')) end
  local undo, rest = string.match(history.undone, '^([^\t]*)\t(.*)$')
  if undo ~= undoes then return false end
  verdict, before, after = latest(rest)
  return now == (string.gsub(before, 'R%d*', '')) and to == after
end

-- How many reports there were to see to before the verdict that is taken back, or nil.
local function reported_before(history, undoes)
  local verdict, before = latest(history.lines)
  return verdict == undoes and string.match(before, 'R(%d+)') or nil
end

-- Notes a decision: `told` is by whom and why.
local function decide(key, history, verdict, undoes, before, after, told)
  local lines = history.lines
  if undoes ~= '' and latest(lines) == undoes then
    local line = string.match(lines, '[^\n]*$')
    lines = string.sub(lines, 1, -#line - 2)
    redis.call('HSET', key, 'x', verdict .. '\t' .. line)
  else
    lines = (lines == '' and '' or lines .. '\n') .. table.concat({verdict, before, after, told}, '\t')
    redis.call('HDEL', key, 'x')
  end
  local _, count = string.gsub(lines, '\n', '')
  if count >= MOST_DECISIONS then lines = string.match(lines, '\n(.*)$') end
  if lines == '' then redis.call('HDEL', key, 'd') else redis.call('HSET', key, 'd', lines) end
end
