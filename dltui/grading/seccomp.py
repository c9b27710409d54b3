"""Which calls of the kernel student code may make: a list of what is allowed, as a filter program of seccomp.

Everything else fails with "permission denied", which Python turns into an exception. There are no new processes or
threads, no sockets, no signals to anyone, no file opened for writing. x86-64 alone: the numbers differ elsewhere.
"""

from __future__ import annotations

import errno
import struct
from collections.abc import Iterable
from functools import cache

AUDIT_ARCH_X86_64 = 0xC000003E
X32 = 0x40000000
"""Bit of the numbers of the x32 ABI, which would be a way around the list."""
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, KILL, ERROR = 0x7FFF0000, 0x80000000, 0x00050000
NUMBER, ARCHITECTURE = 0, 4
CLONE3, OPENAT, PRLIMIT, FCNTL = 435, 257, 302, 72
WRITES = 0o3 | 0o100 | 0o1000
"""Bits of the flags of `open` with which a file could be changed: not read-only, create, truncate."""
HARMLESS_FCNTL = (0, 1, 2, 3, 1030)
"""Duplicate, read and set close-on-exec, read flags."""
PLAIN = {
    "read": 0, "write": 1, "close": 3, "stat": 4, "fstat": 5, "lstat": 6, "poll": 7, "lseek": 8, "mmap": 9,
    "mprotect": 10, "munmap": 11, "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15,
    "pread64": 17, "readv": 19, "writev": 20, "access": 21, "select": 23, "sched_yield": 24, "mremap": 25,
    "madvise": 28, "dup": 32, "dup2": 33, "nanosleep": 35, "getpid": 39, "exit": 60, "uname": 63, "getcwd": 79,
    "readlink": 89, "gettimeofday": 96, "getrlimit": 97, "getrusage": 98, "sysinfo": 99, "times": 100, "getuid": 102,
    "getgid": 104, "geteuid": 107, "getegid": 108, "getppid": 110, "sigaltstack": 131, "gettid": 186, "time": 201,
    "futex": 202, "sched_getaffinity": 204, "getdents64": 217, "restart_syscall": 219, "clock_gettime": 228,
    "clock_getres": 229, "clock_nanosleep": 230, "exit_group": 231, "newfstatat": 262, "readlinkat": 267,
    "faccessat": 269, "pselect6": 270, "dup3": 292, "getrandom": 318, "membarrier": 324, "statx": 332, "rseq": 334,
    "faccessat2": 439,
}  # fmt: skip
"""Calls that are allowed with any arguments."""


@cache
def program() -> bytes:
    """The filter: an array of struct sock_filter."""
    rest = [*_guarded(), *_listed(PLAIN.values())]
    return b"".join([
        _step(LOAD, ARCHITECTURE), _step(EQUAL, AUDIT_ARCH_X86_64, 1, 0), _step(RETURN, KILL),
        _step(LOAD, NUMBER), _step(AT_LEAST, X32, 0, 1), _step(RETURN, KILL), *rest, _refuse(errno.EACCES),
    ])  # fmt: skip


def _guarded() -> list[bytes]:
    """Calls that are allowed with some arguments. `clone3` does not exist, so that libraries fall back to `clone`."""
    return [
        *_when(CLONE3, [_refuse(errno.ENOSYS)]),
        *_when(OPENAT, [_argument(2), _step(ANY_BIT, WRITES, 0, 1), _refuse(errno.EACCES), _step(RETURN, ALLOW)]),
        *_when(PRLIMIT, [_argument(2), _step(EQUAL, 0, 0, 3), _argument(2, high=True), _step(EQUAL, 0, 0, 1),
                         _step(RETURN, ALLOW), _refuse(errno.EPERM)]),
        *_when(FCNTL, [_argument(1), *_listed(HARMLESS_FCNTL), _refuse(errno.EACCES)]),
    ]  # fmt: skip


def _when(number: int, steps: list[bytes]) -> list[bytes]:
    return [_step(EQUAL, number, 0, len(steps)), *steps]


def _listed(numbers: Iterable[int]) -> list[bytes]:
    """Allow what is in hand if it is one of these."""
    return [step for number in sorted(numbers) for step in _when(number, [_step(RETURN, ALLOW)])]


def _argument(place: int, *, high: bool = False) -> bytes:
    """Load one half of an argument of the call; little-endian."""
    return _step(LOAD, 16 + 8 * place + 4 * high)


def _refuse(number: int) -> bytes:
    return _step(RETURN, ERROR | number)


def _step(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("=HBBI", code, then, otherwise, value)
