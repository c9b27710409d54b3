"""Names that have to be shorter: cut in the middle, and never where they differ from each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import groupby, takewhile

from dltui.plot.cells import text_width

SHORTEST = 3
WORD = re.compile(r"[^\s=,_/:;]*[\s=,_/:;]*")


def middle_cut(text: str, width: int, ascii: bool = False) -> str:
    """Cut to `width` cells, the middle replaced by `…` (ASCII: `~`), a little more kept of the start."""
    if text_width(text) <= width:
        return text
    if width < 1:
        return ""
    tail = _end(text, (width - 1) * 2 // 5)
    return _start(text, width - 1 - text_width(tail)) + _mark(ascii) + tail


def abbreviated(names: Sequence[str], width: int, ascii: bool = False) -> list[str]:
    """Each name in at most `width` cells. Words that all names have give way first, then what a name has in common with
    the start of another one: `learning rate 0.1` and `learning rate 0.2` become `lear…0.1` and `lear…0.2`."""
    words = [WORD.findall(name) for name in names]
    common = set(words[0]).intersection(*words[1:]) if len(set(names)) > 1 else set[str]()
    found = []
    for place, (name, own) in enumerate(zip(names, words, strict=True)):
        if text_width(name) <= width:
            found.append(name)
        else:
            others = [*names[:place], *names[place + 1 :]]
            found.append(_differing(own, common, width, ascii) or _branching(name, others, width, ascii))
    return found


def longest(names: Sequence[str], fits: Callable[[list[str]], bool], ascii: bool = False) -> tuple[int, list[str]]:
    """The most cells per name with which they fit and differ, and the names in so many; 0 and the names where nothing
    fits."""

    def good(found: list[str]) -> bool:
        return len(set(found)) == len(set(names)) and fits(found)

    whole = max(map(text_width, names), default=0)
    if good(list(names)):
        return whole, list(names)
    low, high = SHORTEST - 1, whole  # `low` fits, as far as is known; `high` does not
    while high - low > 1:
        middle = (low + high) // 2
        if fits(abbreviated(names, middle, ascii)):
            low = middle
        else:
            high = middle
    found = abbreviated(names, low, ascii)
    return (low, found) if low >= SHORTEST and good(found) else (0, list(names))


def _differing(words: list[str], common: set[str], width: int, ascii: bool) -> str:
    """The words that only some names have, and as much of the others as there is room for; empty: no room, or no such
    words."""
    runs = [(shared, "".join(run)) for shared, run in groupby(words, key=lambda word: word in common)]
    room = width - sum(text_width(run) for shared, run in runs if not shared)
    left = sum(1 for shared, run in runs if shared and run)
    if not left or left == len(runs) or room < left:
        return ""
    found = ""
    for shared, run in runs:
        if shared and run:
            share = room // left
            run = run if text_width(run) <= share else _start(run, share - 1).rstrip() + _mark(ascii)
            room, left = room - text_width(run), left - 1
        found += run
    return found


def _branching(name: str, others: Sequence[str], width: int, ascii: bool) -> str:
    """What comes after the start that this name shares with another one, after as much of that as there is room for."""
    rest = name[_shared(name, others) :]
    size = text_width(rest)
    if rest == name or size > 2 * width or width < 2:
        return middle_cut(name, width, ascii)
    if size >= width:
        return _mark(ascii) + middle_cut(rest, width - 1, ascii)
    return _start(name, width - 1 - size).rstrip() + _mark(ascii) + rest


def _shared(name: str, others: Sequence[str]) -> int:
    """The length of the longest start that this name has in common with another one, in whole words."""
    length = 0
    for other in others:
        if other != name:
            pairs = zip(name, other, strict=False)
            length = max(length, sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs)))
    words = length
    while words and (name[words - 1].isalnum() or name[words - 1] in ".-+"):
        words -= 1
    if words:
        return words
    while length and (name[length - 1].isdigit() or name[length - 1] in ".-+"):
        length -= 1
    return length


def _start(text: str, width: int) -> str:
    kept, used = "", 0
    for char in text:
        used += text_width(char)
        if used > width:
            break
        kept += char
    return kept


def _end(text: str, width: int) -> str:
    place, used = len(text), 0
    while place and used + text_width(text[place - 1]) <= width:
        place -= 1
        used += text_width(text[place])
    return text[place:]


def _mark(ascii: bool) -> str:
    return "~" if ascii else "…"
