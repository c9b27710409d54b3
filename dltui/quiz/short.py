"""Questions for a word or a few."""

from __future__ import annotations

import re
from unicodedata import combining, normalize

from dltui.lesson.questions import Short
from dltui.quiz.verdict import Ungradable, Verdict, right, wrong

_BETWEEN = re.compile(r"[\s\-‐‑–—_/]+")
_ARTICLE = re.compile(r"^(?:an?|the) (?=.)")
FORGIVEN = {1: 5, 2: 10}
"""So many letters may be mistyped in a word of at least this length before the spelling is no longer asked about."""


def judge_short(question: Short, given: str) -> Verdict:
    """Capitals, accents, spaces, hyphens, articles and quotes do not matter. A word that is nearly an accepted one is
    not judged: it may be mistyped."""
    plain = fold(given)
    if not plain:
        raise Ungradable("Answer with a word or a few.")
    accepted = [fold(text) for text in question.accept]
    if plain in accepted or plain.replace(" ", "") in [text.replace(" ", "") for text in accepted]:
        return right(given, "That is it.")
    for one in question.wrong:
        if plain == fold(str(one.value)):
            return wrong(given, one.why)
    if any(_nearly(plain, text) for text in accepted):
        raise Ungradable("That is nearly a word that would be accepted: look at the spelling.")
    return wrong(given, "That is not it.")


def fold(text: str) -> str:
    """`The Back-Propagation.` becomes `back propagation`."""
    plain = "".join(sign for sign in normalize("NFKD", text) if not combining(sign)).casefold()
    words = _BETWEEN.sub(" ", plain).strip(" .,;:!?\"'“”‘’«»()[]`*$")
    return _ARTICLE.sub("", words)


def _nearly(given: str, accepted: str) -> bool:
    return any(len(accepted) >= least and distance(given, accepted) <= slips for slips, least in FORGIVEN.items())


def distance(one: str, other: str) -> int:
    """Letters to be put in, left out, replaced or swapped with their neighbour to get from one text to the other
    (Damerau 1964, restricted form)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, sign in enumerate(one, 1):
        before, row, above = row, [i, *[0] * len(other)], before
        for j, letter in enumerate(other, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (sign != letter))
            if i > 1 and j > 1 and sign == other[j - 2] and one[i - 2] == letter:
                row[j] = min(row[j], above[j - 2] + 1)
    return row[-1]
