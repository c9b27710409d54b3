"""Whatever is given, a formula is set or refused with a sentence; nothing else happens, and nothing gets lost."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from dltui.plot.formula import FormulaError, ascii_line, block, check, line, spoken
from dltui.plot.formula.commands import ENVIRONMENTS, KNOWN

letters = st.sampled_from("abxyzwN123")
signs = st.sampled_from(["+", "-", "=", ",", r"\cdot ", r"\le ", r"\to ", r"\odot ", r"\quad ", r"\, ", "'"])
names = st.sampled_from([r"\alpha ", r"\log ", r"\max ", r"\sum ", r"\int ", r"\infty ", r"\partial ", r"\text{if }"])


def around(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    one = st.lists(parts, min_size=1, max_size=3).map("".join)
    wrapped = st.sampled_from(
        [r"\sqrt{%s}", r"\hat{%s}", r"\bar{%s}", r"\mathbf{%s}", r"\left(%s\right)", r"\left\{%s\right.", "{%s}",
         r"\left|%s\right|",
         r"\begin{cases} %s & a \\ b \end{cases}", r"\begin{bmatrix} 1 & %s \\ %s & 2 \end{bmatrix}", r"\tfrac{1}{%s}",
         r"\begin{aligned} y &= %s \\ z &= 1 \end{aligned}", r"\xrightarrow{%s} ", r"\underline{%s}", r"\vec{%s}"]
    )  # fmt: skip
    double = st.sampled_from(
        [r"\frac{%s}{%s}", r"\underbrace{%s}_{%s}", r"\overset{%s}{%s}", r"\sqrt[%s]{%s}", r"\sum_{%s}^{%s} ",
         r"\dfrac{%s}{%s}",
         r"\lim_{%s} {%s}", r"{%s}_{%s}", r"{%s}^{%s}", r"\overbrace{%s}^{%s}"]
    )  # fmt: skip
    return st.one_of(
        one,
        st.tuples(wrapped, one).map(lambda pair: pair[0].replace("%s", pair[1])),
        st.tuples(double, one, one).map(lambda made: made[0] % made[1:]),
    )


formulas = st.recursive(st.one_of(letters, signs, names), around, max_leaves=14)
noise = st.lists(
    st.one_of(
        st.sampled_from([f"\\{name}" for name in KNOWN]),
        st.sampled_from([rf"\{end}{{{name}}}" for name in ENVIRONMENTS for end in ("begin", "end")]),
        st.sampled_from([*"{}{}^_&()[]|'.~%#$ ax19\\", "\\\\", r"\left(", r"\right)", "é", "漢", "\t", "\x1b"]),
        st.text(max_size=3),
    ),
    max_size=30,
).map("".join)


few = settings(max_examples=50, deadline=None)
many = settings(max_examples=100, deadline=None)


@few
@given(formulas)
def test_blocks_are_rectangles_with_a_baseline_inside(tex: str) -> None:
    for made in (block(tex), block(tex, 30), block(tex, 12), block(tex, ascii=True)):
        assert len({cell_len(row) for row in made.lines}) == 1
        assert 0 <= made.baseline < made.height
        assert made.width == cell_len(made.lines[0])


@few
@given(formulas)
@example("{a}^{2}")
def test_no_letter_or_digit_gets_lost(tex: str) -> None:
    bare = re.sub(r"\\text\{|\\(begin|end)\{[a-z]+\}|\\[A-Za-z]+", " ", tex)
    wanted = Counter(character for character in bare if character.isalnum())
    blocks = (block(tex), block(tex, 15), block(tex, ascii=True))
    said = spoken(tex).replace("squared", "2").replace("cubed", "3")
    for made in (*map(str, blocks), line(tex), ascii_line(tex), said):
        found = Counter(unicodedata.normalize("NFKD", made))
        assert not wanted - found


@few
@given(formulas)
def test_brackets_stay_in_pairs(tex: str) -> None:
    for made in (line(tex), ascii_line(tex)):
        assert made.count("(") == made.count(")")
        assert made.count("[") == made.count("]")


@few
@given(formulas)
def test_ascii_stays_ascii(tex: str) -> None:
    assert ascii_line(tex).isascii()
    assert str(block(tex, ascii=True)).isascii()


@many
@given(formulas, st.data())
def test_damaged_formulas_are_set_or_refused(tex: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(tex)))
    damage = data.draw(st.sampled_from(["", "{", "}", "^", "_", "\\", "&", r"\right)", "%"]))
    _set_or_refuse(tex[:at] + damage + tex[at + 1 :])


@many
@given(noise)
def test_noise_is_set_or_refused(tex: str) -> None:
    _set_or_refuse(tex)


def _set_or_refuse(tex: str) -> None:
    refused = check(tex)
    for render in (block, line, ascii_line, spoken):
        try:
            assert render(tex) is not None
            assert refused is None
        except FormulaError as error:
            assert str(error) == refused
            assert 0 <= error.position <= len(tex)


def test_deep_and_long_formulas_are_refused_or_set() -> None:
    for depth in (39, 40, 41, 1000):
        for opened, closed in ((r"\frac{1}{", "}"), (r"\left(\frac12 ", r"\right)"), ("x^{", "}"), (r"\sqrt", ""),
                               (r"\begin{cases} a & ", r"\end{cases}"), (r"\sqrt[", "]1"), (r"\hat", "")):  # fmt: skip
            _set_or_refuse(opened * depth + "x" + closed * depth)
    for part in ("x_i+", r"\frac12", r"\sum_{m \in w}", "=+", r"\qquad ", r"a^b_c", r"\bigl("):
        _set_or_refuse(part * (1990 // len(part)))
