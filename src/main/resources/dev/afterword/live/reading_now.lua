-- Tells how many read an article now.
-- KEYS: 1 the article, 2 its sockets
-- Answers: how many
local record = KEYS[1]
local sockets = KEYS[2]
local open = alive(sockets)
return math.max(open, recent(record))
