-- Reads what a draft depends on.
-- KEYS: 1 the article, 2 the record of the draft's idempotency key, 3 its parent (2 again for a root)
-- Answers: {state of the article or '', the record or '', the parent or '', key of the article or '',
--          when it was first seen or '', where it lives when that is elsewhere or ''}
local parent = ''
if KEYS[3] ~= KEYS[2] then parent = redis.call('GET', KEYS[3]) or '' end
local article = redis.call('HMGET', KEYS[1], 's', 'k', 'c', 'z')
return {article[1] or '', redis.call('GET', KEYS[2]) or '', parent, article[2] or '', article[3] or '', article[4] or ''}
