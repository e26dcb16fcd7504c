-- Has the id of a comment that was put into another article lead there, and takes away what is left of it here.
-- KEYS: 1 where it was kept aside, 2 all comments of the article, 3 all comments of the bucket, 4 the author's, 5 the bucket's articles
--       by their latest comment, 6 who takes part in the article, 7 the author's marks on it, 8 the bucket's comments that wait,
--       9 that were rejected, 10 that are spam, 11 that were reported, 12 what was decided about it, 13 its earlier texts,
--       14 readers' reports of it, 15… what each of those readers left in the bucket
-- ARGV: 1 its id, 2 what tells it from others, 3 its id where it is now, and the entry by which it went, 4 the article's number,
--       5 the author's name as it is mentioned, 6 the mark of a comment of the author's own
-- Answers: 'left'
local mentioned = redis.call('HGET', KEYS[6], ARGV[5]) == ARGV[2]
redis.call('SET', KEYS[1], ARGV[3])
redis.call('LREM', KEYS[2], 1, ARGV[2])
for i = 3, 11 do
  if i < 5 or i > 7 then redis.call('ZREM', KEYS[i], ARGV[1]) end
end
if redis.call('EXISTS', KEYS[2]) == 0 then redis.call('ZREM', KEYS[5], ARGV[4]) end
if mentioned then redis.call('HDEL', KEYS[6], ARGV[5]) end
redis.call('HDEL', KEYS[7], ARGV[6])
redis.call('DEL', KEYS[12], KEYS[13], KEYS[14])
for i = 15, #KEYS do redis.call('SREM', KEYS[i], ARGV[1]) end
return 'left'
