"""The one-line forms of random arithmetic, read as Python, have the value that the formula has."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import NamedTuple

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dltui.plot.formula import ascii_line, line
from dltui.plot.formula.scripts import FRACTIONS, SUPERSCRIPTS

NAMES = {"a": 1.7, "b": 0.6, "x": 2.3, "eta": 0.9}
LOWERED = {raised: plain for plain, raised in SUPERSCRIPTS.items() if plain not in "⊤′″‴∗∘°†!×-"}


class Sum(NamedTuple):
    """TeX with its value. What is no atom needs brackets as a factor; what is a sum needs them as a term behind −."""

    tex: str
    value: float
    rank: int
    """0 sum, 1 product, 2 atom."""


def bracketed(part: Sum, rank: int) -> str:
    return part.tex if part.rank >= rank else rf"\left({part.tex}\right)"


def atom(name: str) -> Sum:
    return Sum({"eta": r"\eta"}.get(name, name), NAMES[name], 2)


def compound(parts: st.SearchStrategy[Sum]) -> st.SearchStrategy[Sum]:
    def both(make: Callable[[Sum, Sum], Sum]) -> st.SearchStrategy[Sum]:
        return st.builds(make, parts, parts)

    return st.one_of(
        both(lambda p, q: Sum(f"{p.tex} + {bracketed(q, 1)}", p.value + q.value, 0)),
        both(lambda p, q: Sum(f"{p.tex} - {bracketed(q, 1)}", p.value - q.value, 0)),
        both(lambda p, q: Sum(rf"{bracketed(p, 1)} \cdot {bracketed(q, 2)}", p.value * q.value, 1)),
        both(lambda p, q: Sum(rf"{bracketed(p, 1)} \, {bracketed(q, 2)}", p.value * q.value, 1)),
        both(lambda p, q: Sum(rf"\frac{{{p.tex}}}{{{q.tex}}}", p.value / q.value if q.value else math.nan, 2)),
        parts.map(lambda p: Sum(f"-{bracketed(p, 1)}", -p.value, 0)),
        parts.map(lambda p: Sum(rf"\sqrt{{{p.tex}}}", math.sqrt(p.value) if p.value >= 0 else math.nan, 2)),
        parts.map(lambda p: Sum(rf"{{{p.tex}}}^{{2}}", power(p.value, 2), 2)),
        both(lambda p, q: Sum(f"{{{p.tex}}}^{{{q.tex}}}", power(p.value, q.value), 2)),
    )


def power(base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except (ValueError, OverflowError):
        return math.nan


arithmetic = st.recursive(
    st.one_of(st.sampled_from(sorted(NAMES)).map(atom), st.integers(1, 9).map(lambda n: Sum(str(n), n, 2))),
    compound,
    max_leaves=9,
)


def value(written: str) -> float:
    """An ASCII line as Python reads it; what stands side by side is multiplied."""
    python = written.replace("^", "**")
    python = re.sub(r"(?<=[\w)]) +(?=[\w(])", "*", python)
    python = re.sub(r"(?<=\d)(?=[a-z(])|(?<=\))(?=[\w(])|\b([abx])(?=[abx(]|eta|sqrt)", r"\1*", python)
    return float(eval(python, {"sqrt": math.sqrt}, NAMES))


def in_ascii(written: str) -> str:
    """A line with Unicode scripts as the same line without."""
    raised = "".join(LOWERED)
    written = re.sub(f"[{re.escape(raised)}]+", lambda run: f"^({''.join(LOWERED[c] for c in run[0])})", written)
    for (top, bottom), glyph in FRACTIONS.items():
        written = written.replace(glyph, f"({top}/{bottom})")
    written = re.sub(r"√(\w+|η)", r"sqrt(\1)", written).replace("√", "sqrt")
    return written.translate(str.maketrans({"−": "-", "·": "*"})).replace("η", "eta")


@settings(deadline=None)
@given(arithmetic)
def test_an_ascii_line_has_the_value_of_its_formula(formula: Sum) -> None:
    assume(math.isfinite(formula.value) and abs(formula.value) < 1e9)
    assert math.isclose(value(ascii_line(formula.tex)), formula.value, rel_tol=1e-6, abs_tol=1e-9)


@settings(deadline=None)
@given(arithmetic)
def test_a_line_has_the_value_of_its_formula(formula: Sum) -> None:
    assume(math.isfinite(formula.value) and abs(formula.value) < 1e9)
    assert math.isclose(value(in_ascii(line(formula.tex))), formula.value, rel_tol=1e-6, abs_tol=1e-9)
