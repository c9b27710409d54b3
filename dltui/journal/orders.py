"""Orders to a run from any process of its user on its machine: lines of work through a named pipe in the run's folder.

The process that trains holds the pipe open for as long as the run lasts. Nothing is kept: where nobody listens there is
nobody to give an order to.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

import msgspec

from dltui.journal.work import AnyOrder

ORDERS = "orders"
"""The name of the pipe."""


def listen(folder: Path) -> int:
    """A descriptor that never blocks and never ends, to read lines from and, to wake oneself up, to write them to. For
    the one owner of the run alone. Raises OSError where no such pipe can be made."""
    if not hasattr(os, "mkfifo"):
        raise OSError(errno.ENOTSUP, "no named pipes here")
    path = folder / ORDERS
    with suppress(FileExistsError):  # of an owner that was killed
        os.mkfifo(path, 0o600)
    handle = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOFOLLOW)
    if not _is_pipe(handle):
        os.close(handle)
        raise OSError(errno.EEXIST, "another file has its name", str(path))
    return handle


def send(folder: Path, order: AnyOrder) -> bool:
    """Give an order to whoever trains the run, without waiting; False where nobody listens."""
    try:
        handle = os.open(folder / ORDERS, os.O_WRONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except OSError:
        return False
    line = msgspec.json.encode(order) + b"\n"  # far below the size up to which a pipe takes all or nothing
    try:
        return _is_pipe(handle) and os.write(handle, line) == len(line)
    except OSError:
        return False
    finally:
        os.close(handle)


def _is_pipe(handle: int) -> bool:
    return stat.S_ISFIFO(os.fstat(handle).st_mode)
