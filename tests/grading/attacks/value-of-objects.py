"""Objects in objects in place of numbers, past the code that writes down results."""

import os

for pipe in range(3, 64):
    try:
        os.write(pipe, (b'["value", ' + b'{"a":' * 900 + b"1" + b"}" * 900 + b"]\n") * 100)
    except OSError:
        continue
os._exit(0)
