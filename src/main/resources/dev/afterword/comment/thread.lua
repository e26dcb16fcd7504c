-- What scripts know of a comment is the first line of its packed form, as Comment writes it:
-- "1 <state> <up> <down> <sequence> <created> <edited or -> <depth> <parent or -> <root or -> <flags, or nothing>".
-- State and votes stand at fixed places, so that a change of them writes a few bytes.
local function header(key)
  local line = redis.call('GETRANGE', key, 0, 199)
  if line == '' then return nil end
  local state, up, down, sequence, created, edited, flags =
    string.match(line, '^1 (%a) (%d+) (%d+) (%d+) (%d+) (%S+) %S+ %S+ %S+ ?(%u*)')
  return {
    state = state, up = tonumber(up), down = tonumber(down), sequence = tonumber(sequence), created = created, edited = edited,
    flags = flags,
  }
end

-- Scores that are unique within an article: what is ranked by first, and the sequence (below 2^30) to part equals.
local PLACES = 1073741824

local function score(rank, sequence)
  return string.format('%.0f', rank * PLACES + sequence)
end

-- The lower bound of Wilson's score interval at 95 % (E. B. Wilson, 1927), in steps of 2^-22: how good a comment is at least, as far
-- as its votes can tell.
local function best(up, down, sequence)
  local votes = up + down
  if votes == 0 then return score(0, sequence) end
  local z = 1.96
  local share = up / votes
  local middle = share + z * z / (2 * votes)
  local margin = z * math.sqrt((share * (1 - share) + z * z / (4 * votes)) / votes)
  return score(math.floor(math.max(0, (middle - margin) / (1 + z * z / votes)) * 4194304), sequence)
end
