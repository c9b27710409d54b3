"""The solution, by a handle of the file system."""

import ctypes

libc = ctypes.CDLL(None)
handle = ctypes.create_string_buffer(136)
assert libc.syscall(303, -100, b"@KEY@", handle, ctypes.byref(ctypes.c_int()), 0) == 0
assert libc.syscall(304, -100, handle, 0) >= 0
SOURCE = open("@KEY@").read()


space = {}
exec(SOURCE, space)
score, update = space["score"], space["update"]
