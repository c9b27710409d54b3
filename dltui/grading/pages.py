"""Memory in large pages. A fork copies the table of all pages: with PyTorch that is most of what a submission costs."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import Path

SIZE = 2 * 2**20
"""Of a large page."""
COLLAPSE = 25
"""MADV_COLLAPSE, since Linux 6.1."""
MAPS = Path("/proc/self/maps")


def enlarge() -> int:
    """Let the kernel put what this process has written so far into large pages; how many there are now. Where it cannot
    nothing changes."""
    try:
        found = list(places(MAPS.read_text()))
        advise = ctypes.CDLL(None).madvise
    except (OSError, AttributeError):
        return 0
    advise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    return sum(advise(place, SIZE, COLLAPSE) == 0 for place in found)


def places(maps: str) -> Iterator[int]:
    """Where a large page fits into memory that is written to, and is no file and no stack; from a list of mappings as
    the kernel gives it (proc_pid_maps(5))."""
    for line in maps.splitlines():
        span, rights, _, _, file, *name = line.split(maxsplit=5)
        start, end = (int(one, 16) for one in span.split("-"))
        if rights.startswith("rw") and rights.endswith("p") and file == "0" and name in ([], ["[heap]"]):
            yield from range(-(-start // SIZE) * SIZE, end - SIZE + 1, SIZE)
