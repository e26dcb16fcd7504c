-- Reads what came of some days in a bucket.
-- KEYS: the days
-- Answers: of each {what, how many, …}
local answer = {}
for i = 1, #KEYS do answer[i] = redis.call('HGETALL', KEYS[i]) end
return answer
