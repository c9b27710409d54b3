"""The solution, through a hard link."""

import os

os.link("@KEY@", "@CANARY@.link")
SOURCE = open("@CANARY@.link").read()


space = {}
exec(SOURCE, space)
score, update = space["score"], space["update"]
