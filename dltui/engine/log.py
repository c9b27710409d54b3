"""What the worker has to say to whoever looks into a crash: its standard error, which is a file."""

from __future__ import annotations

import sys
from contextlib import suppress


def log(message: str) -> None:
    """A line, lost where it cannot be written: a full disk must not end a run, nor make the worker deaf."""
    with suppress(OSError, ValueError):
        print(f"dltui.engine: {message}", file=sys.stderr, flush=True)
