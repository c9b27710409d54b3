"""The solution, in the environment as C sees it."""

import ctypes

libc = ctypes.CDLL(None)
libc.getenv.restype = ctypes.c_char_p
SOURCE = libc.getenv(b"DLTUI_TEST_KEY")
assert SOURCE


space = {}
exec(SOURCE, space)
score, update = space["score"], space["update"]
