-- Reads comments with the first of their replies' ids.
-- KEYS: 1 the bucket, 2 the article, 3 its roots by size of their branches, then for each comment itself and an index of its replies
-- ARGV: 1 how many replies, 2 'down' | 'up': the direction of their scores, then for each comment what tells it from others
-- Answers: {epoch, fields of the article, {comment or '', its score among the branches or '', how many replies,
--          {member, score…}}…}
local answer = {epoch(KEYS[1]), article(KEYS[2])}
for i = 4, #KEYS, 2 do
  local replies = redis.call('ZCARD', KEYS[i + 1])
  local first = {}
  if replies > 0 and ARGV[1] ~= '0' then
    if ARGV[2] == 'down' then
      first = redis.call('ZREVRANGE', KEYS[i + 1], 0, ARGV[1] - 1, 'WITHSCORES')
    else
      first = redis.call('ZRANGE', KEYS[i + 1], 0, ARGV[1] - 1, 'WITHSCORES')
    end
  end
  table.insert(answer, {
    redis.call('GET', KEYS[i]) or '',
    redis.call('ZSCORE', KEYS[3], ARGV[i / 2 + 1]) or '',
    replies,
    first,
  })
end
return answer
