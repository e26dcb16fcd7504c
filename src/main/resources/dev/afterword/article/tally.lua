-- Counts something of a day, which is forgotten after 400 days.
local function tally(day, what, more)
  if redis.call('HINCRBY', day, what, more) == more then redis.call('PEXPIRE', day, 34560000000) end
end
