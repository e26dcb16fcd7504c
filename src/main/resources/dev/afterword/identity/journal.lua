-- Writes down what one of the staff does, once for each key; works in a full store. What fields of one hash decide is
-- done with it in one step, as long as they hold what it was decided on; so is a job begun that carries the rest of it out.
-- KEYS: 1 what is never there, 2 the site's journal, 3 the record of the idempotency key, 4 the hash, if there is one, 5 the jobs
--       that are under way (a hash, by entry), if it begins one or ends one
-- ARGV: 1 fingerprint of the request, 2 ms to keep the record, 3 how many fields have to hold something, 4 how many
--       change, 5 how the job stands that it begins, or '', 6 the entry whose job it ends, or '', then the names and values of the
--       fields that hold something and of those that change, '' for no value; then those of the entry
-- Answers: {'written', id} | {'replayed', id} | {'key-reused'} | {'changed'} (the hash holds something else)
local record = redis.call('GET', KEYS[3])
if record then
  local fingerprint, id = string.match(record, '^(%S+) (%S+)$')
  if fingerprint ~= ARGV[1] then return {'key-reused'} end
  return {'replayed', id}
end
local changes = 7 + 2 * ARGV[3]
local entry = changes + 2 * ARGV[4]
for i = 7, changes - 1, 2 do
  if (redis.call('HGET', KEYS[4], ARGV[i]) or '') ~= ARGV[i + 1] then return {'changed'} end
end
redis.call('DEL', KEYS[1])
local id = redis.call('XADD', KEYS[2], '*', unpack(ARGV, entry))
redis.call('SET', KEYS[3], ARGV[1] .. ' ' .. id, 'PX', ARGV[2])
for i = changes, entry - 1, 2 do
  if ARGV[i + 1] == '' then
    redis.call('HDEL', KEYS[4], ARGV[i])
  else
    redis.call('HSET', KEYS[4], ARGV[i], ARGV[i + 1])
  end
end
if ARGV[6] ~= '' then redis.call('HDEL', KEYS[5], ARGV[6]) end
if ARGV[5] ~= '' then redis.call('HSET', KEYS[5], id, ARGV[5]) end
return {'written', id}
