"""The solution, in a variable of the environment."""

import os

SOURCE = os.environ["DLTUI_TEST_KEY"]


space = {}
exec(SOURCE, space)
score, update = space["score"], space["update"]
