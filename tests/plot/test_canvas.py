from __future__ import annotations

import pytest

from dltui.plot import canvas
from dltui.plot.cells import Grid, to_text
from dltui.plot.palette import role_style
from dltui.scene import Arrow, Heat, Item, Label, Line, Mark, Role, Scene

BOX = (0.0, 10.0)


def scene(*items: Item, square: bool = False, title: str = "", x_name: str = "", y_name: str = "") -> Scene:
    return Scene(BOX, BOX, items, title, x_name, y_name, square)


def find(grid: Grid, char: str) -> list[tuple[int, int]]:
    return [(x, y) for y, row in enumerate(grid.chars) for x, found in enumerate(row) if found == char]


def test_the_whole_picture() -> None:
    grid = canvas.draw(
        scene(Mark(0, 0, "class0"), Mark(10, 10, "class1"), Line(((0, 5), (10, 5)), dashed=True, name="edge"),
              title="Title", x_name="across", y_name="up"),
        40, 10,
    )
    assert to_text(grid) == """\
 up  Title                      ⠒ ⠒ edge
10┤                                    +
  │
  │
 5┤⠤⠤  ⠤⠤  ⠤⠤  ⠤⠤  ⠤⠤  ⠤⠤  ⠤⠤  ⠤⠤  ⠤⠤  ⠤
  │
  │
 0┤o
  └┬─────────────────┬─────────────────┬
   0                 5     across     10"""


def test_a_diagram_has_no_axes() -> None:
    diagram = Scene(BOX, BOX, (Mark(0, 0, "class0"), Mark(10, 10, "class1")), "Title", axes=False)
    assert to_text(canvas.draw(diagram, 20, 4)) == f"Title\n{'+':>20}\n\no"


def test_marks_have_their_glyphs_and_colours() -> None:
    grid = canvas.draw(
        scene(Mark(1, 5, "class0"), Mark(3, 5, "class1"), Mark(5, 5, "chosen"), Mark(7, 5, "class0", ring=True),
              Mark(8, 5, "class1", ring=True), Mark(9, 5, "chosen", ring=True)),
        60, 10,
    )
    expected: dict[str, Role] = {"o": "class0", "+": "class1", "×": "chosen", "⊙": "wrong", "⊕": "wrong", "⊗": "wrong"}
    for char, role in expected.items():
        [(x, y)] = find(grid, char)
        assert grid.styles[y][x] is role_style(role), char


def test_in_ascii_wrong_points_stand_in_brackets() -> None:
    grid = canvas.draw(scene(Mark(3, 5, "class0", ring=True), Mark(7, 5, "class1", ring=True)), 40, 10, ascii=True)
    assert "(o)" in to_text(grid) and "(+)" in to_text(grid)


def test_later_items_lie_over_earlier_ones() -> None:
    line, mark = Line(((0, 5), (10, 5))), Mark(5, 5, "chosen")
    assert find(canvas.draw(scene(line, mark), 40, 10), "×")
    assert not find(canvas.draw(scene(mark, line), 40, 10), "×")


def test_over_a_heat_map_the_background_stays() -> None:
    heat = Heat(((0.0, 1.0), (0.0, 1.0)), 0, 1)
    bare = canvas.draw(scene(heat), 40, 10)
    full = canvas.draw(scene(heat, Line(((0, 5), (10, 5))), Mark(1, 8, "class0"), Label(7, 2, "hi")), 40, 10)
    for char in ("o", "h", "⠉"):
        x, y = find(full, char)[0]
        style, under = full.styles[y][x], bare.styles[y][x]
        assert style is not None and under is not None
        assert style.bgcolor == under.bgcolor and style.color is not None


def test_lines_end_at_the_border() -> None:
    grid = canvas.draw(scene(Line(((-1e300, 5), (1e300, 5)))), 40, 10)
    assert [line for line in to_text(grid).split("\n") if "5┤" in line] == [" 5┤" + 37 * "⠉"]


def test_points_outside_are_left_out() -> None:
    grid = canvas.draw(scene(Mark(11, 5, "class0"), Label(5, -1, "gone"), Mark(float("nan"), 1, "class1")), 40, 10)
    assert to_text(grid) == to_text(canvas.draw(scene(), 40, 10))


def test_labels_are_moved_into_the_picture() -> None:
    grid = canvas.draw(scene(Label(9.9, 5, "a long label")), 40, 10)
    assert any("".join(row).endswith("a long label") for row in grid.chars)


@pytest.mark.parametrize(("end", "head"), [((9, 5), ">"), ((1, 5), "<"), ((5, 9), "^"), ((5, 1), "v")])
def test_arrows_point(end: tuple[float, float], head: str) -> None:
    grid = canvas.draw(scene(Arrow((5, 5), end, name="w")), 40, 20, ascii=True)
    assert len(find(grid, head)) == 1 and len(find(grid, "w")) == 1


def test_arrows_have_a_head_in_braille() -> None:
    def dots(grid: Grid) -> int:
        chars = [char for row in grid.chars for char in row if "\u2800" < char <= "\u28ff"]
        return sum((ord(char) - 0x2800).bit_count() for char in chars)

    shaft = canvas.draw(scene(Line(((2, 5), (8, 5)))), 40, 20)
    arrow = canvas.draw(scene(Arrow((2, 5), (8, 5))), 40, 20)
    assert dots(shaft) + 6 <= dots(arrow) <= dots(shaft) + 14


@pytest.mark.parametrize("size", [(60, 20), (120, 20), (30, 40)])
def test_square_pictures_have_equal_units(size: tuple[int, int]) -> None:
    corners = scene(Mark(0, 0, "class0"), Mark(10, 10, "class1"), square=True)
    grid = canvas.draw(corners, *size)
    [(left, bottom)], [(right, top)] = find(grid, "o"), find(grid, "+")
    assert abs((right - left + 1) - 2 * (bottom - top + 1)) <= 1


def test_lines_of_one_picture_differ_without_colour() -> None:
    def row(role: Line) -> str:
        return "".join(canvas.draw(scene(role), 40, 10).chars[4])

    lines = [Line(((0, 5), (10, 5))), Line(((0, 5), (10, 5)), "second"), Line(((0, 5), (10, 5)), "third"),
             Line(((0, 5), (10, 5)), dashed=True)]
    assert len({row(line) for line in lines}) == 4


@pytest.mark.parametrize(("count", "size", "titles"), [
    (2, (100, 20), [[0, 1]]), (2, (40, 40), [[0], [1]]), (4, (100, 40), [[0, 1], [2, 3]]), (3, (150, 20), [[0, 1, 2]]),
    (1, (80, 24), [[0]]),
])
def test_several_pictures_get_the_most_room(count: int, size: tuple[int, int], titles: list[list[int]]) -> None:
    scenes = [scene(title=f"Title{index}") for index in range(count)]
    text = to_text(canvas.several(scenes, *size))
    rows = [line for line in text.split("\n") if "Title" in line]
    assert rows and [[int(word[-1]) for word in row.split() if word.startswith("Title")] for row in rows] == titles


def test_what_square_pictures_leave_goes_to_the_others() -> None:
    square, other = scene(title="square", square=True), scene(Mark(10, 10, "class1"), title="other")
    grid = canvas.several([square, other], 120, 18)
    assert 30 <= to_text(grid).split("\n")[0].index("other") <= 44
    assert find(grid, "+") == [(119, 1)]
    assert "other" in to_text(canvas.several([other, square], 120, 18)).split("\n")[0][:10]


def test_a_square_picture_in_a_low_room_stays_beside_the_others_and_keeps_its_height() -> None:
    square = scene(Mark(0, 0, "class0"), Mark(10, 10, "class1"), title="31 of 50 points wrong", square=True)
    text = to_text(canvas.several([square, scene(title="other")], 78, 10))
    assert text.split("\n")[0].split("  ")[0].strip() == "31 of 50 points wrong" and "other" in text.split("\n")[0]
    assert "+" in text.split("\n")[1]


def test_scenes_are_left_out_rather_than_drawn_as_stamps() -> None:
    scenes = [scene(title=f"Title{index}") for index in range(4)]
    for size, count in (((40, 10), 2), ((30, 8), 1), ((38, 14), 4), ((60, 8), 3), ((10, 4), 1)):
        assert to_text(canvas.several(scenes, *size)).count("Title") == count, size


def test_a_square_picture_uses_the_height_and_leaves_the_right_free() -> None:
    grid = canvas.draw(scene(Heat(((0.0, 1.0),), 0, 1), square=True, title="what the model says", x_name="x1"), 64, 18)
    shaded = [(x, y) for y, row in enumerate(grid.styles) for x, style in enumerate(row) if style and style.bgcolor]
    assert {y for _, y in shaded} == set(range(1, 16))
    assert {x for x, _ in shaded} == set(range(3, 33))
    assert all(set(row[38:]) == {" "} for row in grid.chars)
    assert 33 <= canvas.natural_width(scene(square=True), 64, 18) <= 37
    assert canvas.natural_width(scene(), 64, 18) == 64


def strip(height: int, width: int = 30, ascii: bool = False) -> list[str]:
    rows = Heat(((0.0,) * 8, (1.0,) * 8, (0.0,) * 8), 0, 1, "grey")
    named = Scene((0, 8), (0, 3), (rows,), "gate", axes=False, names=("adder", "latch σ", "x"), lines=6)
    return to_text(canvas.draw(named, width, height, ascii)).split("\n")


def test_the_rows_of_a_heat_map_have_their_names_beside_it() -> None:
    assert [line[:8].rstrip() for line in strip(4)] == ["gate", "adder", "latch σ", "x"]
    assert all(line[7:8] in ("", " ") for line in strip(4))
    assert [line.split(" ")[0] for line in strip(7) if line.strip("▀ ")] == ["gate", "adder", "latch", "x"]
    assert [line[:4].rstrip() for line in strip(4, 12)] == ["gate", "ad…", "la…", "x"]
    assert "latch" in strip(4, ascii=True)[2] and all(line.isascii() for line in strip(4, ascii=True))
    assert "adder" not in "".join(strip(2))  # two lines for three rows: whose is which?


def test_rows_with_names_do_not_run_into_each_other() -> None:
    rows = Heat(((0.0,) * 16, (1.0,) * 16), 0, 1, "grey")
    grid = canvas.draw(Scene((0, 16), (0, 2), (rows,), axes=False, names=("a", "b")), 14, 4)
    shades = {style.bgcolor for row in grid.styles for style in row if style and style.bgcolor}
    assert len(shades) == 2


def test_a_low_picture_takes_no_more_lines_than_it_can_use() -> None:
    rows = Heat(((0.5,),), 0, 1, "grey")
    low = Scene(BOX, BOX, (rows,), "low", axes=False, lines=3)
    tall = scene(Mark(0, 0, "class0"), title="tall")
    grid = canvas.several([low, tall], 40, 24)
    text = to_text(grid).split("\n")
    assert text[0].startswith("low") and text[4].strip() == "" and text[5].split()[-1] == "tall"
    shaded = {y for y, row in enumerate(grid.styles) for style in row if style and style.bgcolor}
    assert shaded == {1, 2, 3}
    assert canvas.useful_height(low, 40, 24) == 4 and canvas.useful_height(tall, 40, 24) == 24


def test_small_square_pictures_stand_in_a_column_beside_the_large_one() -> None:
    small = [Scene((0, 8), (0, 10), (Mark(0, 0, "class0"),), name, square=True, axes=False, lines=10)
             for name in ("first", "other")]
    text = to_text(canvas.several([*small, scene(title="plane")], 63, 23)).split("\n")
    first = text[0].split()
    assert first == ["first", "plane"] and text[0].index("plane") <= 24
    assert any(line.startswith("other") for line in text[10:])
    low = to_text(canvas.several([*small, scene(title="plane")], 78, 10)).split("\n")
    assert low[0].split() == ["first", "other", "plane"]


def test_titles_and_names_of_lines_are_whole_in_narrow_pictures() -> None:
    lines = [Line(((0, at), (10, at)), role, name=name) for at, role, name in
             ((2, "model", "the sum"), (5, "second", "first part"), (8, "third", "second part"))]
    roles = scene(*lines, title="a sum of two parts of it", y_name="z")
    for width in (60, 40, 30):
        text = to_text(canvas.draw(roles, width, 16))
        assert all(words in text for words in ("a sum of two parts of it", "the sum", "first part", "second part"))


def test_no_picture() -> None:
    assert to_text(canvas.several([], 5, 1)) == ""
