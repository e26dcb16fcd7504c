-- Reads what happened on an article since a revision.
-- KEYS: 1 the bucket, 2 the article, 3 its stream
-- ARGV: 1 the first entry wanted, 2 most entries
-- Answers: {epoch, fields of the article, entries as XRANGE gives them}
return {epoch(KEYS[1]), article(KEYS[2]), redis.call('XRANGE', KEYS[3], ARGV[1], '+', 'COUNT', ARGV[2])}
