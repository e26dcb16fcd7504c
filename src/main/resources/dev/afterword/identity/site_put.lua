-- Adds, changes or removes a site. The number of buckets is decided when it is first added and stays;
-- so does what members' ids are derived from, which a site of before has from its next change on.
-- The settings are a text here and never taken apart: Lua has one word for an empty list and an empty object.
-- KEYS: 1 the site's settings (hash v version, b buckets, j settings as JSON, m the key of its members' ids;
--       once removed, ov keeps the version)
-- ARGV: 1 'add' | 'set' | 'remove', 2 buckets, 3 settings as JSON, 4 a random key,
--       5 for 'set' the version that the settings were made from, else ''
-- Answers: 'ok' | 'unchanged' | 'again' (there is a newer version)
local held = redis.call('HMGET', KEYS[1], 'v', 'ov')
local version = (held[1] or held[2] or 0) + 1
if ARGV[1] == 'add' then
  if held[1] then return 'unchanged' end
  redis.call('HSET', KEYS[1], 'v', version, 'j', ARGV[3])
  redis.call('HSETNX', KEYS[1], 'b', ARGV[2])
  redis.call('HSETNX', KEYS[1], 'm', ARGV[4])
  redis.call('HDEL', KEYS[1], 'ov')
  return 'ok'
end
if not held[1] then return 'unchanged' end
if ARGV[1] == 'remove' then
  redis.call('HSET', KEYS[1], 'ov', held[1])
  redis.call('HDEL', KEYS[1], 'v')
  return 'ok'
end
if held[1] ~= ARGV[5] then return 'again' end
redis.call('HSET', KEYS[1], 'v', version, 'j', ARGV[3])
redis.call('HSETNX', KEYS[1], 'm', ARGV[4])
return 'ok'
