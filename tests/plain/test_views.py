from __future__ import annotations

from io import StringIO

from dltui.journal.events import Snapshot
from dltui.journal.picture import Picture
from dltui.journal.run import Run
from dltui.plain.talk import Talk
from dltui.plain.views import show, trimmed
from dltui.plot.cells import Grid


def test_the_last_picture_of_each_view_in_ascii_with_its_note() -> None:
    run = Run()
    for step, level in ((1, 0), (2, 254)):
        ink = Picture(rows=2, columns=2, levels=bytes([level] * 4), low=0.0, high=1.0, name="4→9 .87")
        run.apply(Snapshot(step=step, view="mistakes", pictures=[ink], note=f"{step} wrong"))
    out = StringIO()
    talk = Talk(StringIO(), out)
    talk.ascii = True
    show(run, talk)
    lines = out.getvalue().splitlines()
    assert out.getvalue().isascii()
    assert lines[0].rstrip() == "right and wrong at step 2"
    assert lines[1].startswith("@@") and lines[-2].rstrip() == "4->9 .87"
    assert lines[-1] == "2 wrong"


def test_empty_rows_at_the_end_are_left_out() -> None:
    grid = Grid(4, 9)
    grid.put(0, 0, "a")
    grid.put(0, 3, "b")
    assert trimmed(grid).height == 4
    assert trimmed(Grid(4, 2)).height == 0
