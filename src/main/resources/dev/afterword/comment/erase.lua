-- Takes from a deleted comment all that was its author's. Only its place stays, so that replies stay; it never comes back.
-- KEYS: 1 what is never there, 2 the comment, 3 its earlier texts, 4 what was decided about it, 5 readers' reports of it,
--       6 who takes part in the article, 7 the author's marks on it, 8 the author's comments in the bucket, 9 where it is kept aside
--       while it is put into another article
-- ARGV: 1 the comment's id, 2 what tells it from the article's others, 3 the author's name as it is mentioned, 4 the mark of a
--       comment of the author's own, 5 what is kept of who wrote what, as JSON
-- Answers: 'erased' | 'again' when it is not deleted, or on its way
local comment = header(KEYS[2])
if comment and comment.state ~= 'd' then return 'again' end
if not comment and string.find(redis.call('GET', KEYS[9]) or '', '^[+-]') then return 'again' end
local line = redis.call('GETRANGE', KEYS[2], 0, 199)
local mentioned = redis.call('HGET', KEYS[6], ARGV[3]) == ARGV[2]
redis.call('DEL', KEYS[1])
if comment then
  local head, tail = string.match(line, '^(1 %a %d+ %d+ %d+ %d+ )%S+( %S+ %S+ %S+)')
  redis.call('SET', KEYS[2], head .. '-' .. tail .. ' E\n' .. ARGV[5])
end
redis.call('DEL', KEYS[3], KEYS[4], KEYS[5])
if mentioned then redis.call('HDEL', KEYS[6], ARGV[3]) end
redis.call('HDEL', KEYS[7], ARGV[4])
-- The index comes last: what stands in it is still to be erased.
redis.call('ZREM', KEYS[8], ARGV[1])
return 'erased'
