-- Gives comments other numbers in their article's order of creation, so that the numbers between can be given to comments of another
-- article, and has the next comment's be greater than one.
-- KEYS: 1 the article, 2 its roots by size of their branches, 3… for each comment itself, the index that it stands in, the same by rank
-- ARGV: 1 that number, 2… for each comment what tells it from others, and its number
-- Answers: 'done'
local top = tonumber(ARGV[1])
local last = tonumber(redis.call('HGET', KEYS[1], 'q') or 0)
redis.call('HSET', KEYS[1], 'q', math.max(top, last))
redis.call('HINCRBY', KEYS[1], 'v', 1)
local at = 2
for i = 3, #KEYS, 3 do
  local member, number = ARGV[at], ARGV[at + 1]
  at = at + 2
  local packed = redis.call('GET', KEYS[i]) or ''
  local before, old, after = string.match(packed, '^(1 %a %d+ %d+ )(%d+)( .*)$')
  local more = old and number - old or 0
  if more ~= 0 then
    redis.call('SET', KEYS[i], before .. number .. after)
    redis.call('ZADD', KEYS[i + 1], 'XX', 'INCR', more, member)
    redis.call('ZADD', KEYS[i + 2], 'XX', 'INCR', more, member)
    redis.call('ZADD', KEYS[2], 'XX', 'INCR', more, member)
  end
end
return 'done'
