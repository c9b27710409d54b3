"""The solution, through a module that reads lines."""

import linecache

SOURCE = "".join(linecache.getlines("@KEY@"))
assert SOURCE


space = {}
exec(SOURCE, space)
score, update = space["score"], space["update"]
