"""What is left of a line without colours, or with ASCII alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from dltui.tui.filters import Ascii, Colourless, bare, in_cells


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Mn", "Me", "Cf"))))
def test_ascii_keeps_every_cell_in_its_place(text: str) -> None:
    shown = in_cells(text)
    assert shown.isascii()
    assert len(shown) == cell_len(text)


def test_what_is_drawn_stays_a_drawing() -> None:
    line = [Segment("╭─┤ ✓ ✗ ▸↑\u2800⠿│"), Segment("plain", Style(bold=True))]
    assert [segment.text for segment in Ascii().apply(line, Color(0, 0, 0))] == ["+-+ + x >^ .|", "plain"]


@pytest.mark.parametrize(
    ("style", "kept"),
    [("bold red", "bold"), ("#123456 on default", "none"), ("black on white", "reverse"), ("reverse", "reverse"),
     ("reverse on blue", "none"), ("dim italic cyan on default", "dim italic")],
)
def test_no_colour_is_left_and_what_stands_out_still_does(style: str, kept: str) -> None:
    left = bare(Style.parse(style))
    wanted = Style.parse(kept)
    assert left.color is None and left.bgcolor is None
    assert [bool(getattr(left, each)) for each in ("bold", "dim", "italic", "reverse")] == [
        bool(getattr(wanted, each)) for each in ("bold", "dim", "italic", "reverse")]


def test_lines_without_style_stay() -> None:
    assert Colourless().apply([Segment("x")], Color(0, 0, 0)) == [Segment("x")]
