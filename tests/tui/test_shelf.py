"""Walking through a run in time."""

from __future__ import annotations

from pathlib import Path

import pytest

from dltui.journal.events import Metrics, Snapshot, Started
from dltui.journal.folder import JOURNAL, path
from dltui.journal.writer import Writer
from dltui.tui.experiment.shelf import MOMENTS, Shelf


def shelf(tmp_path: Path, pictures: list[int], measured: int) -> Shelf:
    where = path(tmp_path, "a-b-1")
    where.mkdir(parents=True)
    steps = list(range(1, measured + 1))
    with Writer(where / JOURNAL) as writer:
        writer.append(
            Started(run="a-b-1", lesson="a", step_id="b", experiment={}, digest="", seed=0, device="cpu",
                    device_reason="", threads=1, torch="", steps=measured, parameters=1),
            *[Snapshot(step=step, view="fit", shape=[1], values=[0.0]) for step in pictures],
            *[Snapshot(step=step, view="gradients", shape=[1], values=[1.0], names=["1"]) for step in pictures[:-1]],
            Metrics(series={"loss": (steps, [1.0] * measured)}, seconds=1.0),
        )  # fmt: skip
    made = Shelf(tmp_path, "a", "b")
    if not made.watched:
        made.begin("a-b-1").poll()
    return made


def test_steps_of_pictures_one_by_one_and_back_to_the_newest(tmp_path: Path) -> None:
    made = shelf(tmp_path, [0, 10, 20, 30], 30)
    assert made.moment(None, -1) == 20
    assert made.moment(20, -1) == 10
    assert made.moment(0, -1) == 0
    assert made.moment(10, 1) == 20
    assert made.moment(20, 1) is None
    assert made.moment(-1, 1) == 0
    assert made.moment(13, 1) == 20


@pytest.mark.parametrize(("at", "by", "to"), [(None, -10, 0), (0, 10, None), (0, 2, 20), (30, -2, 10)])
def test_in_strides(tmp_path: Path, at: int | None, by: int, to: int | None) -> None:
    assert shelf(tmp_path, [0, 10, 20, 30], 30).moment(at, by) == to


def test_a_run_without_pictures_has_some_moments_and_not_all(tmp_path: Path) -> None:
    made = shelf(tmp_path, [], 5000)
    count, at = 0, made.moment(None, -1)
    while at is not None and at > 1:
        count, at = count + 1, made.moment(at, -1)
    assert at == 1
    assert 100 < count <= MOMENTS
