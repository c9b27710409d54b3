"""Memory and semaphores that outlive a process, for the next submission to find."""

import ctypes
import mmap
from multiprocessing import shared_memory

libc = ctypes.CDLL(None, use_errno=True)
for number, arguments in ((29, (0x51A7, 4096, 0o1666)), (64, (0x51A7, 1, 0o1666)), (319, (b"x", 0)), (240, (b"/q", 66, 0o600, None))):
    if libc.syscall(number, *arguments) >= 0:
        open("@CANARY@", "w").write("yours")
for make in (lambda: shared_memory.SharedMemory(create=True, size=64), lambda: open("/dev/shm/dltui", "w"),
             lambda: mmap.mmap(-1, 4096)):
    try:
        make()
    except OSError:
        pass


def score(w, b, x):
    return 0.0


def update(w, b, x, y, eta):
    return w, b
