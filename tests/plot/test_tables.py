"""Tables of numbers: where they stand, their frames and rings, and that no colour is needed to read them."""

from __future__ import annotations

import pytest
from rich.color import Color

from dltui.plot.canvas import draw, several
from dltui.plot.cells import Grid, to_text
from dltui.scene import Cell, Ring, Scene, Table


def table(numbers: str, title: str = "", window: str = "", rings: str = "", **more: object) -> Table:
    """Rows of words; window and rings name the marked ones by their text."""
    def cell(text: str) -> Cell:
        ring: Ring = "ring" if text in rings.split() else "window" if text in window.split() else ""
        return Cell(text, mark=ring, shade=0.5)

    rows = tuple(tuple(map(cell, line.split())) for line in numbers.split("/"))
    return Table(rows, title, **more)  # type: ignore[arg-type]  # whatever a table takes


def scene(*tables: Table) -> Scene:
    return Scene((0.0, 1.0), (0.0, 1.0), (), axes=False, tables=tables)


def lines(grid: Grid) -> list[str]:
    return to_text(grid).rstrip("\n").split("\n")


IMAGE = table("1 2 3/4 5 6/7 8 9", "image", window="1 2 4 5")


def test_neighbouring_cells_get_one_frame_in_large_and_in_small_pictures() -> None:
    assert lines(draw(scene(IMAGE), 30, 4)) == ["image", "┏ 1   2 ┓ 3", "┗ 4   5 ┛ 6", "  7   8   9"]
    assert lines(draw(scene(IMAGE), 30, 8)) == [
        "image", "┏━━━━━━━┓", "┃ 1   2 ┃ 3", "┃       ┃", "┃ 4   5 ┃ 6", "┗━━━━━━━┛", "  7   8   9",
    ]  # fmt: skip


def test_cells_that_stand_apart_get_a_bracket_each_and_the_ring_is_round() -> None:
    apart = table("1 2 3/4 5 6", window="1 3 4", rings="6")
    assert lines(draw(scene(apart), 9, 2)) == ["[1]2[3]", "[4]5(6)"]
    assert lines(draw(scene(table("5 5/1 0", rings="5")), 6, 2)) == ["(5|5)", " 1 0"]


def test_ascii_says_the_same() -> None:
    assert lines(draw(scene(IMAGE), 9, 4, ascii=True)) == ["image", "[1 2]3", "[4 5]6", " 7 8 9"]
    for line in lines(draw(scene(IMAGE, table("1", "a", sign="×")), 40, 9, ascii=True)):
        assert line.isascii()


def test_tables_stand_side_by_side_with_their_sign_or_below_one_another() -> None:
    both = scene(table("1 2/3 4", "a"), table("5 6/7 8", "b", sign="×"))
    assert lines(draw(both, 17, 3)) == ["a          b", " 1 2   ×    5 6", " 3 4        7 8"]
    assert lines(draw(both, 9, 7)) == ["a", " 1 2", " 3 4", "", "    b", "×    5 6", "     7 8"]
    below = scene(table("1 2", "a"), table("5 6", "b", below=True))
    assert [line.strip() for line in lines(draw(below, 40, 5))] == ["a", "1   2", "", "b", "5   6"]


def test_where_there_is_no_room_for_all_a_spare_table_is_left_out_and_no_other_cut_off() -> None:
    three = scene(table("1 2/3 4", "a"), table("5 6/7 8", "b", spare=True), table("9 0/2 2", "c"))
    assert "b" in to_text(draw(three, 24, 3))
    assert [line.split() for line in lines(draw(three, 17, 3))] == [["a", "c"], list("1290"), list("3422")]


def test_names_stand_left_and_columns_may_differ() -> None:
    named = table("1 22/333 4", names=("one", "three"), even=False)
    assert lines(draw(scene(named), 15, 2)) == ["one      1 22", "three  333  4"]


def test_a_table_keeps_its_size_when_numbers_grow() -> None:
    widths = {lines(draw(scene(table(f"{n} 1/1 1", least=3)), 12, 2))[0].index("1", 4) for n in ("7", "777")}
    assert len(widths) == 1


@pytest.mark.parametrize("size", [(0, 0), (1, 1), (3, 2), (8, 3), (200, 60)])
def test_any_room_will_do(size: tuple[int, int]) -> None:
    grid = several((scene(IMAGE, IMAGE),), *size)
    assert (grid.width, grid.height) == size


@pytest.mark.parametrize("theme", ["dark", "light", "ansi", "none"])
def test_all_themes_have_the_same_characters(theme: str) -> None:
    grid = draw(scene(IMAGE), 30, 8, theme=theme)  # type: ignore[arg-type]  # one of the four themes
    assert to_text(grid) == to_text(draw(scene(IMAGE), 30, 8))
    shaded = {style.bgcolor for row in grid.styles for style in row if style and style.bgcolor}
    assert bool(shaded) == (theme in ("dark", "light"))


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("ramp", ["grey", "classes"])
def test_figures_can_be_read_on_every_shade(theme: str, ramp: str) -> None:
    row = tuple(Cell("8", shade=level / 40) for level in range(41))
    grid = draw(scene(Table((row,), ramp=ramp)), 90, 1, theme=theme)  # type: ignore[arg-type]  # names of both exist
    found = 0
    for char, style in zip(grid.chars[0], grid.styles[0], strict=True):
        if char == "8" and style and style.color and style.bgcolor:
            found += 1
            light, dark = sorted((_luminance(style.color), _luminance(style.bgcolor)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.0
    assert found == 41


def _luminance(color: Color) -> float:
    """Relative luminance as in WCAG 2."""
    parts = [part / 255 for part in color.get_truecolor()]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
