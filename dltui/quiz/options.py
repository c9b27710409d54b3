"""Questions with options: letters in, one or several of them."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from dltui.lesson.records import AnyQuestion, Choice, Multi
from dltui.quiz.verdict import Ungradable, Verdict, right, wrong

LETTERS = "abcdefgh"
_AROUND = " .:;)(]["
_BETWEEN = re.compile(r"[\s,;+&/]+|\band\b")


def order(question: AnyQuestion, seed: int) -> list[int]:
    """The places of the options in the order in which this learner sees them: always the same for one seed."""
    if not isinstance(question, Choice | Multi):
        return []
    places = list(range(len(question.options)))
    random.Random(f"{seed}:{question.id}").shuffle(places)
    return places


def relettered(question: AnyQuestion, given: str, shown: Sequence[int]) -> str:
    """An answer in letters of the lesson file's order, as it is stored, in letters of the order `shown`."""
    letters = given.split(",")
    places = [LETTERS.find(letter) for letter in letters if len(letter) == 1]
    if not isinstance(question, Choice | Multi) or len(places) < len(letters) or not set(places) <= set(shown):
        return given
    return ",".join(sorted(LETTERS[shown.index(place)] for place in places))


def judge_choice(question: Choice, given: str, shown: Sequence[int]) -> Verdict:
    place = _by_text(question, given)
    if place is None:
        (place, *more) = _places(given, shown) or [-1]
        if place < 0 or more:
            raise Ungradable(f"Answer with one letter, {_range(shown)}.")
    option = question.options[place]
    if option.ok:
        return right(LETTERS[place], option.why or "That is it.")
    return wrong(LETTERS[place], option.why or "That is not it.")


def judge_multi(question: Multi, given: str, shown: Sequence[int]) -> Verdict:
    """Score: max(0, right ones less wrong ones) as a share of the options that are right."""
    place = _by_text(question, given)
    chosen = _places(given, shown) if place is None else [place]
    if chosen is None:
        raise Ungradable(f"Answer with the letters of all that is right, {_range(shown)}: for example a,c. Or: none.")
    good = {place for place, option in enumerate(question.options) if option.ok}
    hits, misses = good & set(chosen), sorted(set(chosen) - good)
    letters = ",".join(LETTERS[place] for place in sorted(chosen)) or "none"
    if hits == good and not misses:
        return right(letters, "That is all of it.")
    score = max(0, len(hits) - len(misses)) / len(good) if good else 0.0
    return wrong(letters, _told(question, len(hits), misses, len(good)), score)


def _told(question: Multi, hits: int, misses: Sequence[int], good: int) -> str:
    """Why one of the wrong ones is wrong, and how many there are; which ones are missing is not told."""
    if not misses:
        missing = good - hits
        belong = "one more belongs" if missing == 1 else f"{missing} more belong"
        return f"Nothing of this is wrong, but {belong} to it." if hits else "Something is right here."
    option = question.options[misses[0]]
    more = len(misses) - 1
    others = "" if not more else " One more of yours is wrong." if more == 1 else f" {more} more of yours are wrong."
    return (option.why or f"This is not so: {option.text}") + others


def _by_text(question: Choice | Multi, given: str) -> int | None:
    """The option that was written out. Raises Ungradable where a digit could also be its number."""
    plain = given.strip().casefold()
    texts = [option.text.strip().casefold() for option in question.options]
    if plain not in texts:
        return None
    place = texts.index(plain)
    if plain.isdigit() and int(plain) != place + 1 and int(plain) <= len(texts):
        raise Ungradable(f"{plain} could be an option or its number: answer with the letter.")
    return place


def _places(given: str, shown: Sequence[int]) -> list[int] | None:
    """The options meant by letters or numbers; None where anything else is in the text."""
    plain = given.strip().lower()
    if plain in ("none", "nothing", "-"):
        return []
    signs = [sign for sign in _BETWEEN.sub("", plain) if sign not in _AROUND]
    rows = [LETTERS.find(sign) if sign.isalpha() else int(sign) - 1 if sign.isdecimal() else -1 for sign in signs]
    if not rows or not all(0 <= row < len(shown) for row in rows):
        return None
    return [shown[row] for row in dict.fromkeys(rows)]


def _range(shown: Sequence[int]) -> str:
    return f"a to {LETTERS[len(shown) - 1]}"
