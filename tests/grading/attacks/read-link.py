"""The solution, through a link."""

import os

os.symlink("@KEY@", "@CANARY@.link")
SOURCE = open("@CANARY@.link").read()


space = {}
exec(SOURCE, space)
score, update = space["score"], space["update"]
