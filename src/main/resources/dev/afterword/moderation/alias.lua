-- Has a key lead to an article that lives elsewhere, or to none again; works in a full store. It stands at the place where an article
-- of this key would be: with an empty key, so that whatever is done to the article of a key is refused there.
-- KEYS: 1 what is never there, 2 the article that the key would make
-- ARGV: 1 where the article lives that it leads to ("number bucket"), 2 'set' | 'free', 3 the bucket's channel, 4 the key's own number
-- Answers: 'done' | 'taken' (there is an article, or the key leads to another)
local held = redis.call('HMGET', KEYS[2], 'k', 'z')
local leads = held[2] == ARGV[1]
if held[1] and not leads then return ARGV[2] == 'free' and 'done' or 'taken' end
if leads == (ARGV[2] == 'set') then return 'done' end
redis.call('DEL', KEYS[1])
if ARGV[2] == 'set' then
  redis.call('HSET', KEYS[2], 'k', '', 'z', ARGV[1])
else
  redis.call('DEL', KEYS[2])
end
redis.call('PUBLISH', ARGV[3], 'e ' .. ARGV[4])
return 'done'
