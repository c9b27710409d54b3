"""Numbers as a learner reads them."""

from __future__ import annotations

import math
from collections.abc import Iterable

DUST = 1e-12


def number(value: float, digits: int = 4) -> str:
    """Significant digits without trailing zeros; no minus before zero, and zero for the dust of rounding."""
    if abs(value) < DUST:
        return "0"
    text = f"{value:.{digits}g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        return f"{mantissa}e{int(exponent)}"
    return text


def tex(value: float, digits: int = 4) -> str:
    r"""The same for a formula: powers of ten as 1.2 \cdot 10^{-7}."""
    mantissa, e, exponent = number(value, digits).partition("e")
    return rf"{mantissa} \cdot 10^{{{exponent}}}" if e else mantissa


def factor(value: float, digits: int = 4) -> str:
    """The same as the second or later factor or term of a formula: in brackets if negative."""
    return f"({tex(value, digits)})" if _negative(value) else tex(value, digits)


def summed(products: Iterable[tuple[float, float]], rest: float | None = None, digits: int = 4) -> str:
    """The formula w1 x1 + w2 x2 + rest with its numbers: a negative weight is taken away, a negative x in brackets."""
    terms = [(w, rf" \cdot {factor(x, digits)}") for w, x in products]
    terms += [] if rest is None else [(rest, "")]
    written = "".join(f" {'-' if _negative(w) else '+'} {tex(abs(w), digits)}{tail}" for w, tail in terms)
    return f"-{written[3:]}" if written.startswith(" -") else written[3:]


def _negative(value: float) -> bool:
    return value < 0 and number(value) != "0"


def vector(values: Iterable[float], decimals: int = 3) -> str:
    """(1.000, -1.000); whole numbers stay whole where all of them are."""
    values = [0.0 if abs(value) < 0.5 * 10**-decimals else value for value in values]
    whole = all(value == math.floor(value) for value in values)
    return "(" + ", ".join(f"{value:.{0 if whole else decimals}f}" for value in values) + ")"


def many(count: int, noun: str) -> str:
    """1 point, 2 points."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
