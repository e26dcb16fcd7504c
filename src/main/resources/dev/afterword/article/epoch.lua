-- The epoch of a bucket: its random name, and the history that serves now. A restart or a failover of
-- the store gives it another replication id and so ends the epoch; a flush takes the name away.
local function epoch(bucket)
  local name = redis.call('HGET', bucket, 'e') or '0'
  local history = string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)')
  return name .. string.sub(history or '', 1, 10)
end

-- The fields of an article that every reader of it answers, in the order that ArticleStore knows:
-- title, url, state, created, revision, version, views, comments, visitors of earlier days and of this one, reactions, baseline, moderation,
-- the key that it has, where it lives when that is elsewhere.
local function article(key)
  return redis.call('HMGET', key, 't', 'u', 's', 'c', 'r', 'v', 'w', 'n', 'd', 'dv', 'x', 'o', 'm', 'k', 'z')
end
