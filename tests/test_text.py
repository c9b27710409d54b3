"""No forbidden character gets through, and ordinary text is left alone."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dltui.text import FORBIDDEN, MARKS_PER_BASE, clean, one_line

FORBIDDEN_RANGES = [
    (0x00, 0x08), (0x0B, 0x1F), (0x7F, 0x9F), (0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x2060), (0x2066, 0x2069),
    (0xFEFF, 0xFEFF), (0xD800, 0xDFFF), (0xE0000, 0xE007F),
]  # fmt: skip
MARKS = [chr(point) for point in range(0x300, 0x10000) if unicodedata.category(chr(point)) in ("Mn", "Me")]
POINTS = st.one_of(
    st.characters(),
    st.sampled_from(MARKS),
    *[st.integers(low, high).map(chr) for low, high in FORBIDDEN_RANGES],
)
ANY_TEXT = st.text(POINTS, max_size=60)
ORDINARY = [
    "The loss falls: 2.30 → 0.14 (−94 %)",
    "Größe, naïve, façade, Ångström, e\u0301te\u0301",
    "深層学習は楽しい。 딥러닝 神经网络",
    "Ж ω ∇ ∂ Σ ½ ℝⁿ ┌─┐ ▏▎▍ ⠑⢄ ══════════════════",
    "🙂 🚀 👍🏽 ❤\ufe0f 🏳\ufe0f",
    "fn\tname\nnext line",
    "שלום עולם, مرحبا, हिन्दी, ภาษาไทย",
]


def longest_run_of_marks(text: str) -> int:
    longest = run = 0
    for character in text:
        run = run + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        longest = max(longest, run)
    return longest


@given(ANY_TEXT, st.booleans())
@example("\x1b]52;c;aGk=\x07", True)
@example("\r\r\n\n", True)
@example("z" + "\u0301" * 500, False)
def test_nothing_forbidden_remains(text: str, lines: bool) -> None:
    cleaned = clean(text, lines=lines)
    for low, high in FORBIDDEN_RANGES:
        assert not any(low <= ord(character) <= high for character in cleaned)
    assert longest_run_of_marks(cleaned) <= MARKS_PER_BASE
    assert lines or not ({"\n", "\t"} & set(cleaned))
    cleaned.encode("utf-8")


@given(ANY_TEXT, st.booleans())
@example("a\u0301\u200d" + "\u0301" * 9, True)
def test_cleaning_again_changes_nothing(text: str, lines: bool) -> None:
    cleaned = clean(text, lines=lines)
    assert clean(cleaned, lines=lines) is cleaned


@given(ANY_TEXT)
def test_what_is_allowed_stays(text: str) -> None:
    allowed = FORBIDDEN.sub("", text)
    if longest_run_of_marks(allowed) <= MARKS_PER_BASE:
        assert clean(allowed) is allowed


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_is_returned_itself(text: str) -> None:
    assert clean(text) is text


def test_each_forbidden_character_is_seen() -> None:
    assert clean("a\x1b[2Jb\x9bc") == "a\ufffd[2Jb\ufffdc"
    assert clean("one\ttwo\nthree", lines=False) == "one two three"
    assert clean("from Windows\r\nhere\rthere") == "from Windows\nhere\ufffdthere"


def test_a_joined_emoji_falls_into_its_parts() -> None:
    assert clean("👩\u200d🔬") == "👩\ufffd🔬"


def test_marks_are_counted_per_base() -> None:
    assert clean("a" + "\u0301" * 20 + "b" + "\u0302" * 3) == "a" + "\u0301" * 8 + "b" + "\u0302" * 3


@given(ANY_TEXT, st.integers(-2, 40))
def test_one_line_fits(text: str, width: int) -> None:
    line = one_line(text, width)
    assert len(line) <= max(width, 0)
    assert "\n" not in line
    assert clean(line) is line


def test_one_line_cuts_by_cells() -> None:
    assert one_line("short", 5) == "short"
    assert one_line("a longer line", 9) == "a longer…"
    assert one_line("two\n lines \t here", 40) == "two lines here"
    assert one_line("深層学習", 5) == "深層…"
    assert one_line("x" * 10**7, 4) == "xxx…"


@pytest.mark.parametrize(("low", "high"), FORBIDDEN_RANGES)
def test_every_listed_point_is_forbidden(low: int, high: int) -> None:
    assert all(clean(chr(point)) == "\ufffd" for point in range(low, high + 1))
