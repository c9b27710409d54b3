from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dltui.journal.events import Adapted, Continued, Failed, Finished, Metrics, Paused, Ready, Snapshot, Started
from dltui.journal.owner import JOURNAL, claim, release
from dltui.journal.run import SNAPSHOTS_PER_VIEW, Run
from dltui.journal.writer import Writer


def started(**changes: Any) -> Started:
    usual: dict[str, Any] = {
        "run": "r1", "lesson": "xor", "step_id": "train", "experiment": {"lr": 0.1}, "digest": "d", "seed": 7,
        "device": "cpu", "device_reason": "tiny model", "threads": 1, "torch": "2", "steps": 100, "parameters": 9,
        "domain": [-1.0, 1.0], "points": [[0.5, 1.0]],
    }  # fmt: skip
    return Started(**(usual | changes))


def metrics(low: int, high: int, value: float = 0.5, **more: Any) -> Metrics:
    steps = list(range(low, high))
    return Metrics(series={"loss": (steps, [value] * len(steps))}, seconds=more.pop("seconds", high / 10), **more)


def snapshot(step: int, view: Any = "fit", value: float = 0.0) -> Snapshot:
    return Snapshot(step=step, view=view, shape=[1], values=[value])


def fold(*events: Any) -> Run:
    run = Run()
    for event in events:
        run.apply(event)
    return run


def test_a_start_tells_what_is_run() -> None:
    run = fold(started())
    assert (run.run, run.lesson, run.step_id, run.state) == ("r1", "xor", "train", "running")
    assert (run.step, run.steps) == (0, 100)
    assert (run.seed, run.device, run.device_reason) == (7, "cpu", "tiny model")
    assert (run.domain, run.points, run.resumed) == ([-1.0, 1.0], [[0.5, 1.0]], False)
    assert run.started == started()


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ([], "waiting"),
        ([Ready(pid=1, torch="2", device="cpu", seconds=1.0)], "waiting"),
        ([started()], "running"),
        ([started(), Paused(step=0)], "paused"),
        ([started(), Paused(step=3), metrics(4, 5)], "paused"),
        ([started(), Paused(step=3), Continued(step=3)], "running"),
        ([started(), Finished(step=9, reason="done", seconds=1.0, final={})], "done"),
        ([started(), Finished(step=9, reason="stopped", seconds=1.0, final={})], "stopped"),
        ([started(), Failed(step=9, reason="diverged", message="")], "diverged"),
        ([started(), Failed(step=9, reason="memory", message="")], "failed"),
        ([started(), Finished(step=9, reason="stopped", seconds=1.0, final={}), started(resumed_at=9)], "running"),
    ],
)
def test_states(events: list[Any], state: str) -> None:
    run = fold(*events)
    assert run.state == state
    assert run.over == (state in ("done", "stopped", "diverged", "failed"))


def test_an_end_tells_how_it_ended() -> None:
    run = fold(started(), Finished(step=9, reason="stopped", seconds=2.5, final={"loss": 0.25}, checkpoint="c.npz"))
    assert (run.step, run.seconds, run.final, run.checkpoint) == (9, 2.5, {"loss": 0.25}, "c.npz")
    run = fold(started(), Failed(step=4, reason="diverged", message="The loss is infinite.", layer="2.relu"))
    assert (run.step, run.message, run.layer) == (4, "The loss is infinite.", "2.relu")


def test_metrics_become_series() -> None:
    run = fold(started(), metrics(1, 4), Metrics(series={"accuracy": ([3], [None])}, seconds=0.4))
    assert run.series["loss"].steps == [1, 2, 3]
    assert run.series["accuracy"].last == (3, None)
    assert (run.step, run.seconds) == (3, 0.4)


def test_metrics_that_make_no_sense_do_no_harm() -> None:
    run = fold(started(), metrics(1, 3))
    run.apply(Metrics(series={"loss": ([10**400], [1.0]), "empty": ([], []), "back": ([-1], [1.0])}, seconds=1.0))
    run.apply(Metrics(series={"loss": ([3, 4], [1.0])}, seconds=1.0))
    assert list(run.series) == ["loss"]
    assert run.series["loss"].steps == [1, 2, 3]


def test_the_speed_is_the_recent_one() -> None:
    run = fold(started())
    assert run.steps_per_second == 0
    for second in range(100):
        run.apply(metrics(second * 10, second * 10 + 10, seconds=second))
    for second in range(100, 200):
        run.apply(metrics(900 + second, 901 + second, seconds=second))
    assert run.steps_per_second == pytest.approx(1.0)
    run.apply(started(resumed_at=500))
    assert run.steps_per_second == 0


def test_a_resumed_run_is_one_curve() -> None:
    """The engine was killed at step 60 and went on from its checkpoint at 40: the steps between are those of the second
    time, and of what only the first time had nothing is left."""
    run = fold(
        started(),
        metrics(1, 61, 1.0),
        Metrics(series={"accuracy": ([20, 40, 60], [0.2, 0.4, 0.6])}, seconds=6.1),
        *(snapshot(step) for step in (0, 20, 40, 50)),
        started(resumed_at=40),
        metrics(41, 81, 2.0),
        snapshot(55, value=1.0),
    )
    assert run.resumed
    assert run.series["loss"].steps == list(range(1, 81))
    assert run.series["loss"].at(40) == (40, 1.0)
    assert run.series["loss"].at(41) == (41, 2.0)
    assert run.series["accuracy"].steps == [20, 40]
    assert [taken.step for taken in run.snapshots["fit"]] == [0, 20, 40, 55]


def test_a_start_from_nothing_forgets_the_run_before() -> None:
    run = fold(started(), metrics(1, 9), snapshot(3), Failed(step=8, reason="crash", message="x"), started(run="r2"))
    assert (run.run, run.state, run.series, run.snapshots, run.message, run.seconds) == ("r2", "running", {}, {}, "", 0)


@given(st.lists(st.integers(1, 60), min_size=1, max_size=8), st.data())
def test_any_number_of_resumptions_folds_to_rising_steps(lengths: list[int], data: st.DataObject) -> None:
    run, at = fold(started()), 0
    for attempt, length in enumerate(lengths):
        run.apply(metrics(at + 1, at + 1 + length, float(attempt)))
        at = data.draw(st.integers(1, at + length))
        run.apply(started(resumed_at=at))
    assert run.series["loss"].steps == list(range(1, at + 1))
    assert run.step == at


def test_a_snapshot_is_the_last_at_or_before() -> None:
    run = fold(started(), snapshot(10), snapshot(20), snapshot(20, "regions"))
    assert run.snapshot("fit", 9) is None
    assert run.snapshot("parameters", 9) is None
    taken = [run.snapshot("fit", step) for step in (10, 19, 20, 99)]
    assert [each.step for each in taken if each] == [10, 10, 20, 20]


def test_a_snapshot_taken_again_replaces_it_and_all_after_it() -> None:
    run = fold(started(), snapshot(10), snapshot(20), snapshot(30), snapshot(20, value=7.0))
    assert [(each.step, each.values) for each in run.snapshots["fit"]] == [(10, [0.0]), (20, [7.0])]


def test_snapshots_are_bounded_and_spread_evenly() -> None:
    run = fold(started(), *(snapshot(step) for step in range(2_500)))
    steps = [each.step for each in run.snapshots["fit"]]
    assert len(steps) == SNAPSHOTS_PER_VIEW
    assert (steps[0], steps[-1]) == (0, 2_499)
    gaps = [later - earlier for earlier, later in zip(steps, steps[1:], strict=False)]
    assert max(gaps) <= 3 * 2_500 / SNAPSHOTS_PER_VIEW


def test_read_folds_the_journal_of_a_folder(tmp_path: Path) -> None:
    assert Run.read(tmp_path).state == "waiting"
    assert claim(tmp_path)
    with Writer(tmp_path / JOURNAL) as writer:
        writer.append(started(), metrics(1, 50))
    with (tmp_path / JOURNAL).open("ab") as file:
        file.write(b"noise\n")
    run = Run.read(tmp_path)
    assert (run.state, run.step, run.skipped) == ("running", 49, 1)
    release(tmp_path)


def test_a_run_without_its_process_is_lost(tmp_path: Path) -> None:
    with Writer(tmp_path / JOURNAL) as writer:
        writer.append(started(), metrics(1, 50))
    run = Run.read(tmp_path)
    assert run.state == "lost"
    assert run.over
    assert "step 49" in run.message
    with Writer(tmp_path / JOURNAL) as writer:
        writer.append(Finished(step=50, reason="done", seconds=1.0, final={}))
    assert Run.read(tmp_path).state == "done"


def test_a_comparison_holds_a_run_for_each_variant() -> None:
    run = fold(started(steps=9), started(variant=1, seed=1, domain=[], points=[]), started(variant=2, seed=2),
               metrics(1, 4, variant=1), metrics(1, 6, variant=2, value=0.25))
    assert [each.seed for each in run.variants] == [1, 2]
    assert [each.series["loss"].last for each in run.variants] == [(3, 0.5), (5, 0.25)]
    assert (run.series, run.step, run.seed, run.state) == ({}, 5, 7, "running")
    assert (run.variants[0].domain, run.variants[0].points) == (run.domain, run.points)
    run.apply(Failed(step=5, reason="diverged", message="too fast", layer="loss", variant=2))
    assert [each.state for each in run.variants] == ["running", "diverged"]
    assert (run.state, run.message) == ("running", "")
    run.lose()
    assert [each.state for each in run.variants] == ["lost", "diverged"]
    run.apply(started())
    assert run.variants == []


def test_a_journal_cannot_ask_for_a_million_variants() -> None:
    run = fold(started(), metrics(1, 2, variant=10**9), metrics(1, 2, variant=-1))
    assert run.variants == []


def test_a_run_that_goes_on_in_another_way_says_so_and_makes_its_measurements_again() -> None:
    run = Run()
    run.apply(Metrics(series={"loss": ([1, 2, 3], [3.0, 2.0, 1.0])}, seconds=1.0))
    run.apply(Adapted(step=1, device="cpu", device_reason="cuda:0 ran out of memory", message="It goes on."))
    run.apply(Metrics(series={"loss": ([2], [2.5])}, seconds=1.5))
    assert (run.device, run.device_reason, run.notes) == ("cpu", "cuda:0 ran out of memory", ["It goes on."])
    assert run.series["loss"].steps == [1, 2]
    assert run.series["loss"].last == (2, 2.5)
