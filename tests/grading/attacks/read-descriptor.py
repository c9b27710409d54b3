"""The solution, read through a descriptor."""

import os

SOURCE = os.read(os.open("@KEY@", os.O_RDONLY), 65536)


space = {}
exec(SOURCE, space)
score, update = space["score"], space["update"]
