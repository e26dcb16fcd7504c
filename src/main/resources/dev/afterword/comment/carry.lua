-- Gives a reader's reactions to another article a place here too, or takes those away again that came that way; works in a full store.
-- KEYS: 1 what is never there, 2 the article, 3 the reader's marks on it, 4 who left marks, 5 what the reader left in the bucket
-- ARGV: 1 the article's number, 2 the reader, 3 where they come from, 4 'add' | 'take', 5 the bucket's channel, 6 how many reactions, then
--       these, then every reaction of the site
-- Answers: 'done'
local counts = cjson.decode(redis.call('HGET', KEYS[2], 'x') or '{}')
local adds = ARGV[4] == 'add'
local changed = {}
for i = 7, 6 + ARGV[6] do
  local held = redis.call('HGET', KEYS[3], '+' .. ARGV[i])
  if adds and not held or not adds and held == ARGV[3] then table.insert(changed, ARGV[i]) end
end
if #changed == 0 then return 'done' end
redis.call('DEL', KEYS[1])
for _, name in ipairs(changed) do
  counts[name] = (counts[name] or 0) + (adds and 1 or -1)
  if adds then redis.call('HSET', KEYS[3], '+' .. name, ARGV[3]) else redis.call('HDEL', KEYS[3], '+' .. name) end
end
redis.call('HSET', KEYS[2], 'x', cjson.encode(counts))
redis.call('HINCRBY', KEYS[2], 'v', 1)
if redis.call('EXISTS', KEYS[3]) == 1 then
  redis.call('SADD', KEYS[4], ARGV[2])
  redis.call('SADD', KEYS[5], ARGV[1])
else
  redis.call('SREM', KEYS[4], ARGV[2])
  redis.call('SREM', KEYS[5], ARGV[1])
end
local all = {}
for i = 7 + ARGV[6], #ARGV do table.insert(all, '"' .. ARGV[i] .. '":' .. (counts[ARGV[i]] or 0)) end
redis.call('PUBLISH', ARGV[5], 'l ' .. ARGV[1] .. ' {"type":"reactions","reactions":{' .. table.concat(all, ',') .. '}}')
return 'done'
