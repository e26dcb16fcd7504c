-- Gives a comment that is visible, waits or is in the shadow another text and keeps the one before. Only of one that is visible others are told.
-- KEYS: 1 the article, 2 the comment, 3 its revisions, 4 the article's stream
-- ARGV: 1 the rest of the comment as JSON, or '' only to ask whether it may have another, 2 ms after which its author may not, or '', 3 the article's number, 4 what tells the
--       comment from others, 5 the bucket's channel, 6 most entries of a stream, 7 most revisions,
--       8 the journal's entry by which staff do this, or '', 9 the entry by which it came to say what it says, or '' for any,
--       10 the state that it was looked at for, or '' for any
-- Answers: {'edited'} | {'unknown'} | {'too-late'} | {'changed'} | {'read-only'} | {'closed'} | {'again'} when its state is another
local state = redis.call('HGET', KEYS[1], 's')
if state == 'read-only' or state == 'closed' then return {state} end
local packed = redis.call('GET', KEYS[2])
local shown = packed and string.sub(packed, 3, 3)
if shown ~= 'v' and shown ~= 'p' and shown ~= 'h' then return {'unknown'} end
local line, body = string.match(packed, '^([^\n]*)\n(.*)$')
local before, created, edited, after = string.match(line, '^(1 %a %d+ %d+ %d+ )(%d+) (%S+)( .*)$')
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[2] ~= '' and now > tonumber(created) + tonumber(ARGV[2]) then return {'too-late'} end
local latest = ARGV[9] ~= '' and redis.call('LINDEX', KEYS[3], -1)
if ARGV[9] ~= '' and (not latest or string.match(latest, '^%d+ (%S+)\n') ~= ARGV[9]) then return {'changed'} end
if ARGV[10] ~= '' and ARGV[10] ~= shown then return {'again'} end
if ARGV[1] == '' then return {'edited'} end
now = math.max(now, tonumber(created), tonumber(edited) or 0)
redis.call('RPUSH', KEYS[3], (edited == '-' and created or edited) .. (ARGV[8] == '' and '' or ' ' .. ARGV[8]) .. '\n' .. body)
redis.call('LTRIM', KEYS[3], -ARGV[7], -1)
redis.call('SET', KEYS[2], before .. created .. ' ' .. string.format('%.0f', now) .. after .. '\n' .. ARGV[1])
if shown ~= 'v' then return {'edited'} end
redis.call('HINCRBY', KEYS[1], 'v', 1)
local revision = redis.call('HINCRBY', KEYS[1], 'r', 1)
redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[6], revision .. '-0', 'u', ARGV[4])
redis.call('PUBLISH', ARGV[5], 'e ' .. ARGV[3] .. ' ' .. string.format('%.0f', now))
return {'edited'}
