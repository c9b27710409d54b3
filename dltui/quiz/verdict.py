"""What is said about an answer."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class Verdict(Struct, frozen=True, kw_only=True):
    outcome: Literal["right", "wrong", "ungradable"]
    """ungradable: it cannot be read, or has two readings. It costs no attempt."""
    score: float
    """From 0 to 1; a wrong answer may have earned a part."""
    said: str
    """One or two sentences for the learner, in the Markdown of lessons."""
    given: str
    """As it may be stored and judged again: cleaned, options by their letters in the lesson file."""


class Ungradable(ValueError):
    """The answer cannot be read; the message says in which form it is expected."""


def right(given: str, said: str) -> Verdict:
    return Verdict(outcome="right", score=1.0, said=said, given=given)


def wrong(given: str, said: str, score: float = 0.0) -> Verdict:
    return Verdict(outcome="wrong", score=score, said=said, given=given)
