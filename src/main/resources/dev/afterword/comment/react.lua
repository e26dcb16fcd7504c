-- Sets or takes back one reader's reaction to an article.
-- KEYS: 1 the article, 2 the reader's marks on it, 3 who left marks, 4 what the reader left in the bucket
-- ARGV: 1 the article's key, 2 its number, 3 the reader, 4 the reaction, 5 'on' | 'off', 6 the bucket's channel,
--       7… every reaction of the site
-- Answers: {'reacted', counts as JSON, {field, value…} of the reader's marks} | {'read-only'} | {'closed'} | {'moved'}
local held = redis.call('HMGET', KEYS[1], 'k', 's', 'x', 'c')
if held[1] and held[1] ~= ARGV[1] then return {'moved'} end
if held[2] == 'read-only' or held[2] == 'closed' then return {held[2]} end
local counts = cjson.decode(held[3] or '{}')
local mark = '+' .. ARGV[4]
local on = redis.call('HEXISTS', KEYS[2], mark) == 1
if on ~= (ARGV[5] == 'on') then
  counts[ARGV[4]] = (counts[ARGV[4]] or 0) + (on and -1 or 1)
  local time = redis.call('TIME')
  local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
  redis.call('HSET', KEYS[1], 'k', ARGV[1], 'x', cjson.encode(counts), 'c', held[4] or now)
  redis.call('HINCRBY', KEYS[1], 'v', 1)
  if on then
    redis.call('HDEL', KEYS[2], mark)
  else
    redis.call('HSET', KEYS[2], mark, 1)
  end
  if redis.call('EXISTS', KEYS[2]) == 1 then
    redis.call('SADD', KEYS[3], ARGV[3])
    redis.call('SADD', KEYS[4], ARGV[2])
  else
    redis.call('SREM', KEYS[3], ARGV[3])
    redis.call('SREM', KEYS[4], ARGV[2])
  end
  local all = {}
  for i = 7, #ARGV do table.insert(all, '"' .. ARGV[i] .. '":' .. (counts[ARGV[i]] or 0)) end
  redis.call('PUBLISH', ARGV[6], 'l ' .. ARGV[2] .. ' {"type":"reactions","reactions":{' .. table.concat(all, ',') .. '}}')
end
return {'reacted', cjson.encode(counts), redis.call('HGETALL', KEYS[2])}
