from __future__ import annotations

from math import inf, nan

import plotext
import pytest

from dltui.plot.axes import Axis, steps_axis, values_axis
from dltui.plot.cells import Grid, changed, to_text
from dltui.plot.chart import Chart, Curve, draw
from dltui.plot.clipping import Point
from dltui.plot.palette import role_style

X, Y = Axis(0, 400), Axis(0, 2)
FLAT: list[Point] = [(float(step), 1.5) for step in range(0, 401, 10)]
FALLING: list[Point] = [(float(step), 1 - step / 500) for step in range(0, 401, 10)]


def curve(name: str = "relu", points: list[Point] = FLAT, color: str = "#56b4e9") -> Curve:
    return Curve(name, [points], color)


def chart(*curves: Curve, x: Axis = X, y: Axis = Y, cursor: float | None = None, guess: Point | None = None,
          notice: str = "", title: str = "") -> Chart:
    return Chart(curves, x, y, cursor=cursor, guess=guess, notice=notice, title=title)


def is_braille(char: str) -> bool:
    return "\u2800" < char <= "\u28ff"


def braille_cells(grid: Grid) -> list[tuple[int, int]]:
    return [(x, y) for y, row in enumerate(grid.chars) for x, char in enumerate(row) if is_braille(char)]


def row_with(grid: Grid, text: str) -> int:
    [row] = [y for y, line in enumerate(to_text(grid).split("\n")) if text in line]
    return row


def test_the_whole_chart() -> None:
    assert to_text(draw(chart(curve(), title="Ten layers"), 60, 12)) == """\
loss  Ten layers
2┤
 │
 │⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒ ● relu 1.500
 │
1┤
 │
 │
 │
0┤
 └┬──────────┬──────────┬─────────┬──────────┬
  0         100        200       300       400 step"""


def test_the_last_value_stands_beside_the_end_of_its_curve() -> None:
    grid = draw(chart(curve("sigmoid"), curve("residual", FALLING)), 80, 20)
    assert row_with(grid, "● sigmoid 1.500") < row_with(grid, "▲ residual 0.200")


def test_labels_of_curves_that_end_together_stand_in_rows_of_their_own() -> None:
    curves = [curve(f"run{index}", FLAT) for index in range(5)]
    grid = draw(chart(*curves), 80, 20)
    assert len({row_with(grid, f"run{index}  1.500") for index in range(5)}) == 5


def test_of_curves_that_end_close_together_the_higher_one_has_the_higher_label() -> None:
    for order in (("low", "high"), ("high", "low")):
        ends = {"low": 1.50, "high": 1.52}
        curves = [curve(name, [(0.0, 0.0), (X.high, ends[name])]) for name in order]
        grid = draw(chart(*curves), 80, 20)
        assert row_with(grid, "high") < row_with(grid, "low"), order


@pytest.mark.parametrize("height", [18, 24])
def test_in_a_crowd_every_name_has_its_row_and_all_are_in_order(height: int) -> None:
    """Seven of eight end in the lower half, as losses do."""
    ends = [1.9, 0.25, 0.2, 0.16, 0.12, 0.08, 0.04, 0.0]
    curves = [curve(f"n{place}", [(0.0, 2.0), (X.high, end)]) for place, end in enumerate(ends)]
    grid = draw(chart(*curves), 80, height)
    rows = [row_with(grid, f"n{place} ") for place in range(len(ends))]
    assert rows == sorted(set(rows))


def test_many_or_long_names_go_into_a_line_of_their_own() -> None:
    text = to_text(draw(chart(*(curve(f"run{index}") for index in range(6))), 70, 9))
    first, second = text.split("\n")[:2]
    assert first == "loss  ● run0  1.500  ▲ run1  1.500  ■ run2  1.500  ◆ run3  1.500"
    assert second == "  ▼ run4  1.500  ○ run5  1.500"


TWINS = ("learning rate 0.1 momentum 0.9", "learning rate 0.1 momentum 0.95", "learning rate 0.01 momentum 0.9")


def above(grid: Grid) -> str:
    """What stands over the area."""
    return "\n".join(line for line in to_text(grid).split("\n") if not set(line) & set("│┤┬"))


@pytest.mark.parametrize("size", [(100, 16), (70, 14), (50, 12), (40, 10)])
def test_no_entry_of_a_legend_is_lost_and_names_keep_what_differs(size: tuple[int, int]) -> None:
    text = above(draw(chart(*map(curve, TWINS)), *size))
    assert all(glyph in text for glyph in "●▲■")
    assert "0.01" in text and "0.95" in text and text.count("0.1") == 2


def test_a_title_gets_a_row_of_its_own_before_it_is_cut() -> None:
    title = "Does momentum help when rates are small?"
    text = above(draw(chart(*map(curve, TWINS), title=title), 42, 16))
    assert title in text and "loss  ●" in text
    narrow = above(draw(chart(*map(curve, TWINS), title=title), 30, 16))
    assert "Does momentum help" in narrow and "small?" in narrow and "loss  ●" in narrow
    assert to_text(draw(chart(curve(), title=title), 24, 5)).split("\n")[0] == "loss  Does moment…small?"


def test_the_legend_names_the_run_in_focus_first() -> None:
    curves = [Curve(name, [FLAT], "#56b4e9", "solid" if name == "residual" else "faint")
              for name in ("sigmoid-1", "sigmoid-2", "residual", "sigmoid-3")]
    text = above(draw(Chart(tuple(curves), X, Y), 46, 9))
    assert text.index("residual") < text.index("sigmoid-1") < text.index("sigmoid-3")


def test_faint_curves_have_names_in_full_colour() -> None:
    for width in (80, 40):
        grid = draw(Chart((Curve("relu", [FLAT], "#56b4e9", "faint"), curve("tanh", FALLING)), X, Y), width, 12)
        y = next(y for y, row in enumerate(grid.chars) if "relu" in "".join(row))
        style = grid.styles[y]["".join(grid.chars[y]).index("relu")]
        assert style and style.color and style.color.name == "#56b4e9"


def test_counts_have_no_decimals() -> None:
    counts = Chart((curve("wrong", [(0, 1.0), (400, 11.0)]),), X, Axis(0, 2), whole=True, guess=(400, 12.0))
    text = to_text(draw(counts, 80, 24))
    assert "wrong 11" in text and "11.0" not in text and "1.5" not in text and "guess 12 ↑" in text


def test_the_cursor_shows_the_values_at_its_step() -> None:
    grid = draw(chart(curve("residual", FALLING), cursor=105), 80, 20)
    assert "● residual 0.800" in to_text(grid)  # that of step 100, the last one not after it
    assert " 105 " in to_text(grid).split("\n")[-1]
    assert len([1 for row in grid.chars if "╎" in row]) >= 15
    assert "residual 1" not in to_text(draw(chart(curve("residual", FALLING), cursor=-5), 80, 20))


@pytest.mark.parametrize("at", range(0, 401, 7))
def test_the_number_of_the_cursor_touches_no_other(at: int) -> None:
    numbers = to_text(draw(chart(curve("residual", FALLING), cursor=at), 60, 12)).split("\n")[-1].split("  ")
    words = [word.strip() for word in numbers if word.strip()]
    assert str(at) in [word.removesuffix(" step") for word in words]
    assert all(" " not in word.removesuffix(" step") for word in words)


def test_the_guess_is_marked_and_held_inside() -> None:
    assert "your guess ×" in to_text(draw(chart(curve(), guess=(400, 0.5)), 80, 20))
    beyond = to_text(draw(chart(curve(), guess=(400, 12.0)), 80, 20)).split("\n")
    assert "your guess 12.00 ↑ ×" in beyond[1]
    assert "guess" not in to_text(draw(chart(curve(), guess=(400, nan)), 80, 20))


@pytest.mark.parametrize("guess", [(400, 1.5), (400, 0.2), (0, 1.5), (200, 1.5), (400, 2.0), (0, 0.0), (400, 9)])
@pytest.mark.parametrize("width", [80, 40, 26])
def test_the_guess_has_its_name_near_curves_too(guess: Point, width: int) -> None:
    lines = to_text(draw(chart(curve(), curve("b", FALLING), guess=guess), width, 12)).split("\n")
    [row] = [y for y, line in enumerate(lines) if "×" in line]
    assert "guess" in "".join(lines[row - 1 : row + 2])


def test_the_name_of_the_guess_goes_over_curves_where_they_are_everywhere() -> None:
    zigzag = [(float(x), 2.0 * (x % 2)) for x in range(401)]
    assert "guess" in to_text(draw(chart(curve("", zigzag), guess=(200, 1.0)), 60, 12))


@pytest.mark.parametrize("guess", range(0, 201, 5))
def test_the_name_of_the_guess_and_the_notice_of_an_empty_chart_both_stay_whole(guess: int) -> None:
    shown = to_text(draw(chart(notice="t trains", guess=(400, guess / 100)), 38, 14))
    assert "t trains" in shown and "your guess" in shown


def test_a_dot_where_the_cursor_meets_each_curve() -> None:
    for ascii, dot in ((False, "•"), (True, "o")):
        gap = Curve("gap", [FLAT[:5]], "red")
        behind = Curve("", [FLAT], "red", "faint")
        grid = draw(chart(curve("x"), curve("y", FALLING), gap, behind, cursor=205), 80, 20, ascii=ascii)
        [column] = {x for row in grid.chars[1:-2] for x, char in enumerate(row) if char in "|╎" and x > 3}
        assert [row[column] for row in grid.chars].count(dot) == 2
    alone = draw(chart(Curve("", [[(0, 0), (400, 2)]], "red"), cursor=200), 61, 12)
    [(x, y)] = [(x, y) for y, row in enumerate(alone.chars) for x, char in enumerate(row) if char == "•"]
    assert y == 5 and abs(x - 31) <= 1


@pytest.mark.parametrize("bad", [nan, inf, -inf])
def test_gaps_are_gaps(bad: float) -> None:
    points = [(x, bad if 100 < x < 300 else y) for x, y in FLAT]
    for found in (draw(chart(Curve("", [points], "red")), 60, 12),
                  draw(chart(Curve("", [FLAT[:11], FLAT[30:]], "red")), 60, 12)):
        columns = {x for x, _ in braille_cells(found)}
        assert not columns & set(range(20, 42)) and columns & set(range(20)) and columns & set(range(42, 60))
        assert len({y for _, y in braille_cells(found)}) == 1  # and no line out to infinity


@pytest.mark.parametrize("bad", [nan, inf, -inf])
def test_values_that_are_not_finite_kill_nothing(bad: float) -> None:
    grid = draw(chart(curve("x", [(0, 1.5), (100, bad), (bad, 1), (200, 1.5), (300, 1.5)])), 60, 12)
    assert braille_cells(grid)


def test_curves_beyond_the_limits_are_cut_at_the_border_and_not_dropped() -> None:
    grid = draw(chart(curve("", [(0, -1e300), (400, 1e300)])), 60, 12)
    assert {y for _, y in braille_cells(grid)} == set(range(1, 10))  # the whole height, at one step
    assert len({x for x, _ in braille_cells(grid)}) == 1
    assert not braille_cells(draw(chart(curve("", [(0, 5), (400, 9)])), 60, 12))


def test_a_spike_among_many_points_is_seen() -> None:
    points = [(step / 100, 0.5) for step in range(40_000)]
    points[12_345] = (123.45, 2.0)
    assert 1 in {y for _, y in braille_cells(draw(chart(curve("", points)), 60, 12))}


def test_plotext_gets_few_points_and_only_such_in_its_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[tuple[list[float], list[float]]] = []
    signal = plotext.figure.signal

    def noted(xs: list[float], ys: list[float], marker: object) -> object:
        given.append((xs, ys))
        return signal(xs, ys, marker=marker)

    monkeypatch.setattr(plotext.figure, "signal", noted)
    draw(chart(curve("", [(step / 100, (step % 7) * 1e9 if step % 5 else 1.0) for step in range(40_000)])), 60, 12)
    [(xs, ys)] = given
    assert 50 <= len(xs) <= 4 * 58  # two per column, and as many where they are cut at the border
    assert all(-0.5 <= x <= 57.5 for x in xs) and all(-0.5 <= y <= 8.5 for y in ys)


def test_one_point_is_a_dot() -> None:
    assert len(braille_cells(draw(chart(curve("", [(200, 1)])), 60, 12))) == 1


def test_logarithmic_values_at_or_below_zero_are_shown_and_told() -> None:
    points = [(0.0, 1.0), (200.0, 0.0), (400.0, -1.0)]
    grid = draw(chart(curve("error", points), y=values_axis(-1, 1, log=True)), 80, 20)
    assert "at or below 0 are drawn at 1e-20" in to_text(grid) and "1e-20" in to_text(grid)
    assert max(y for _, y in braille_cells(grid)) == 17


def test_faint_curves_lie_behind_and_dots_in_front() -> None:
    raw, calm = Curve("", [FLAT], "#ff0000", "faint"), Curve("relu", [FLAT], "#ff0000")
    points = Curve("test", [FLAT[::10]], "#00ff00", "dots")
    grid = draw(Chart((raw, points, calm), X, Y), 60, 12)
    styles = {grid.styles[y][x] for x, y in braille_cells(grid)}
    assert [style.color.name for style in styles if style and style.color] == ["#ff0000"]
    glyph = to_text(grid).split("\n")[row_with(grid, "relu 1.500")].split("│")[-1].split("relu")[0]
    assert glyph.count("●") >= 4  # the five points of `test`, its label stands in another row


def test_curves_differ_without_colour() -> None:
    grid = draw(chart(curve("one", FLAT, ""), curve("two", FALLING, "")), 100, 20, theme="none")
    assert to_text(grid).count("●") >= 2 and to_text(grid).count("▲") >= 2  # on the curve and beside the name
    assert all(style is None or style.color is None for row in grid.styles for style in row)


def test_ascii() -> None:
    grid = draw(chart(curve("σ"), curve("two", FALLING), cursor=100, guess=(400, 1.9), title="η"), 100, 20, ascii=True)
    text = to_text(grid)
    assert text.isascii() and "a sigma 1.500" in text and "bbb" in text and "eta" in text and "your guess X" in text


def test_own_glyphs() -> None:
    own = Curve("mine", [FLAT], "red", glyph="◆", letter="m")
    assert "◆ mine" in to_text(draw(chart(own), 60, 12))
    assert "m mine" in to_text(draw(chart(own), 60, 12, ascii=True))
    unfit = Curve("mine", [FLAT], "red", glyph="\x1b", letter="é")
    assert "● mine" in to_text(draw(chart(unfit), 60, 12))
    assert "a mine" in to_text(draw(chart(unfit), 60, 12, ascii=True))


def test_a_notice() -> None:
    assert "press t" in to_text(draw(chart(notice="press t"), 60, 12)).split("\n")[5]
    beside = draw(chart(curve(), notice="diverged at step 9"), 60, 12)
    assert row_with(beside, "diverged at step 9") == 1
    x = to_text(beside).split("\n")[1].index("d")
    assert beside.styles[1][x] is role_style("accent")


def test_a_new_step_changes_few_cells() -> None:
    points = [(float(step), 2.3 * 0.995**step) for step in range(500)]
    old, cells = None, []
    for count in range(300, 400, 10):
        seen = points[:count]
        axes = steps_axis(count), values_axis(seen[-1][1], seen[0][1])
        new = draw(Chart((Curve("loss", [seen], "red"),), *axes), 100, 25)
        if old is not None:
            cells.append(sum(width for _, _, width in changed(old, new)))
        old = new
    assert max(cells) <= 60  # of 2 500: the end of the curve and its label


@pytest.mark.parametrize("size", [(0, 0), (1, 1), (1, 9), (9, 1), (2, 2), (5, 3), (12, 4)])
def test_small_sizes(size: tuple[int, int]) -> None:
    grid = draw(chart(curve(), cursor=5, guess=(3, 3), notice="notice", title="title"), *size)
    assert (grid.width, grid.height) == size
