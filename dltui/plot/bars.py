"""Small pictures inside a line of text: bars in eighths of a cell and sparklines."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import isfinite

LYING = " ▏▎▍▌▋▊▉█"
STANDING = "▁▂▃▄▅▆▇█"
ASCII_STANDING = "_.-=*#"


def bar(value: float, width: int, ascii: bool = False) -> str:
    """A share from 0 to 1 of `width` cells, to an eighth of a cell; more than nothing is never drawn as nothing."""
    if not width > 0 or value != value:
        return " " * max(0, width)
    value = min(max(value, 0.0), 1.0)
    if ascii:
        return ("#" * max(round(value * width), int(value > 0))).ljust(width)
    whole, rest = divmod(max(round(value * width * 8), int(value > 0)), 8)
    return ("█" * whole + (LYING[rest] if rest else "")).ljust(width)


def signed_bar(value: float, width: int, ascii: bool = False) -> str:
    """-1 to 1 from the middle: to the left in half cells, to the right in eighths. An odd width leaves the middle cell
    to the sign of zero, `|`."""
    width = max(0, width)
    half, middle = width // 2, ("|" if ascii else "│") * (width % 2)
    if value >= 0 or not half:
        return " " * half + middle + bar(value, half, ascii)
    value = min(-value, 1.0)
    if ascii:
        return bar(value, half, ascii)[::-1] + middle + " " * half
    whole, rest = divmod(max(round(value * half * 2), 1), 2) if value == value else (0, 0)
    return ("▐" * rest + "█" * whole).rjust(half) + middle + " " * half


def sparkline(values: Sequence[float | None], width: int, ascii: bool = False) -> str:
    """The course of the values in at most `width` characters, lowest to highest: each character the mean of its share.
    Values that are missing or not finite are left out; a stretch of only such values is a space."""
    count = min(len(values), width)
    if count <= 0:
        return ""
    edges = [index * len(values) // count for index in range(count + 1)]
    means = [_mean(values[start:end]) for start, end in pairwise(edges)]
    known = [mean for mean in means if mean is not None]
    if not known:
        return " " * count
    low, high = min(known), max(known)
    glyphs = ASCII_STANDING if ascii else STANDING
    scale = (len(glyphs) - 1) / (high / 2 - low / 2) if high / 2 > low / 2 else 0.0
    return "".join(" " if mean is None else glyphs[round((mean / 2 - low / 2) * scale)] for mean in means)


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None and isfinite(value)]
    return sum(value / len(known) for value in known) if known else None
