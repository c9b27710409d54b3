"""Questions for the shape of a tensor."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from dltui.lesson.records import Shape, Wrong
from dltui.quiz.slips import place_name
from dltui.quiz.verdict import Ungradable, Verdict, right, wrong

FORM = "Write a shape, such as 3x4 or (3, 4)."
BATCH = None
"""The size of the batch, where it is left open."""

_BEFORE = re.compile(r"^(?:[^=≈]*=)?\s*(?:torch\.)?(?:size|shape)?\s*(?=[\[(\w-])", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:[x×✕*·⋅∙,;]|\bby\b)\s*|\s+", re.IGNORECASE)
_BATCH = ("n", "b", "batch", "-1", "none", "?")

Sizes = list[int | None]


def judge_shape(question: Shape, given: str, key: Sequence[int]) -> Verdict:
    """`key` is the computed one. A wrong answer earns the share of sizes that are right, if their number is."""
    sizes = read_shape(given)
    if sizes[:1] == [BATCH] and len(sizes) == len(key) + 1:
        sizes = sizes[1:]
    if BATCH in sizes:
        raise Ungradable("Write every size as a number. Only before them an N may stand, for a batch of any size.")
    found = [size for size in sizes if size is not None]
    if found == list(key):
        return right(given, f"It is {written(key)}.")
    why = next((one.why for one in question.wrong if wrong_sizes(one) == found), "")
    hits = sum(size == other for size, other in zip(found, key, strict=False))
    score = hits / len(key) if len(found) == len(key) else 0.0
    return wrong(given, why or _slip(found, key), score)


def read_shape(text: str) -> Sizes:
    """`3x4`, `(3, 4)`, `[3,4]`, `N,3,4`, `torch.Size([3, 4])`. Raises Ungradable."""
    plain = _BEFORE.sub("", text.strip(), count=1)
    while len(plain) > 1 and plain[0] + plain[-1] in ("()", "[]"):
        plain = plain[1:-1].strip()
    if not plain:
        if text.strip() in ("()", "[]", "(,)", "torch.Size([])"):
            return []
        raise Ungradable(FORM)
    return [_size(part) for part in _BETWEEN.split(plain.removesuffix(",").strip())]


def written(sizes: Sequence[int]) -> str:
    """`3x4`, as it may be typed."""
    return "x".join(map(str, sizes)) if len(sizes) > 1 else f"({sizes[0]},)" if sizes else "()"


def wrong_sizes(one: Wrong) -> list[int]:
    """The sizes of a listed wrong answer; empty where they cannot be read."""
    try:
        sizes = read_shape(one.value) if isinstance(one.value, str) else one.value
    except Ungradable:
        return []
    return [int(size) for size in (sizes if isinstance(sizes, list) else [sizes]) if size is not None]


def _size(part: str) -> int | None:
    if part.lower() in _BATCH:
        return BATCH
    try:
        size = float(part)
    except ValueError:
        raise Ungradable(FORM) from None
    if not size.is_integer() or not 0 <= size < 2**63:
        raise Ungradable("The sizes of a shape are whole numbers.")
    return int(size)


def _slip(found: Sequence[int], key: Sequence[int]) -> str:
    if len(found) == 1 < len(key) and found[0] == math.prod(key):
        return "That is the number of elements. The shape has one size per axis."
    if len(found) != len(key):
        axes = "1 axis" if len(key) == 1 else f"{len(key)} axes"
        return f"The shape has {axes}, yours has {len(found)}."
    if sorted(found) == sorted(key):
        return "The sizes are right, their order is not."
    said = [_difference(*pair) for pair in zip(found, key, strict=True)]
    if len(said) == 1:
        return f"It is {said[0]}."
    return f"Size by size: {', '.join(f'the {place_name(place)} is {one}' for place, one in enumerate(said))}."


def _difference(size: int, key: int) -> str:
    if size == key:
        return "right"
    return {1: "one too large", -1: "one too small"}.get(size - key, "not right")
