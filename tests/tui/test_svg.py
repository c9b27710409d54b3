"""Pictures of screens: what a terminal draws becomes shapes at its place, what it writes stays text."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from rich.segment import Segment
from rich.style import Style
from svg import BASE, H, W, svg
from textual.strip import Strip

SPACE = "{http://www.w3.org/2000/svg}"
COLOURS = {"ink": "#ffffff", "ground": "#000000"}


def drawn(*segments: Segment) -> ElementTree.Element:
    return ElementTree.fromstring(svg([Strip(segments)], "a <title>", **COLOURS))


def near(element: ElementTree.Element, name: str, value: float) -> bool:
    return float(element.attrib[name]) == pytest.approx(value, abs=0.01)


def test_words_are_text_at_their_cells_and_as_wide_as_them() -> None:
    picture = drawn(Segment("  a < b  c ", Style.parse("bold #ff0000")))
    first, second = picture.iter(f"{SPACE}text")
    assert (first.text, second.text) == ("a < b", "c")
    assert near(first, "x", 2 * W) and near(first, "y", BASE) and near(first, "textLength", 5 * W)
    assert near(second, "x", 9 * W)
    assert (first.attrib["fill"], first.attrib["font-weight"]) == ("#ff0000", "bold")


def test_a_letter_of_unknown_width_moves_no_other() -> None:
    words = list(drawn(Segment("xσy z")).iter(f"{SPACE}text"))
    assert [word.text for word in words] == ["x", "σ", "y z"]
    assert near(words[2], "x", 2 * W)


@pytest.mark.parametrize("glyphs, shapes", [("▀", 1), ("─┼", 1), ("⣿⠁", 1), ("░", 1), ("▀⣿", 2)])
def test_drawing_characters_are_shapes_of_one_path_for_each_colour(glyphs: str, shapes: int) -> None:
    picture = drawn(Segment(glyphs))
    assert len(list(picture.iter(f"{SPACE}path"))) == shapes
    assert not list(picture.iter(f"{SPACE}text"))


def test_a_braille_dot_lies_where_the_terminal_puts_it() -> None:
    (path,) = drawn(Segment(" ⠁")).iter(f"{SPACE}path")
    assert path.attrib["d"] == f"M{1.25 * W:g} {H / 8:.2f}h0"


def test_reverse_swaps_ink_and_ground() -> None:
    picture = drawn(Segment("k", Style(reverse=True)))
    (ground,) = picture.iter(f"{SPACE}path")
    (letter,) = picture.iter(f"{SPACE}text")
    assert (ground.attrib["fill"], letter.attrib["fill"]) == ("#ffffff", "#000000")
