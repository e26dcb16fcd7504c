-- Reads comments with the first of their replies' ids.
-- KEYS: 1 the bucket, 2 the article, 3 its branches, then for each comment itself and the index of its replies
-- ARGV: 1 how many replies, then for each comment what tells it from others
-- Answers: {epoch, fields of the article, {comment or '', descendants, how many replies, {member, sequence…}}…}
local answer = {epoch(KEYS[1]), article(KEYS[2])}
for i = 4, #KEYS, 2 do
  local replies = redis.call('ZCARD', KEYS[i + 1])
  local first = {}
  if replies > 0 and ARGV[1] ~= '0' then
    first = redis.call('ZRANGE', KEYS[i + 1], 0, ARGV[1] - 1, 'WITHSCORES')
  end
  table.insert(answer, {
    redis.call('GET', KEYS[i]) or '',
    redis.call('ZSCORE', KEYS[3], ARGV[i / 2]) or '0',
    replies,
    first,
  })
end
return answer
