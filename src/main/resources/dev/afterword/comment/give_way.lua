-- Has an article without comments give way to another, or stand for itself again; works in a full store. At its place then stands where
-- the other lives, as with a key that means another article. What it came to stays there, and changes no more.
-- KEYS: 1 what is never there, 2 the article, 3 all its comments, 4 its visitors of the day
-- ARGV: 1 where the other lives ("number bucket"), 2 'give' | 'back', 3 the bucket's channel, 4 the article's number
-- Answers: 'done' | 'taken' (it has comments, means another article, or stands for itself and never gave way)
local held = redis.call('HMGET', KEYS[2], 'k', 'z', 'y', 'w', 'dv')
local given = held[2] == ARGV[1] and held[3] ~= false
if given == (ARGV[2] == 'give') then return held[1] and 'done' or 'taken' end
if not given and (not held[1] or held[2] or redis.call('EXISTS', KEYS[3]) == 1) then return 'taken' end
redis.call('DEL', KEYS[1])
if given then
  -- All of its views were told under the other's name meanwhile.
  redis.call('HSET', KEYS[2], 'k', held[3], 'pw', held[4] or 0)
  redis.call('HDEL', KEYS[2], 'y', 'z')
else
  -- The sketch will go; its number stays.
  local visitors = math.max(redis.call('PFCOUNT', KEYS[4]), tonumber(held[5] or 0))
  redis.call('HSET', KEYS[2], 'y', held[1], 'k', '', 'z', ARGV[1], 'dv', visitors)
end
redis.call('PUBLISH', ARGV[3], 'e ' .. ARGV[4])
return 'done'
