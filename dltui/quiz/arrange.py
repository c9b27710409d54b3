"""Questions that put things in order, or together. Letters are those of `lettered`, the same for everybody: the lesson
file has the items in the right order, so letters cannot be counted there."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Sequence

from dltui.lesson.questions import Match, Order
from dltui.quiz.verdict import Ungradable, Verdict, right, wrong

LETTERS = "abcdefghijkl"
_BETWEEN = re.compile(r"\s*(?:[,;<>→&]|->|=>|then\b|and\b)\s*|\s+")
_PAIR = re.compile(r"(\d+)\s*(?:[-–:.)=→]|->)*\s*([a-z])")


def lettered(question: Order | Match) -> list[int]:
    """Which item, or right side, each letter stands for, by its place in the lesson file (`extra` follow the pairs).
    Never in the order of the file."""
    count = len(question.items) if isinstance(question, Order) else len(question.pairs) + len(question.extra)
    places = list(range(count))
    dice = random.Random(question.id)
    while places == sorted(places):
        dice.shuffle(places)
    return places


def texts(question: Order | Match) -> list[str]:
    """What stands beside the letters a, b, c …"""
    if isinstance(question, Order):
        sides = question.items
    else:
        sides = [*(pair.right for pair in question.pairs), *question.extra]
    return [sides[place] for place in lettered(question)]


def own_answer(question: Order | Match) -> str:
    """The right answer as it may be typed."""
    places = lettered(question)
    if isinstance(question, Order):
        return " ".join(LETTERS[places.index(item)] for item in range(len(places)))
    return " ".join(f"{row + 1}{LETTERS[places.index(row)]}" for row in range(len(question.pairs)))


def judge_order(question: Order, given: str) -> Verdict:
    """Score of a wrong answer: pairs in the right order less pairs in the wrong one, as a share of all pairs that
    matter (Kendall's tau), at least 0."""
    places = lettered(question)
    rows = _letters(given, len(places))
    if sorted(rows) != list(range(len(places))):
        raise Ungradable(f"Give each of the letters a to {LETTERS[len(places) - 1]} once, the first one first.")
    items = [places[row] for row in rows]
    written = " ".join(LETTERS[row] for row in rows)
    matter = [pair for pair in itertools.combinations(items, 2) if not _either(question, *pair)]
    misses = sum(first > second for first, second in matter)
    if not misses:
        return right(written, "That is the order.")
    return wrong(written, _astray(question, items), max(0.0, 1 - 2 * misses / len(matter)))


def judge_match(question: Match, given: str) -> Verdict:
    """Score of a wrong answer: the share of left sides that got theirs."""
    count, places = len(question.pairs), lettered(question)
    rows = _matched(given, count, len(places))
    written = " ".join(f"{left + 1}{LETTERS[row]}" for left, row in enumerate(rows))
    sides = [places[row] for row in rows]
    said = [*(pair.right for pair in question.pairs), *question.extra]
    misses = [left for left, side in enumerate(sides) if said[side] != question.pairs[left].right]
    if not misses:
        return right(written, "Each has found its own.")
    first = question.pairs[misses[0]]
    hits = count - len(misses)
    why = first.why or f"“{said[sides[misses[0]]]}” does not belong to “{first.left}”."
    return wrong(written, f"{hits} of {count} are right. {misses[0] + 1}: {why}", hits / count)


def _either(question: Order, one: int, other: int) -> bool:
    return any(one in group and other in group for group in question.either)


def _astray(question: Order, items: Sequence[int]) -> str:
    """How far it is right from the start, and what is too early there."""
    for place, item in enumerate(items):
        late = [other for other in items[place + 1 :] if other < item and not _either(question, other, item)]
        if late:
            start = f"The first {place} are right. Then " if place > 1 else "The first is right. Then " if place else ""
            sentence = f"“{question.items[item]}” comes too early."
            return start + sentence if not start else f"{start}{sentence}"
    return "That is not the order."


def _letters(given: str, count: int) -> list[int]:
    """Places of letters or numbers, run together or apart; empty where anything else is in the text."""
    parts = [part for part in _BETWEEN.split(given.strip().lower().strip("()[].")) if part]
    if len(parts) == 1:
        parts = list(parts[0])
    rows = [LETTERS.find(part) if len(part) == 1 and part.isalpha() else _number(part) for part in parts]
    return rows if all(0 <= row < count for row in rows) else []


def _number(part: str) -> int:
    return int(part) - 1 if part.isascii() and part.isdecimal() and len(part) < 3 else -1


def _matched(given: str, count: int, letters: int) -> list[int]:
    """For each left side the place of its letter: from `1b 2a 3c`, or from letters alone, in order. Raises
    Ungradable."""
    plain = given.strip().lower()
    pairs = _PAIR.findall(plain)
    if pairs and not _PAIR.sub("", plain).strip(" ,;"):
        found = {int(number) - 1: LETTERS.find(letter) for number, letter in pairs}
        rows = [found.get(left, -1) for left in range(count)] if len(found) == len(pairs) == count else []
    else:
        rows = _letters(plain, letters) if not any(sign.isdigit() for sign in plain) else []
    if len(rows) != count or not all(0 <= row < letters for row in rows):
        example = " ".join(f"{left + 1}{LETTERS[(left + 1) % letters]}" for left in range(count))
        raise Ungradable(f"Give a letter for each of 1 to {count}, such as {example}.")
    return rows
