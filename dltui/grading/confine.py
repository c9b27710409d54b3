"""Layers around student code, with nothing but ctypes: no privileges, a file system of libraries, limits, few calls.

Each layer that the kernel does not have is named, never passed over in silence. A process that has gone through
`shut_in` cannot come out, and neither can its children; root loses what makes it root.
"""

from __future__ import annotations

import ctypes
import math
import os
import platform
import resource
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

from dltui.grading import seccomp

SET_PARENT_DEATH_SIGNAL, SET_DUMPABLE, DROP_BOUND, NO_NEW_PRIVILEGES, SET_SECCOMP = 1, 4, 24, 38, 22
SECCOMP_FILTER = 2
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
BENEATH = 1
ONLY_VERSION = 1
EXECUTE, WRITE, READ_FILE, READ_FOLDER = 1, 2, 4, 8
FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}
"""How many rights over files each version of Landlock has."""
NETWORK_SINCE, SCOPES_SINCE = 4, 6
CAPABILITY_VERSION = 0x20080522
LAST_CAPABILITY = 63
LIBRARIES = ("numpy", "numpy.libs", "torch", "torchgen", "functorch", "typing_extensions.py", "sympy", "mpmath",
             "networkx", "jinja2", "markupsafe", "filelock", "fsspec")  # fmt: skip
"""What may be read of the installed packages: what an import of PyTorch may ask for later. Not the rest, where
solutions may lie."""
LAYERS = ("no new privileges", "no capabilities", "landlock", "seccomp")
"""All that there are; without one of them the isolation is weak."""


class Failed(OSError):
    """A layer that this kernel does not have."""


def shut_in(readable: Iterable[Path]) -> list[str]:
    """The layers that may surround many submissions, those that worked. What is open stays open."""
    worked = []
    for name, layer in (("no new privileges", _no_new_privileges), ("no capabilities", _drop_capabilities)):
        with suppress(OSError, AttributeError):
            layer()
            worked.append(name)
    with suppress(OSError, AttributeError):
        _landlock(list(readable))
        worked.append("landlock")
    if _filterable():
        seccomp.program()  # once, and not in every child
        worked.append("seccomp")
    return worked


def narrow(memory: int, seconds: float) -> None:
    """The layers of one submission: `memory` is the address space in bytes, `seconds` is time of the processor. The
    filter comes last."""
    for what, most in (
        (resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, math.ceil(seconds)), (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NOFILE, 64),
    ):  # fmt: skip
        with suppress(ValueError, OSError):  # macOS has no limit of the address space
            resource.setrlimit(what, (most, most))
    if _filterable():
        _seccomp()


def die_with_parent(parent: int) -> None:
    """Be killed when the process that forked this one ends, also if it already has."""
    if sys.platform == "linux":
        _prctl(SET_PARENT_DEATH_SIGNAL, 9)
        _prctl(SET_DUMPABLE, 0)
    if os.getppid() != parent:
        os._exit(1)


def standard_library() -> list[Path]:
    """Folders and files of the running Python without the packages that were installed into it."""
    home = Path(os.__file__).parent
    found = [path for path in home.iterdir() if path.name not in ("site-packages", "dist-packages")]
    return [*found, *(Path(folder) for folder in sys.path if folder.endswith("lib-dynload"))]


def installed(modules: Iterable[str]) -> list[Path]:
    """Where the packages lie that these modules belong to, as far as they are in LIBRARIES."""
    roots = {Path(file).parent.parent for name in modules
             if (file := getattr(sys.modules.get(name), "__file__", None))}  # fmt: skip
    return [root / name for root in roots for name in LIBRARIES if (root / name).exists()]


@cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise Failed(number, os.strerror(number))
    return result


def _prctl(option: int, *values: int) -> None:
    _checked(_library().prctl(option, *(ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4])))


def _no_new_privileges() -> None:
    _prctl(NO_NEW_PRIVILEGES, 1)


def _drop_capabilities() -> None:
    for capability in range(LAST_CAPABILITY + 1):
        with suppress(Failed):  # not root, or a number that this kernel does not know
            _prctl(DROP_BOUND, capability)
    header = struct.pack("=Ii", CAPABILITY_VERSION, 0)
    _checked(_library().capset(header, bytes(24)))


def landlock_version() -> int:
    """Of the kernel's Landlock; 0 where it has none."""
    try:
        return max(0, int(_library().syscall(CREATE_RULESET, None, 0, ONLY_VERSION)))
    except (OSError, AttributeError):
        return 0


def _landlock(readable: list[Path]) -> None:
    call = _library().syscall
    version = _checked(call(CREATE_RULESET, None, 0, ONLY_VERSION))
    rights = (1 << max(count for since, count in FILE_RIGHTS.items() if since <= version)) - 1
    rules = struct.pack("=QQQ", rights, 3, 3)  # files; bind and connect; abstract sockets and signals
    size = 24 if version >= SCOPES_SINCE else 16 if version >= NETWORK_SINCE else 8
    ruleset = _checked(call(CREATE_RULESET, rules, ctypes.c_size_t(size), 0))
    try:
        for path in readable:
            allowed = READ_FILE | (READ_FOLDER if path.is_dir() else 0)
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
            try:
                _checked(call(ADD_RULE, ruleset, BENEATH, struct.pack("=Qi", allowed, place), 0))
            finally:
                os.close(place)
        _checked(call(RESTRICT_SELF, ruleset, 0))
    finally:
        os.close(ruleset)


def _filterable() -> bool:
    """Whether there are filters of system calls for this machine."""
    if sys.platform != "linux" or platform.machine() != "x86_64" or sys.maxsize < 2**32:
        return False
    return "seccomp" not in _missing()


def _missing() -> set[str]:
    # asking for the filter with a null pointer fails with EFAULT exactly where filters exist
    result = _library().prctl(SET_SECCOMP, SECCOMP_FILTER, None, 0, 0)
    return set() if result < 0 and ctypes.get_errno() == 14 else {"seccomp"}


def _seccomp() -> None:
    steps = seccomp.program()
    buffer = ctypes.create_string_buffer(steps, len(steps))
    head = struct.pack("=HxxxxxxQ", len(steps) // 8, ctypes.addressof(buffer))
    _checked(_library().prctl(SET_SECCOMP, SECCOMP_FILTER, head, 0, 0))
