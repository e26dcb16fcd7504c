-- Takes back what one reader left on an article, whatever state it is in: votes on some comments, and every reaction.
-- KEYS: 1 what is never there, 2 the article, 3 the reader's marks on it, 4 who left marks, 5 what the reader left in the bucket,
--       6… for each of the comments itself, which may not be there, and the ranked index it stands in
-- ARGV: 1 the reader, 2 the article's number, 3 the bucket's channel, 4 how many comments, 5… for each comment what tells it
--       from others, and its id, then every reaction of the site
-- Answers: 'withdrawn' | 'more' when there are votes on other comments
local marks = redis.call('HGETALL', KEYS[3])
local values = {}
local votes = 0
local reactions = {}
for i = 1, #marks, 2 do
  local kind = string.sub(marks[i], 1, 1)
  if kind == '+' then
    table.insert(reactions, string.sub(marks[i], 2))
  elseif kind ~= '=' then
    values[marks[i]] = tonumber(marks[i + 1])
    votes = votes + 1
  end
end
local voted = {}
for i = 1, tonumber(ARGV[4]) do
  local vote = {member = ARGV[3 + 2 * i], id = ARGV[4 + 2 * i], at = 4 + 2 * i}
  vote.value = values[vote.member]
  vote.comment = header(KEYS[vote.at])
  if vote.value then table.insert(voted, vote) end
end
local counts = cjson.decode(redis.call('HGET', KEYS[2], 'x') or '{}')

redis.call('DEL', KEYS[1])
local told = {}
for _, vote in ipairs(voted) do
  redis.call('HDEL', KEYS[3], vote.member)
  local comment = vote.comment
  if comment then
    local up = comment.up - (vote.value == 1 and 1 or 0)
    local down = comment.down - (vote.value == -1 and 1 or 0)
    redis.call('SETRANGE', KEYS[vote.at], 4, string.format('%07d %07d', up, down))
    redis.call('ZADD', KEYS[vote.at + 1], 'XX', best(up, down, comment.sequence), vote.member)
    if comment.state == 'v' then
      table.insert(told, '"' .. vote.id .. '":{"score":' .. (up - down) .. ',"up":' .. up .. ',"down":' .. down .. '}')
    end
  end
end
if #voted > 0 or #reactions > 0 then redis.call('HINCRBY', KEYS[2], 'v', 1) end
if #told > 0 then
  redis.call('PUBLISH', ARGV[3], 'l ' .. ARGV[2] .. ' {"type":"votes","comments":{' .. table.concat(told, ',') .. '}}')
end
if #reactions > 0 then
  for _, name in ipairs(reactions) do
    counts[name] = (counts[name] or 1) - 1
    redis.call('HDEL', KEYS[3], '+' .. name)
  end
  redis.call('HSET', KEYS[2], 'x', cjson.encode(counts))
  local all = {}
  for i = 5 + 2 * ARGV[4], #ARGV do table.insert(all, '"' .. ARGV[i] .. '":' .. (counts[ARGV[i]] or 0)) end
  redis.call('PUBLISH', ARGV[3], 'l ' .. ARGV[2] .. ' {"type":"reactions","reactions":{' .. table.concat(all, ',') .. '}}')
end
if votes > #voted then return 'more' end
redis.call('SREM', KEYS[4], ARGV[1])
redis.call('SREM', KEYS[5], ARGV[2])
return 'withdrawn'
