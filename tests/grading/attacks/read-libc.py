"""The solution, read by the C library."""

import ctypes

libc = ctypes.CDLL(None)
buffer = ctypes.create_string_buffer(65536)
file = libc.open(b"@KEY@", 0)
assert libc.read(file, buffer, 65536) > 0
SOURCE = buffer.value


space = {}
exec(SOURCE, space)
score, update = space["score"], space["update"]
