from __future__ import annotations

from dltui.plot.braille import DASHED, Dots, walk
from dltui.plot.cells import Grid, to_text


def shown(dots: Dots) -> str:
    grid = Grid(dots.width, dots.height)
    for x, y, char, _ in dots.cells():
        grid.put(x, y, char)
    return to_text(grid)


def test_a_diagonal() -> None:
    dots = Dots(2, 1)
    dots.line([(0, 0), (3, 3)], "model")
    assert shown(dots) == "⠑⢄"


def test_every_dot_of_a_cell() -> None:
    dots = Dots(1, 1)
    assert dots.empty
    for x in range(2):
        dots.line([(x, 0), (x, 3)], "model")
    assert shown(dots) == "⣿" and not dots.empty


def test_dots_outside_are_left_out() -> None:
    dots = Dots(1, 1)
    for x, y in ((-1, 0), (2, 0), (0, -1), (0, 4)):
        dots.dot(x, y, "model")
    assert dots.empty and shown(dots) == ""


def test_the_last_line_gives_its_role() -> None:
    dots = Dots(1, 1)
    dots.dot(0, 0, "model")
    dots.dot(1, 3, "second")
    assert list(dots.cells()) == [(0, 0, "⢁", "second")]


def test_dashes_run_on_around_corners() -> None:
    dots = Dots(6, 1)
    dots.line([(0, 0), (2, 0), (11, 0)], "model", DASHED)
    assert shown(dots) == "⠉⠉  ⠉⠉"


def test_a_walk_visits_each_place_once_and_in_steps_of_one() -> None:
    places = list(walk([(0, 0), (3, 1), (3, 1), (2.6, 4.4)]))
    assert places == [(0, 0), (1, 0), (2, 1), (3, 1), (3, 2), (3, 3), (3, 4)]
    assert list(walk([])) == []
    assert list(walk([(1, 2)])) == [(1, 2)]
