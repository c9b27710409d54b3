"""The engine as a real child process, driven and watched as the screen does it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest

import dltui
from dltui.engine import checkpoint
from dltui.engine.train import train
from dltui.journal.events import (
    AnyEvent,
    Checked,
    Continued,
    Failed,
    Finished,
    Metrics,
    Paused,
    Probed,
    Ready,
    Snapshot,
    Started,
    Unwritten,
)
from dltui.journal.folder import JOURNAL, alive
from dltui.journal.keeping import SURE
from dltui.journal.orders import send
from dltui.journal.run import Run
from dltui.journal.tail import Tail
from dltui.journal.work import AnyWork, Check, Go, Pause, Probe, Resume, Single, Stop, Train
from dltui.lesson.gradients import check_of
from dltui.lesson.records import Experiment

DEADLINE = 240.0
E = TypeVar("E", bound=AnyEvent)
Make = Callable[..., Experiment]


class Watched:
    """The journal of a run: every event that was seen, in order."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes]) -> None:
        self.folder = folder
        self.events: list[AnyEvent] = []
        self._tail = Tail(folder / JOURNAL)
        self._process = process
        self._seen = 0

    def until(self, kind: type[E], which: Callable[[E], bool] = lambda event: True) -> E:
        """The next event of the kind that was not yet waited for."""
        give_up = time.monotonic() + DEADLINE
        while time.monotonic() < give_up:
            self._more()
            while self._seen < len(self.events):
                event = self.events[self._seen]
                self._seen += 1
                if isinstance(event, kind) and which(event):
                    return event
            if self._process.poll() is not None and not self._more():
                raise AssertionError(f"the engine ended with {self._process.returncode}")
            time.sleep(0.002)
        last = [type(event).__name__ for event in self.events[-5:]]
        raise AssertionError(f"no {kind.__name__} within {DEADLINE} s after {last}")

    def _more(self) -> bool:
        fresh = self._tail.read()
        self.events += fresh
        return bool(fresh)


class Engine:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.errors = folder / "stderr"
        with self.errors.open("wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "dltui.engine", "--journal", str(folder / "own.jsonl")],
                stdin=subprocess.PIPE, stdout=errors, stderr=errors, start_new_session=True,
                env=os.environ | {"PYTHONPATH": str(Path(dltui.__file__).parent.parent)},
            )  # fmt: skip
        self.own = Tail(folder / "own.jsonl")

    def say(self, *works: AnyWork) -> None:
        self.raw(b"".join(msgspec.json.encode(work) + b"\n" for work in works))

    def raw(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def train(self, run: str, experiment: Experiment, **fields: Any) -> Watched:
        plain = msgspec.to_builtins(experiment)
        self.say(Train(run=run, folder=str(self.folder / run), lesson="l", experiment=plain, **fields))
        return self.watch(run)

    def watch(self, run: str) -> Watched:
        return Watched(self.folder / run, self.process)

    def hang_up(self) -> int:
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(DEADLINE)


def started(folder: Path) -> Iterator[Engine]:
    engine = Engine(folder)
    yield engine
    if engine.process.poll() is None:
        engine.process.kill()
        engine.process.wait()
    assert engine.process.stdin is not None
    if not engine.process.stdin.closed:
        engine.process.stdin.close()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One for all tests that leave it alive."""
    yield from started(tmp_path_factory.mktemp("engine"))


@pytest.fixture
def own_engine(tmp_path: Path) -> Iterator[Engine]:
    yield from started(tmp_path)


@pytest.fixture
def long(xor: Make) -> Make:
    """A run that is not over before someone stops it."""
    return lambda **fields: xor(**({"steps": 10_000_000} | fields))


def losses(events: list[AnyEvent]) -> dict[int, float | None]:
    found: dict[int, float | None] = {}
    for event in events:
        if isinstance(event, Metrics) and "loss" in event.series:
            found |= dict(zip(*event.series["loss"], strict=True))
    return found


def test_work_sent_before_torch_is_there_is_done_and_journalled(engine: Engine, xor: Make) -> None:
    run = engine.train("first", xor(show=["loss", "regions"]), device="cpu")
    finished = run.until(Finished)
    assert (finished.step, finished.reason, finished.checkpoint) == (100, "done", checkpoint.FILE)
    assert isinstance(run.events[0], Started)
    assert run.events[0].run == "first"
    assert [event.n for event in run.events] == list(range(len(run.events)))
    assert losses(run.events) == losses(list(train(xor(), lesson="l", run="r", device="cpu")))
    assert any(isinstance(event, Snapshot) for event in run.events)
    (ready,) = engine.own.read()
    assert isinstance(ready, Ready)
    assert ready.pid == engine.process.pid
    assert Run.read(run.folder).state == "done"
    assert not alive(run.folder)


def test_it_is_nice_and_in_a_session_of_its_own(engine: Engine) -> None:
    engine.watch("first").until(Started)
    assert os.getpriority(os.PRIO_PROCESS, engine.process.pid) >= 10
    assert os.getsid(engine.process.pid) == engine.process.pid


def test_pause_single_steps_go_and_stop(engine: Engine, long: Make) -> None:
    run = engine.train("steered", long())
    run.until(Metrics, lambda event: "loss" in event.series)
    engine.say(Pause(run="steered"))
    paused = run.until(Paused)
    engine.say(Single(run="steered"))
    assert run.until(Paused).step == paused.step + 1
    engine.say(Single(run="steered", steps=5))
    assert run.until(Paused).step == paused.step + 6
    assert list(losses(run.events)) == list(range(1, paused.step + 7))
    engine.say(Go(run="steered"))
    assert run.until(Continued).step == paused.step + 6
    run.until(Metrics)
    engine.say(Stop(run="steered"))
    finished = run.until(Finished)
    assert finished.reason == "stopped"
    assert checkpoint.load(run.folder / finished.checkpoint).state.step == finished.step > paused.step + 6
    assert Run.read(run.folder).state == "stopped"


def test_a_held_run_waits_before_its_first_step(engine: Engine, long: Make) -> None:
    run = engine.train("held", long(), hold=True)
    assert run.until(Paused).step == 0
    assert losses(run.events) == {}
    engine.say(Stop(run="held"))
    assert run.until(Finished).step == 0


def test_a_check_waits_for_the_run_in_hand_and_writes_its_own_journal(engine: Engine, long: Make) -> None:
    training = engine.train("trained", long())
    training.until(Metrics)
    plain = msgspec.to_builtins(check_of(long()))
    folder = str(engine.folder / "checked")
    engine.say(
        Check(run="checked", folder=folder, check=plain | {"bug": "missing-mean"}),
        Probe(run="checked", folder=folder, check=plain, tensor="2.weight", place=3),
    )
    step = training.until(Metrics, lambda event: "loss" in event.series).series["loss"][0][-1]
    training.until(Metrics, lambda event: "loss" in event.series and event.series["loss"][0][-1] > step)
    assert not (engine.folder / "checked" / JOURNAL).exists()
    engine.say(Stop(run="trained"))
    assert training.until(Finished).reason == "stopped"
    check = engine.watch("checked")
    checked = check.until(Checked)
    assert (checked.n, checked.verdict) == (0, "wrong")
    assert [tensor.name for tensor in checked.tensors if tensor.counts.get("wrong")] == ["0.weight"]
    probed = check.until(Probed)
    assert (probed.n, probed.tensor, probed.place) == (1, "2.weight", 3)
    assert probed.analytic == checked.tensors[2].analytic[3]


def test_a_check_that_is_not_possible_ends_with_a_sentence_and_the_engine_lives(engine: Engine, xor: Make) -> None:
    plain = msgspec.to_builtins(check_of(xor()))
    engine.say(Check(run="odd", folder=str(engine.folder / "odd"), check=plain | {"bug": "sign", "layer": 1}))
    failed = engine.watch("odd").until(Failed)
    assert (failed.reason, failed.message.split(":")[0]) == ("invalid", "This cannot be checked")
    assert engine.train("next", xor()).until(Finished).reason == "done"


def test_a_stopped_run_goes_on_in_its_own_journal(engine: Engine, digits: Make) -> None:
    expected = losses(list(train(digits(), lesson="l", run="r", device="cpu")))
    run = engine.train("resumed", digits(), hold=True)
    run.until(Paused)
    engine.say(Single(run="resumed", steps=33))
    run.until(Paused)
    engine.say(Stop(run="resumed"))
    run.until(Finished)
    engine.say(Resume(run="resumed", folder=str(run.folder)))
    again = run.until(Started)
    assert (again.resumed_at, again.run, again.lesson) == (33, "resumed", "l")
    assert again.device_reason == next(event for event in run.events if isinstance(event, Started)).device_reason
    assert run.until(Finished).reason == "done"
    assert losses(run.events) == expected
    folded = Run.read(run.folder)
    assert (folded.state, folded.resumed, len(folded.series["loss"])) == ("done", True, 60)


def test_a_new_run_stops_the_one_in_hand_and_they_do_not_mix(engine: Engine, long: Make, xor: Make) -> None:
    old = engine.train("old", long())
    old.until(Metrics, lambda event: "loss" in event.series)
    new = engine.train("new", xor(seed=3))
    assert old.until(Finished).reason == "stopped"
    assert new.until(Finished).reason == "done"
    assert list(losses(new.events)) == list(range(1, 101))
    assert losses(new.events) == losses(list(train(xor(seed=3), lesson="l", run="r", device="cpu")))
    assert {event.run for event in old.events + new.events if isinstance(event, Started)} == {"old", "new"}


def test_a_run_that_is_replaced_while_it_waits_says_so(engine: Engine, long: Make, xor: Make) -> None:
    engine.train("one", long())
    two = engine.train("two", long())
    three = engine.train("three", xor())
    assert three.until(Finished).reason == "done"
    assert two.until(Finished).reason == "stopped"


def test_malformed_lines_are_noted_and_ignored(engine: Engine, xor: Make) -> None:
    engine.raw(b'{"do":"train"\n\xff\n{"do":"fly","run":"x"}\n\n' + b"z" * 3_000_000 + b"\n")
    engine.say(Stop(run="nobody"), Single(run="steered"))
    assert engine.train("after", xor()).until(Finished).reason == "done"
    assert engine.errors.read_text(errors="replace").count("not a line of work") == 4


@pytest.mark.parametrize(
    ("change", "reason", "words"),
    [
        ({"loss": "magic"}, "invalid", "loss"),
        ({"model": [{"layer": "linear", "out": 3}]}, "invalid", "needs 2 outputs"),
        ({"model": [{"layer": "linear", "out": out} for out in (2**31 - 1, 2**31 - 1, 2)]}, "too-large", "needs 74 EB"),
        ({"loss": "mse", "optimizer": {"kind": "sgd", "lr": 1e5}}, "diverged", "at step"),
    ],
)  # fmt: skip
def test_a_failed_run_is_data_and_the_worker_lives_on(
    change: dict[str, Any], reason: str, words: str, engine: Engine, xor: Make
) -> None:
    plain = msgspec.to_builtins(xor()) | change
    name = f"failed-{reason}-{len(words)}"
    engine.say(Train(run=name, folder=str(engine.folder / name), lesson="l", experiment=plain))
    failed = engine.watch(name).until(Failed)
    assert failed.reason == reason
    assert words in failed.message
    assert engine.train(f"{name}-next", xor()).until(Finished).reason == "done"


def test_a_resume_without_anything_to_resume_is_one_sentence(engine: Engine, xor: Make) -> None:
    engine.say(Resume(run="empty", folder=str(engine.folder / "empty")))
    assert "nothing to go on with" in engine.watch("empty").until(Failed).message
    run = engine.train("spoilt", xor())
    run.until(Finished)
    (run.folder / checkpoint.FILE).write_bytes(b"PK\x03\x04 rubbish")
    engine.say(Resume(run="spoilt", folder=str(run.folder)))
    failed = run.until(Failed)
    assert failed.reason == "invalid"
    assert "damaged" in failed.message


def test_a_folder_that_cannot_be_made_is_told_in_the_workers_own_journal(engine: Engine, xor: Make) -> None:
    (engine.folder / "file").touch()
    engine.own.read()
    engine.train("file/run", xor())
    assert engine.train("behind", xor()).until(Finished).reason == "done"
    (unwritten,) = engine.own.read()
    assert isinstance(unwritten, Unwritten)
    assert (unwritten.run, unwritten.begun) == ("file/run", False)
    assert "Not a directory" in unwritten.message


def test_ctrl_c_is_not_for_the_engine(engine: Engine, long: Make) -> None:
    run = engine.train("interrupted", long())
    run.until(Metrics)
    engine.process.send_signal(signal.SIGINT)
    engine.say(Stop(run="interrupted"))
    assert run.until(Finished).reason == "stopped"


def test_an_engine_that_nobody_wants_any_more_goes_before_torch_has_come(own_engine: Engine) -> None:
    assert own_engine.hang_up() == 0
    assert own_engine.own.read() == [], "it was never ready"


def test_a_killed_run_is_lost_and_a_fresh_engine_takes_it_up(own_engine: Engine, tmp_path: Path, digits: Make) -> None:
    expected = losses(list(train(digits(), lesson="l", run="r", device="cpu")))
    run = own_engine.train("killed", digits(), hold=True)
    run.until(Paused)
    own_engine.say(Single(run="killed", steps=7))
    run.until(Paused)
    own_engine.say(Stop(run="killed"))
    run.until(Finished)
    own_engine.say(Resume(run="killed", folder=str(run.folder)))
    run.until(Started)
    own_engine.say(Pause(run="killed"))
    run.until(Paused)
    assert alive(run.folder)
    own_engine.process.kill()
    own_engine.process.wait()
    assert Run.read(run.folder).state == "lost"
    (tmp_path / "fresh").mkdir()
    for fresh in started(tmp_path / "fresh"):
        fresh.say(Resume(run="killed", folder=str(run.folder)))
        again = Watched(run.folder, fresh.process)
        for _ in range(2):
            again.until(Started, lambda event: event.resumed_at == 7)
        assert again.until(Finished).reason == "done"
        folded = Run.read(run.folder)
        assert folded.state == "done"
        assert [folded.series["loss"].at(step) for step in expected] == list(expected.items())
        leaves_a_checkpoint_when_terminated(fresh, digits())


def leaves_a_checkpoint_when_terminated(engine: Engine, experiment: Experiment) -> None:
    run = engine.train("paused", experiment, hold=True)
    run.until(Paused)
    engine.process.terminate()
    assert engine.process.wait(DEADLINE) == 0
    assert run.until(Finished).reason == "stopped"
    assert (run.folder / checkpoint.FILE).exists()


def test_the_end_of_its_input_leaves_a_long_run_alone_and_then_no_process(engine: Engine, long: Make) -> None:
    """The last test of this file: it ends the engine of all others."""
    run = engine.train("left", long())
    run.until(Metrics, lambda event: event.seconds > SURE)
    assert engine.process.stdin is not None
    engine.process.stdin.close()
    seen = run.until(Metrics).n
    run.until(Metrics, lambda event: event.n > seen + 40)
    assert alive(run.folder)
    assert send(run.folder, Pause(run="left")), "paused and nobody there: it stops"
    assert engine.process.wait(DEADLINE) == 0
    finished = run.until(Finished)
    assert finished.reason == "stopped"
    assert checkpoint.load(run.folder / finished.checkpoint).state.step == finished.step
