"""Settings that were handed in for a challenge, judged: the same for the screen, the command line and a class."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from dltui.grading.track import NoTrack, Told, Track, silent
from dltui.lesson.challenges import Challenge
from dltui.lesson.entering import Misread, base, entered
from dltui.quiz.stars import Judged, judged, refused, unjudged
from dltui.text import clean

FIRST_HIDDEN = 1_000_000
"""Seeds below are for practice."""


def judge(step: Challenge, source: bytes, track: Track, seeds: Sequence[int], told: Told = silent) -> Judged:
    """Train what a file of settings says, once with each seed. Raises nothing: what cannot be read, or was lost for a
    reason of the machine, is not gradable."""
    try:
        made = entered(step, source)
    except Misread as error:
        return Judged(unjudged(clean(str(error), lines=False)))
    if verdict := refused(step, made):
        return Judged(verdict)
    try:
        return judged(step, made, track.run(made, seeds, step.limits.seconds, told))
    except NoTrack as error:
        return Judged(unjudged(str(error)))


def practice(step: Challenge) -> list[int]:
    """The seeds that everybody may know: the lesson's own and those after it."""
    return [step.seed + number for number in range(step.seeds)]


def hidden(step: Challenge, lesson: str, secret: str) -> list[int]:
    """The grader's seeds: the same for all who are graded with this secret, and none of those for practice."""
    found: list[int] = []
    for number in range(step.seeds):
        drawn = hashlib.sha256(f"{secret}\0{lesson}\0{step.id}\0{number}".encode(errors="replace")).digest()
        found.append(FIRST_HIDDEN + int.from_bytes(drawn[:8], "big") % (2**31 - 1 - FIRST_HIDDEN))
    return found


def unchanged(step: Challenge, source: bytes) -> bool:
    """Whether a file of settings says no more than the lesson did."""
    try:
        return entered(step, source) == base(step)
    except Misread:
        return False
