"""Numbers as people write them. What has two readings is not guessed but asked for in another form."""

from __future__ import annotations

import re

from dltui.lesson.expressions import ExpressionError, evaluate, read
from dltui.quiz.verdict import Ungradable

FORM = "Write a number, such as 0.25, 1/4 or 2.5e-1."

_BEFORE = re.compile(r"^[^=≈≃≅~∼<>!]*(?::?=|[≈≃≅~∼])\s*|^(?:about|ca\.|approx\.?)\s*", re.IGNORECASE)
"""The name of what was asked for, and that it is rounded: `p =`, `≈`."""
_DOTS = re.compile(r"(?<=\d)\s*(?:…|\.{3})$")
_THOUSANDS = re.compile(r"[-+−]?\d{1,3}(?:[\s'’_]\d{3})+(?:\.\d*)?")
_COMMA = re.compile(r"[-+−]?(\d*),(\d+)")
_COMMAS = re.compile(r"[-+−]?\d[\d.,\s']*,[\d.,\s']*\d")
_REPEATED = re.compile(r"[-+−]?\d*\.\d*\(\d+\)")
"""`0.1(6)`: a product, digits that repeat, or an uncertainty."""
_LOOSE_SIGN = re.compile(r"\S\s+[-+−]\S")
_TIMES_TEN = re.compile(r"(?<=\d)\s*[xX]\s*(?=10\s*(?:\^|\*\*|[⁰¹²³⁴-⁹⁻]))")
_UNIT = re.compile(r"([-+−]?[\d.]+(?:[eE][-+−]?\d+)?)\s*([^\W\d_]+)", re.ASCII)
_PERCENT = re.compile(r"(.*\S)\s*(?:%|percent\b|per cent\b)\s*", re.IGNORECASE)
_TRANSPOSED = re.compile(r"(?:\^?\s*[TᵀtT⊤]|')$")


def read_number(text: str) -> list[float]:
    """What `text` can mean, the likeliest first: `50%` is 0.5, and 50 where percent are asked for.

    Raises Ungradable.
    """
    plain = _DOTS.sub("", _BEFORE.sub("", text.strip())).strip()
    if not plain:
        raise Ungradable(FORM)
    if percent := _PERCENT.fullmatch(plain):
        value = _number(percent[1])
        return [value / 100, value]
    return [_number(plain)]


def read_numbers(text: str) -> list[list[float]]:
    """The elements of `(1, 2)`, `[1 2]`, `1; 2` …, each with its readings. Raises Ungradable."""
    plain = _BEFORE.sub("", text.strip()).strip()
    if plain[:1] in ("(", "["):
        plain = _TRANSPOSED.sub("", plain).strip()
    if plain[:1] + plain[-1:] in ("()", "[]") and _encloses(plain):
        plain = plain[1:-1].strip()
    parts = _split(plain, ",;") if re.search("[,;]", plain) else plain.split()
    if len(parts) > 1 and not parts[-1].strip():  # (1, 2,)
        parts.pop()
    if any(_LOOSE_SIGN.search(part.strip()) for part in parts):  # (1,5 -2)
        raise Ungradable("This has two readings: separate the numbers by commas, as in (1, -2).")
    return [read_number(part) for part in parts]


def written(value: object) -> str:
    """`0.333333`, `12`, `(1, -2)`"""
    if isinstance(value, list):
        return f"({', '.join(written(part) for part in value)})"
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(int(value)) if isinstance(value, bool) else str(value)


def _number(text: str) -> float:
    if _THOUSANDS.fullmatch(text):
        text = re.sub(r"[\s'’_]", "", text)
    if comma := _COMMA.fullmatch(text):
        raise Ungradable(_comma(comma[1] or "0", comma[2]))
    if _COMMAS.fullmatch(text):
        raise Ungradable("Commas in a number have two readings: write it with at most a decimal point.")
    if _REPEATED.fullmatch(text):
        raise Ungradable("Brackets behind a decimal have two readings: write a fraction such as 1/6, or 0.1667.")
    try:
        value = evaluate(read(_TIMES_TEN.sub("*", text)))
    except ExpressionError as error:
        raise Ungradable(_unread(text, error)) from None
    if isinstance(value, list):
        raise Ungradable(f"One number is expected, not {len(value)}.")
    return value


def _comma(before: str, after: str) -> str:
    if len(after) == 3 and 1 <= len(before) <= 3 and before != "0":
        return f"A comma has two readings: write {before}{after}, or {before}.{after} with a decimal point."
    return f"Write a decimal point: {before}.{after}"


def _unread(text: str, error: ExpressionError) -> str:
    if unit := _UNIT.fullmatch(text):
        return f"Give the number alone, without `{unit[2]}`: {unit[1]}"
    if not any(sign.isdigit() for sign in text):
        return FORM
    return f"This cannot be read as a number: {error.message}."


def _encloses(text: str) -> bool:
    """Does the first bracket close at the end? Not in `(1)/(2)`."""
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign in "([") - (sign in ")]")
        if depth == 0:
            return place == len(text) - 1
    return False


def _split(text: str, separators: str) -> list[str]:
    """At separators outside brackets."""
    parts, depth = [""], 0
    for sign in text:
        depth += (sign in "([") - (sign in ")]")
        if depth == 0 and sign in separators:
            parts.append("")
        else:
            parts[-1] += sign
    return parts
