-- Writes down what one of the staff is about to do, once for each key; works in a full store.
-- KEYS: 1 what is never there, 2 the site's journal, 3 the record of the idempotency key
-- ARGV: 1 fingerprint of the request, 2 ms to keep the record, then the fields of the entry and their values
-- Answers: {'written', id} | {'replayed', id} | {'key-reused'}
local record = redis.call('GET', KEYS[3])
if record then
  local fingerprint, id = string.match(record, '^(%S+) (%S+)$')
  if fingerprint ~= ARGV[1] then return {'key-reused'} end
  return {'replayed', id}
end
redis.call('DEL', KEYS[1])
local id = redis.call('XADD', KEYS[2], '*', unpack(ARGV, 3))
redis.call('SET', KEYS[3], ARGV[1] .. ' ' .. id, 'PX', ARGV[2])
return {'written', id}
