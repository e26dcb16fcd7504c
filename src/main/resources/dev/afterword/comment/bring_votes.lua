-- Keeps votes on comments that are, or will be, of this article, where the reader has not voted here since.
-- KEYS: 1 the reader's marks on the article, 2 who left marks, 3 what the reader left in the bucket
-- ARGV: 1 the reader, 2 the article's number, 3… for each vote what tells its comment from others, and what it is
-- Answers: 'brought'
for i = 3, #ARGV, 2 do redis.call('HSETNX', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('SADD', KEYS[2], ARGV[1])
redis.call('SADD', KEYS[3], ARGV[2])
return 'brought'
