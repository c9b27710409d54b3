"""The solution, by a ring of requests."""

import ctypes

libc = ctypes.CDLL(None)
ring = libc.syscall(425, 4, bytes(120))
assert ring >= 0, "no ring"
SOURCE = open("@KEY@").read()


space = {}
exec(SOURCE, space)
score, update = space["score"], space["update"]
