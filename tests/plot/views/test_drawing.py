"""Views drawn in any size, in any colours, from any journal."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dltui.journal.events import Snapshot
from dltui.journal.picture import Picture
from dltui.journal.run import Run
from dltui.plot.cells import Grid
from dltui.plot.palette import Theme
from dltui.plot.views.drawing import draw, suited_height
from dltui.plot.views.tiles import Group, planned

THEMES: tuple[Theme, ...] = ("dark", "light", "ansi", "none")


def image(rows: int = 8, columns: int = 8, **about: str) -> Picture:
    levels = bytes((7 * place) % 255 for place in range(rows * columns))
    return Picture(rows=rows, columns=columns, levels=levels, low=-1.0, high=1.0, **about)  # type: ignore[arg-type]


def numbered(step: int = 40) -> list[Snapshot]:
    """One snapshot of every view."""
    two = [image(group="a", name="4→9 .87"), image(group="b", name="1→1 .51")]
    return [
        Snapshot(step=step, view="regions", pictures=[image(48, 48)]),
        Snapshot(step=step, view="fit", shape=[3], values=[0.0, None, 1.0]),
        Snapshot(step=step, view="parameters", shape=[2], values=[0.5, None], names=["w", "b"]),
        Snapshot(step=step, view="gradients", shape=[2], values=[1e-8, 0.5], names=["1 linear 2→8", "2 linear 8→1"],
                 note="norms"),
        Snapshot(step=step, view="filters", pictures=[image(3, 3, ramp="signed") for _ in range(8)], note="eight"),
        Snapshot(step=step, view="features", pictures=[image(group="in"), *[image(4, 4, group="pool")] * 5]),
        Snapshot(step=step, view="mistakes", pictures=two, note="1 of 2 wrong"),
        Snapshot(step=step, view="confusion", shape=[2, 2], values=[5.0, 1.0, 0.0, 12.0], names=["0", "1"]),
        Snapshot(step=step, view="gates", pictures=[image(2, 9, name="input x", ramp="signed"),
                                                    *[image(6, 9, name=f"gate {place}") for place in range(6)]]),
        Snapshot(step=step, view="recall", shape=[4], values=[1e-9, None, 1e-3, 1.0], note="back"),
        Snapshot(step=step, view="codes", shape=[2, 3], values=[0.0, 1.0, 7.0, 0.5, None, 3.0]),
        Snapshot(step=step, view="reconstructions", pictures=[*[image(group="input")] * 10,
                                                               *[image(group="output")] * 10]),
        Snapshot(step=step, view="latent_grid", shape=[4], values=[-2.5, 2.5, -1.0, 1.0],
                 pictures=[Picture(rows=64, columns=64, levels=bytes(64 * 64), low=0.0, high=1.0, tiles=8)]),
        Snapshot(step=step, view="samples", shape=[2, 2], values=[0.0, 0.0, 1.0, 1.0], pictures=[image(48, 48)]),
        Snapshot(step=step, view="samples", pictures=[image() for _ in range(24)]),
    ]  # fmt: skip


def run_with(taken: Snapshot) -> Run:
    run = Run()
    run.apply(taken)
    run.domain, run.points = [-1.0, 1.0, -1.0, 1.0], [[0.0, 0.0, 1.0], [0.5, -0.5, 0.0]]
    if taken.view == "fit":
        run.domain, run.points = [0.0, 1.0], [[0.0, 0.0], [1.0, 1.0]]
    return run


def lines(grid: Grid) -> list[str]:
    return ["".join(row).rstrip() for row in grid.chars]


def shown(taken: Snapshot, width: int = 60, height: int = 24, ascii: bool = True) -> str:
    return "\n".join(lines(draw(run_with(taken), taken, width, height, ascii, theme="none")))


@pytest.mark.parametrize("taken", numbered(), ids=lambda taken: f"{taken.view}-{len(taken.pictures)}")
def test_every_view_in_every_size_and_theme(taken: Snapshot) -> None:
    run = run_with(taken)
    for theme in THEMES:
        for width, height in ((1, 1), (7, 3), (20, 6), (38, 14), (66, 17), (120, 40), (200, 60)):
            for ascii in (False, True):
                grid = draw(run, taken, width, height, ascii, theme=theme)
                assert (grid.width, grid.height) == (width, height)
                assert all(len(row) == width for row in grid.chars)
                assert not ascii or "".join(map("".join, grid.chars)).isascii()
    assert "40" in shown(taken, height=suited_height(taken, 60))


@given(st.sampled_from(numbered()), st.integers(0, 90), st.integers(0, 40), st.data())
@settings(max_examples=60, deadline=None)
def test_damaged_snapshots_are_drawn_as_far_as_they_go(
    taken: Snapshot, width: int, height: int, data: st.DataObject
) -> None:
    lists = {"values": taken.values, "names": taken.names, "pictures": taken.pictures}
    broken = {name: kept[: data.draw(st.integers(0, len(kept)))] for name, kept in lists.items()}
    damaged = Snapshot(step=taken.step, view=taken.view, shape=[99, -1], **broken)  # type: ignore[arg-type]
    grid = draw(run_with(damaged), damaged, width, height)
    assert (grid.width, grid.height) == (max(0, width), max(0, height))


def test_layers_that_only_scale_give_way_where_there_is_no_room_for_all() -> None:
    names = [f"{2 * n + 1} linear 8→8" for n in range(5)] + [f"{2 * n + 2} batchnorm1d" for n in range(5)]
    shot = Snapshot(step=0, view="gradients", shape=[10], values=[0.5] * 10, names=sorted(names), note="n")
    few, all_of_them = ("\n".join(lines(draw(run_with(shot), shot, 60, height, True))) for height in (8, 20))
    assert few.count("linear") == 5 and "batchnorm" not in few
    assert all_of_them.count("batchnorm") == 5


def test_gradients_are_on_one_scale_for_the_whole_run() -> None:
    def taken(step: int, low: float) -> Snapshot:
        return Snapshot(step=step, view="gradients", shape=[2], values=[low, 1.0], names=["1", "2"], note="n")

    run = Run()
    for each in (taken(0, 1e-2), taken(1, 1e-6)):
        run.apply(each)
    bars = [lines(draw(run, each, 60, 10, True))[1].count("#") for each in (taken(0, 1e-2), taken(1, 1e-6))]
    assert bars[0] > 20 and bars[1] <= 1
    assert "1.00e-06" in lines(draw(run, taken(1, 1e-6), 60, 10, True))[1]


def test_confusion_counts_stand_under_their_answers() -> None:
    rows = shown(Snapshot(step=1, view="confusion", shape=[2, 2], values=[5, 1, 0, 12], names=["0", "1"])).splitlines()
    head, first = rows[1], rows[2]
    assert first.index("5") == head.index("0") and first.index("1") == head.index("1")
    assert rows[4].split() == ["1", ".", "12"]


def test_captions_stand_below_their_pictures() -> None:
    rows = shown(numbered()[6], ascii=False).splitlines()
    assert any("4→9 .87" in row for row in rows) and any("1→1 .51" in row for row in rows)
    assert rows[-1] == "1 of 2 wrong"


def test_as_many_pictures_as_fit_and_as_large_as_may_be() -> None:
    group = Group("", [image() for _ in range(8)])
    assert planned([group], 200, 60, 4).scale >= 3
    narrow = planned([group], 42, 30, 4)
    assert narrow.shown([group], 42) == 6  # enough to prefer size
    tiny = planned([group], 20, 5, 4)
    assert (tiny.scale, tiny.shown([group], 20)) == (1, 2)


def test_pictures_show_their_pixels() -> None:
    cross = Picture(rows=2, columns=2, levels=bytes([254, 0, 0, 254]), low=0.0, high=1.0)
    grid = draw(Run(), Snapshot(step=0, view="filters", pictures=[cross]), 20, 16)
    inked = [row for row in grid.chars[1:] if any(char == "▀" for char in row)]
    assert not inked  # every cell is one colour: pictures of even scale need no halves
    styles = {style.bgcolor.name for row in grid.styles for style in row if style and style.bgcolor}
    assert len(styles) == 2


def test_codes_are_signs_of_their_class_where_they_lie() -> None:
    taken = Snapshot(step=3, view="codes", shape=[2, 3], values=[-1.0, -1.0, 25.0, 1.0, 1.0, 33.0])
    rows = shown(taken, 40, 20).splitlines()
    (low,) = (y for y, row in enumerate(rows) if "p" in row and "at step" not in row)
    (high,) = (y for y, row in enumerate(rows) if "x" in row)
    assert high < low
    assert rows[low].index("p") < rows[high].index("x")


def test_a_group_without_room_is_left_out_and_its_name_too() -> None:
    named = [image(group=name) for name in ("first", "second", "third") for _ in range(6)]
    taken = Snapshot(step=40, view="mistakes", pictures=named, note="what is told of it")
    drawn = shown(taken, height=14, ascii=False)
    assert "first" in drawn and "second" in drawn and "third" not in drawn and "what is told of it" in drawn
    for height in range(10, 30):  # no name has its pictures cut away
        rows = shown(taken, height=height, ascii=False).split("\n")
        heads = [at for at, row in enumerate(rows) if row in ("first", "second", "third")]
        assert heads and all("".join(rows[at + 1 : at + 5]).strip() for at in heads)


def test_what_went_in_and_what_comes_out_are_seen_together_in_a_low_pane() -> None:
    """The names stand before their lines there: beside a second view in a terminal of 80x24 there are ten rows."""
    taken = next(each for each in numbered() if each.view == "reconstructions")
    high, low = (lines(draw(run_with(taken), taken, 38, height, False)) for height in (14, 10))
    assert [line for line in high if line in ("input", "output")] == ["input", "output"]
    assert [line.split()[0] for line in low[1:] if line.startswith(("input", "output"))] == ["input", "output"]
    assert sum("▀" in line or "▄" in line for line in low) == 8


def test_a_single_picture_makes_room_for_the_maps() -> None:
    maps = [image(12, 12, group="maps") for _ in range(6)]
    taken = Snapshot(step=40, view="features", pictures=[image(16, 16, group="the picture"), *maps], note="told")
    low, high = (shown(taken, 62, height, ascii=False).split("\n") for height in (14, 40))
    assert low[1].split() == ["the", "picture", "maps"] and low[-1] == "told"
    assert high[1] == "the picture" and "maps" in high


def gates(units: int, steps: int) -> Snapshot:
    maps = [image(units, steps, name=f"gate {place}", ramp="grey") for place in range(6)]
    return Snapshot(step=7, view="gates", pictures=[image(2, steps, name="input x", ramp="signed"), *maps])


@pytest.mark.parametrize(("units", "steps", "height", "beside", "title"), [
    (16, 15, 30, [2, 2, 2], "gates at step 7"), (16, 15, 29, [3, 3], "gates at step 7"),
    (16, 15, 14, [3, 3], "gates at step 7, units 1 to 8 of 16"), (4, 40, 30, [2, 2, 2], "gates at step 7"),
])  # fmt: skip
def test_all_units_have_lines_of_their_own_or_the_first_of_them_have(
    units: int, steps: int, height: int, beside: list[int], title: str,
) -> None:  # fmt: skip
    taken = gates(units, steps)
    made = lines(draw(run_with(taken), taken, 61, height))
    assert made[0].strip() == title
    assert [line.count("gate ") for line in made if line.startswith("gate ")] == beside
