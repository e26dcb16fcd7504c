-- Writes the record of an idempotency key as it is. Replicas that then have this write have all that came before it, the
-- key's comment above all; of a connection that has written nothing, some stores say that every replica has everything.
-- Lets itself be carried out in a full store, where what was made before may still be told.
-- KEYS: 1 the record
-- Answers: 'touched' | 'forgotten', when there is none any more
local left = redis.call('PTTL', KEYS[1])
if left < 0 then return 'forgotten' end
redis.call('PEXPIRE', KEYS[1], left)
return 'touched'
