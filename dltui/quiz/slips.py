"""What probably happened when a number is wrong: the sign, a power of ten, one too many, upside down."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

Close = Callable[[float, float], bool]
"""Is the first, given, as good as the second?"""

PLACES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
LARGEST_POWER = 9


def slip(given: float, key: float, close: Close) -> str:
    """A sentence, empty if nothing typical fits."""
    if key and close(given, -key):
        return "The size is right, the sign is not."
    if isinstance(key, int) and abs(given - key) == 1:
        return f"It is one too {'large' if given > key else 'small'}."
    if not given or not key or not math.isfinite(given / key):
        return ""
    power = round(math.log10(abs(given / key))) if given / key else 0
    if 0 < abs(power) <= LARGEST_POWER and close(given, key * 10.0**power):
        times = f"{10 ** abs(power)} times too {'large' if power > 0 else 'small'}"
        return f"It is {times}: look at the decimal point."
    if close(given, 1 / key):
        return "That is 1 divided by the answer."
    if isinstance(key, int) and math.isclose(given, key, rel_tol=0.01):
        return "Close, but this can be counted: give the exact number."
    if isinstance(key, float) and math.isclose(given, key, rel_tol=0.03):
        return "Close, but not close enough: give more digits."
    return ""


def slip_in_list(given: Sequence[float], key: Sequence[float], close: Close) -> str:
    """The same for lists of one length, of which at least one element is wrong."""
    if any(key) and all(close(one, -other) for one, other in zip(given, key, strict=True)):
        return "The sizes are right, all signs are turned round."
    if _same(sorted(given), sorted(key), close):
        return "The numbers are right, their order is not."
    wrong = [place for place, pair in enumerate(zip(given, key, strict=True)) if not close(*pair)]
    if len(wrong) == 1:
        place = wrong[0]
        return f"The {place_name(place)} number is not right. {slip(given[place], key[place], close)}".strip()
    hits = len(key) - len(wrong)
    return f"{hits} of {len(key)} numbers {'is' if hits == 1 else 'are'} right." if hits else ""


def place_name(place: int) -> str:
    return PLACES[place] if place < len(PLACES) else f"{place + 1}th"


def _same(given: Sequence[float], key: Sequence[float], close: Close) -> bool:
    return all(close(one, other) for one, other in zip(given, key, strict=True))
