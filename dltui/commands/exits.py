"""Exit codes."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What the exit code of every command means."""

    FINE = 0
    FAILED = 1
    """A verdict, a gradient or a claim failed; a run diverged."""
    USAGE = 2
    """The command line is wrong, or names something that is not there."""
    INVALID = 3
    """A lesson file has errors."""
    UNDECIDED = 4
    """Something could not be judged."""
    TIMEOUT = 5
    INTERNAL = 70
    """An error of dltui's own."""
    INTERRUPTED = 130
