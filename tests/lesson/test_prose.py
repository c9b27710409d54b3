"""Formulas are found where a reader would see them, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dltui.lesson.prose import Formula, formulas, stray_dollars

PIECES = st.text(st.sampled_from(list("$$$`\\ \n5ax")), max_size=40)


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        ("The slope $w$ and the bias $b$.", ["w", "b"]),
        ("$$\\frac{a}{b}$$", ["\\frac{a}{b}"]),
        ("over $a +\nb$ two lines", ["a +\nb"]),
        ("$a$$b$", ["a", "b"]),
        ("from $5 to $6", []),
        ("$5-$6", []),
        ("between $5 and $x$", ["x"]),
        ("a dollar \\$, then $x \\$ y$", ["x \\$ y"]),
        ("$ not one $", []),
        ("$x\n\ny$", []),
        ("$$x\n\ny$$", []),
        ("`$PATH` and ``a ` $b$`` but $c$", ["c"]),
        ("```\n$a$\n\n$b$\n```\n$c$", ["c"]),
        ("a lone ` and $c$", ["c"]),
        ("$$$$ and $$ $$", []),
        ("an escaped end: $a\\\\$", ["a\\\\"]),
    ],
)
def test_formulas(text: str, tex: list[str]) -> None:
    assert [formula.tex for formula in formulas(text)] == tex


def test_display_and_extent() -> None:
    text = "so $$ y = x $$ holds"
    assert formulas(text) == [Formula(3, 14, "y = x", True)]
    assert text[3:14] == "$$ y = x $$"
    assert formulas("so $y$") == [Formula(3, 6, "y", False)]


@pytest.mark.parametrize(
    ("text", "at"), [("costs $5", [6]), ("$x$ and $y", [8]), ("\\$5", []), ("`$`", []), ("no formula", [])]
)
def test_stray_dollars(text: str, at: list[int]) -> None:
    assert stray_dollars(text) == at


@given(PIECES)
def test_any_text(text: str) -> None:
    found = formulas(text)
    ends = [0, *[formula.end for formula in found]]
    assert all(end <= formula.start < formula.end for end, formula in zip(ends, found, strict=False))
    for formula in found:
        width = 1 + formula.display
        inside = text[formula.start + width : formula.end - width]
        assert inside.strip() == formula.tex != ""
        assert text[formula.start : formula.start + width] == text[formula.end - width : formula.end] == "$" * width
        assert "\n\n" not in inside
    for at in stray_dollars(text):
        assert text[at] == "$"
        assert not any(formula.start <= at < formula.end for formula in found)


@pytest.mark.parametrize("piece", ["$", "$$", "`", "` ``", "$a", "$`", "\\", "```$\n\n", "$a $"])
def test_long_hostile_text_is_no_trouble(piece: str) -> None:
    formulas(piece * 50_000)
