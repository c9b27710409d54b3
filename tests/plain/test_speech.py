"""Signs as words, and every formula of every lesson in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from dltui.lesson.find import Course, course
from dltui.lesson.prose import formulas
from dltui.places import lessons_dir
from dltui.plain.speech import speakable
from dltui.plot.formula import spoken
from dltui.plot.prose import plain


@pytest.mark.parametrize(("written", "said"), [
    ("h₁ = −2·x²", "h sub 1 = minus 2 times x squared"),
    ("3×3 filter × 2", "3 by 3 filter times 2"),
    ("5.4e-05 ± 2e+3", "5.4 times 10 to the minus 5 plus or minus 2 times 10 to the 3"),
    ("5-3, -3, a-b, 2-8-1", "5-3, minus 3, a-b, 2-8-1"),
    ("10⁻³ ≤ σ(x₁²)", "10 to the power of minus 3 at most sigma(x sub 1 squared)"),
    ("noise · G makes points · D judges", "noise, G makes points, D judges"),
    ("marked ×, ← → move", "marked cross, left and right arrow move"),
    ("c₋ → 3  ✓", "c before to 3 right"),
    ("▎ Not so: “yes”", ' Not so: "yes"'),
    ("─────", ""),
])  # fmt: skip
def test_signs_are_words(written: str, said: str) -> None:
    assert speakable(written) == said
    assert speakable(said) == said, "words stay words"


def test_a_space_that_parts_two_formulas_is_heard() -> None:
    assert spoken(r"a = 1 \qquad b = 2") == "a equals 1, b equals 2"
    assert spoken(r"a = 1, \quad b\,c") == "a equals 1, b c"


def test_tables_name_their_columns() -> None:
    text = "| unit | gate |\n|---|---|\n| adder | $f_1$ |\n| latch | shut |\n"
    assert plain(text, 80, spoken=True).splitlines() == ["unit: adder; gate: f sub 1", "unit: latch; gate: shut"]


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, dict):
        yield from texts(list(value.values()))
    elif isinstance(value, msgspec.Struct):
        yield from texts([getattr(value, field.name) for field in msgspec.structs.fields(value)])


def sound() -> Course:
    return course([lessons_dir()])


def test_every_formula_of_every_lesson_can_be_heard() -> None:
    heard = {}
    for entry in sound().entries:
        for text in texts(entry.lesson):
            for formula in formulas(text):
                said = spoken(formula.tex)
                assert said.strip() and said.isascii(), formula.tex
                assert not re.search(r"[\\^_$<>]|  ", said.replace("{{", "").replace("}}", "")), formula.tex
                heard[formula.tex] = said
    assert len(heard) > 500
