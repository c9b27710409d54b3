"""Which process is meant by a pid, and whether it still runs."""

from __future__ import annotations

import os
from pathlib import Path


def host_name() -> str:
    return os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")


def process_start(pid: int) -> str | None:
    """When a process of this host started: comparable only with itself. None if it is gone; "" if that is unknown."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return None if fields[0] in "ZX" else fields[19]  # a zombie runs no more
    except FileNotFoundError:
        if Path("/proc/self/stat").exists():
            return None
    except (OSError, IndexError):  # the process ended while its entry was read
        return None
    return _start_by_ps(pid)


def _start_by_ps(pid: int) -> str | None:
    """For macOS and other systems without /proc."""
    with os.popen(f"LC_ALL=C ps -o stat=,lstart= -p {pid:d} 2>&1") as answer:
        state, _, start = answer.read().strip().partition(" ")
        failed = answer.close()
    if failed and state:  # not "no such process", which says nothing, but no usable ps
        return ""
    return start.strip() if start and not state.startswith("Z") else None
