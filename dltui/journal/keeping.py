"""Which runs go on when nobody is left to steer them: the screen says it, the engine does it, by one rule."""

from __future__ import annotations

LONG = 60.0
"""Seconds from which a run counts as long: it was started to be left alone."""
SURE = 1.0
"""Seconds of training after which its whole length can be told from its pace."""


def outlasts(choice: bool | None, seconds: float, step: int, steps: int) -> bool | None:
    """Whether a run goes on alone: as it was chosen, else if all of it takes long. `seconds` is its training time until
    `step` of `steps`. None: that cannot be told yet."""
    if choice is not None:
        return choice
    if seconds < SURE or step <= 0:
        return None
    return seconds / step * steps >= LONG
