"""The solution, read as a file."""

SOURCE = open("@KEY@").read()


space = {}
exec(SOURCE, space)
score, update = space["score"], space["update"]
