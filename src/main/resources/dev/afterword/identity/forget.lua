-- Begins to erase an author: a guest's token is void from then on. What is to be done is kept until it is done.
-- KEYS: 1 the guest, 2 who is being erased, 3 the network that the author came from last, 4… the author's limits
-- ARGV: 1 the author
-- Answers: when it began, in ms
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
redis.call('DEL', KEYS[1])
redis.call('ZADD', KEYS[2], now, ARGV[1])
for i = 3, #KEYS do redis.call('DEL', KEYS[i]) end
return now
