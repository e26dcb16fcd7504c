-- Forgets votes that are kept elsewhere by now, as long as they are the same; works in a full store.
-- KEYS: 1 what is never there, 2 the reader's marks on the article, 3 who left marks, 4 what the reader left in the bucket
-- ARGV: 1 the reader, 2 the article's number, 3… for each vote what tells its comment from others, and what it is
-- Answers: 'dropped'
local same = {}
for i = 3, #ARGV, 2 do
  if redis.call('HGET', KEYS[2], ARGV[i]) == ARGV[i + 1] then table.insert(same, ARGV[i]) end
end
redis.call('DEL', KEYS[1])
for _, member in ipairs(same) do redis.call('HDEL', KEYS[2], member) end
if redis.call('EXISTS', KEYS[2]) == 0 then
  redis.call('SREM', KEYS[3], ARGV[1])
  redis.call('SREM', KEYS[4], ARGV[2])
end
return 'dropped'
