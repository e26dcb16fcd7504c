-- Puts a comment that was taken out of another article into this one, with all that is kept of it. Done once, however often it is
-- asked for.
-- KEYS: 1 the article, 2 the comment, 3 where its id leads when it is elsewhere, 4 the index that it goes into, 5 the same by rank,
--       6 the article's roots by size of their branches, 7 all comments of the article, 8 the bucket's latest comments, 9 all
--       comments of the bucket, 10 the author's, 11 the bucket's articles by their latest comment, 12 who takes part in the
--       article, 13 the author's marks on it, 14 the bucket's comments that wait, 15 that were rejected, 16 that are spam,
--       17 that were reported, 18 what was decided about it, 19 its earlier texts, 20 readers' reports of it, 21… what each of those
--       readers left in the bucket
-- ARGV: 1 its id, 2 what tells it from others, 3 the same of its root, 4 the comment, 5 '+' if it is listed, or '-', 6 '1' if it
--       is reported, or '', 7 8 9 what 18, 19 and 20 hold as DUMP has it, or '', 10 the article's number, 11 the author's name as it is
--       mentioned, or '' when nobody is its author, 12 the mark of a comment of the author's own, 13 what the comment before it
--       has to tell it from others, '' when there is none, '-' when it comes last, 14 how many latest comments to keep
-- Answers: 'placed' | 'another' (there is another comment of this id) | 'busy' (this one was here, and is on its way elsewhere)
local there = header(KEYS[2])
if there then return there.created == string.match(ARGV[4], '^1 %a %d+ %d+ %d+ (%d+)') and 'placed' or 'another' end
if string.find(redis.call('GET', KEYS[3]) or '', '^[+-]') then return 'busy' end
local held = redis.call('HMGET', KEYS[1], 'q', 'l')
redis.call('SET', KEYS[2], ARGV[4])
redis.call('DEL', KEYS[3])
for i = 7, 9 do
  if ARGV[i] ~= '' then redis.call('RESTORE', KEYS[i + 11], 0, ARGV[i], 'REPLACE') end
end
local comment = header(KEYS[2])
local state, sequence, created = comment.state, comment.sequence, comment.created
redis.call('HSET', KEYS[1], 'q', math.max(sequence, tonumber(held[1] or 0)))
if tonumber(created) > tonumber(held[2] or 0) then redis.call('HSET', KEYS[1], 'l', created) end
redis.call('HINCRBY', KEYS[1], 'v', 1)
if ARGV[13] == '' then
  redis.call('LPUSH', KEYS[7], ARGV[2])
elseif redis.call('LINSERT', KEYS[7], 'AFTER', ARGV[13], ARGV[2]) < 1 then
  redis.call('RPUSH', KEYS[7], ARGV[2])
end
redis.call('ZADD', KEYS[9], created, ARGV[1])
redis.call('ZADD', KEYS[11], 'GT', created, ARGV[10])
if ARGV[11] ~= '' then redis.call('ZADD', KEYS[10], created, ARGV[1]) end
for i, states in ipairs({'p', 'rh', 's'}) do
  if string.find(states, state, 1, true) then redis.call('ZADD', KEYS[13 + i], created, ARGV[1]) end
end
if ARGV[6] ~= '' then redis.call('ZADD', KEYS[17], created, ARGV[1]) end
for i = 21, #KEYS do redis.call('SADD', KEYS[i], ARGV[1]) end
local root = ARGV[2] == ARGV[3]
if ARGV[5] == '+' then
  redis.call('ZADD', KEYS[4], sequence, ARGV[2])
  redis.call('ZADD', KEYS[5], best(comment.up, comment.down, sequence), ARGV[2])
  if root then redis.call('ZADD', KEYS[6], score(0, sequence), ARGV[2]) end
end
if state == 'v' then
  redis.call('HINCRBY', KEYS[1], 'n', 1)
  redis.call('HSETNX', KEYS[12], ARGV[11], ARGV[2])
  redis.call('ZADD', KEYS[8], created, ARGV[1])
  redis.call('ZREMRANGEBYRANK', KEYS[8], 0, -1 - ARGV[14])
  if not root then redis.call('ZADD', KEYS[6], 'XX', 'INCR', score(1, 0), ARGV[3]) end
  -- It stands in no stream: who has the article open reads all anew.
  redis.call('HINCRBY', KEYS[1], 'r', 1)
elseif state ~= 'd' then
  redis.call('HSET', KEYS[13], ARGV[12], state)
end
return 'placed'
