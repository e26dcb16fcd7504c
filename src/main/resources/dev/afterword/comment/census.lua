-- Reads what is kept of some of an article's comments, to be counted anew.
-- KEYS: 1 the article, 2 all its comments in order of creation
-- ARGV: 1 the first one wanted, counted from 0, 2 the last one
-- Answers: {fields r, v, n and x of the article, how many comments there are, {member…}}
return {
  redis.call('HMGET', KEYS[1], 'r', 'v', 'n', 'x'),
  redis.call('LLEN', KEYS[2]),
  redis.call('LRANGE', KEYS[2], ARGV[1], ARGV[2]),
}
