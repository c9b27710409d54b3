"""One line of a sheet."""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import Struct

Outcome = Literal["right", "wrong", "unanswered", "ungradable"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


class Row(Struct, frozen=True, omit_defaults=True):
    """One question, or the code for one exercise."""

    question: str
    outcome: Outcome
    points: float
    """What it could earn."""
    earned: float
    said: str = ""
    given: str = ""
