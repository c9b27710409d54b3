"""Steering a run from other processes, and leaving it alone."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dltui.engine import orders
from dltui.engine.control import Control, Order
from dltui.engine.orders import Pace, steered
from dltui.journal.events import Metrics, Started
from dltui.journal.orders import ORDERS, listen, send
from dltui.journal.owner import claim, release
from dltui.journal.work import Go, Keep, Pause, Single, Stop

PATIENCE = 240.0


def until(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.005)


def pace(seconds: float = 0.0, step: int = 0, steps: int = 0) -> Pace:
    made = Pace()
    made.seconds, made.step, made.steps = seconds, step, steps
    return made


LONG = (2.0, 10, 1000)
SHORT = (2.0, 500, 1000)


def test_orders_reach_the_run_in_the_folder_and_nobody_after_it(tmp_path: Path) -> None:
    control = Control()
    assert not send(tmp_path, Stop(run="r"))
    with steered(tmp_path, control, pace()):
        assert send(tmp_path, Single(run="r", steps=3))
        until(lambda: control.flag, "an order")
        assert control.order() == Order("go", 3)
        assert send(tmp_path, Pause(run="r"))
        until(lambda: control.paused, "the pause")
        assert send(tmp_path, Go(run="r"))
        assert send(tmp_path, Keep(run="r", on=False))
        until(lambda: control.kept is False, "to be kept or not")
        assert not control.paused
        assert send(tmp_path, Stop(run="r"))
        until(lambda: control.stopped, "the stop")
    assert not send(tmp_path, Stop(run="r"))
    assert list(tmp_path.iterdir()) == []


def test_rubbish_in_the_pipe_is_passed_over(tmp_path: Path) -> None:
    control = Control()
    with steered(tmp_path, control, pace()):
        handle = os.open(tmp_path / ORDERS, os.O_WRONLY)
        os.write(handle, b'{"do":"dance"}\n\xff\n[[[\n' + b"x" * 9000 + b'\n{"do":"pa')
        os.write(handle, b'use","run":"r"}\n')
        os.close(handle)
        until(lambda: control.paused, "the order behind it")


def test_where_no_pipe_can_be_made_a_run_is_trained_all_the_same(tmp_path: Path) -> None:
    control, made = Control(), pace(*SHORT)
    with steered(tmp_path / "missing", control, made):
        assert not send(tmp_path / "missing", Stop(run="r"))
    assert not control.stopped


def test_a_pipe_that_was_left_behind_is_taken_and_another_file_is_not(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ORDERS)
    assert not send(tmp_path, Stop(run="r")), "nobody reads"
    os.close(listen(tmp_path))
    (tmp_path / ORDERS).unlink()
    (tmp_path / ORDERS).write_text("a file of somebody")
    with pytest.raises(OSError, match="another file"):
        listen(tmp_path)
    assert not send(tmp_path, Stop(run="r"))
    (tmp_path / ORDERS).unlink()
    (tmp_path / ORDERS).symlink_to("elsewhere")
    with pytest.raises(OSError, match="symbolic links"):
        listen(tmp_path)


@pytest.mark.parametrize(("kept", "progress", "paused", "stops"), [
    (None, SHORT, False, True),
    (None, LONG, False, False),
    (None, LONG, True, True),
    (True, SHORT, False, False),
    (False, LONG, False, True),
    (True, SHORT, True, True),
])  # fmt: skip
def test_what_becomes_of_a_run_that_is_left(
    tmp_path: Path, kept: bool | None, progress: tuple[float, int, int], paused: bool, stops: bool
) -> None:
    control = Control(hold=paused)
    control.kept, control.left = kept, True
    orders._judge(tmp_path, control, pace(*progress))
    assert control.stopped == stops


def test_what_takes_long_is_known_only_after_a_moment(tmp_path: Path) -> None:
    control, made = Control(), pace(0.5, 1, 1000)
    with steered(tmp_path, control, made):
        control.left = True
        orders._judge(tmp_path, control, made)
        assert not control.stopped
        made.seconds, made.step = SHORT[:2]
        until(lambda: control.stopped, "the decision")


def test_a_run_whose_folder_is_gone_does_not_go_on(tmp_path: Path) -> None:
    control = Control()
    control.kept = control.left = True
    orders._judge(tmp_path / "removed", control, pace(*LONG))
    assert control.stopped


def test_while_another_screen_steers_nothing_is_decided(tmp_path: Path) -> None:
    control = Control()
    control.left = True
    assert claim(tmp_path, "helm")
    made = pace(*SHORT)
    with steered(tmp_path, control, made):
        assert send(tmp_path, Pause(run="r"))
        until(lambda: control.paused, "the pause")
        assert not control.stopped
        release(tmp_path, "helm")
        until(lambda: control.stopped, "the end")


def test_the_pace_is_that_of_the_whole() -> None:
    made = Pace()
    made.hear(Started(run="r", lesson="l", step_id="s", experiment={}, digest="", seed=0, device="cpu",
                      device_reason="", threads=1, torch="", steps=500, parameters=1, resumed_at=40))  # fmt: skip
    assert (made.step, made.steps) == (40, 500)
    made.hear(Metrics(series={"loss": ([41, 42], [1.0, 1.0])}, seconds=0.5, variant=2))
    made.hear(Metrics(series={}, seconds=1.5))
    made.hear(Metrics(series={"loss": ([41], [1.0])}, seconds=0.2, variant=1))
    assert (made.seconds, made.step, made.steps) == (1.5, 42, 500)
