-- Marks a visible comment, or takes marks away.
-- KEYS: 1 what is never there, 2 the article, 3 the comment, 4 the article's stream, 5 what was decided about the comment
-- ARGV: 1 the marks that it gets, or '', 2 the article's number, 3 the bucket's channel, 4 most entries of a stream,
--       5 what tells the comment from others, 6 the verdict that it is, 7 the verdict that it takes back, or '', 8 by whom and why,
--       parted by a tab, 9 the marks that it loses, or ''; what others have marked meanwhile stays,
--       10 when the text that was read was last changed, '-' for never, or '' for any,
--       11 'again' when the verdict is asked for another time, or ''
-- Answers: {'turned', its state, 'done'} | {'unknown'} | {'changed', its state} | {'edited', its state}
local comment = header(KEYS[3])
if not comment then return {'unknown'} end
local history = decided(KEYS[5])
if stands(history, ARGV[6]) then return {'turned', comment.state, 'done'} end
if overruled(history, ARGV[6], ARGV[11]) then return {'changed', comment.state} end
if ARGV[10] ~= '' and ARGV[10] ~= comment.edited then return {'edited', comment.state} end
local before = comment.state .. comment.flags
local flags = ''
for flag in string.gmatch('PF', '%u') do
  local wanted = string.find(comment.flags .. ARGV[1], flag, 1, true)
  if wanted and not string.find(ARGV[9], flag, 1, true) then flags = flags .. flag end
end
local after = comment.state .. flags
if comment.state ~= 'v' or ARGV[7] ~= '' and not reverts(history, ARGV[7], before, after) then
  return {'changed', comment.state}
end
if before == after then return {'turned', comment.state, 'done'} end
redis.call('DEL', KEYS[1])
local line, body = string.match(redis.call('GET', KEYS[3]), '^([^\n]*)\n(.*)$')
local bare = string.match(line, '^1 %a %d+ %d+ %d+ %d+ %S+ %S+ %S+ %S+')
redis.call('SET', KEYS[3], bare .. (flags == '' and '' or ' ' .. flags) .. '\n' .. body)
decide(KEYS[5], history, ARGV[6], ARGV[7], before, after, ARGV[8])
local revision = redis.call('HINCRBY', KEYS[2], 'r', 1)
redis.call('HINCRBY', KEYS[2], 'v', 1)
redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[4], revision .. '-0', 'u', ARGV[5])
local time = redis.call('TIME')
redis.call('PUBLISH', ARGV[3], 'e ' .. ARGV[2] .. ' ' .. string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)))
return {'turned', comment.state, 'done'}
