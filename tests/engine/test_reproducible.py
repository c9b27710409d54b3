"""Equal experiments in different processes write equal journals, but for times."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dltui.journal.events import Finished, Metrics, Started
from dltui.journal.folder import JOURNAL
from dltui.journal.run import Run
from dltui.journal.tail import Tail
from dltui.lesson.layers import Conv2d, Dropout, Flatten, Linear, Lstm, MaxPool2d, Relu, Tanh
from dltui.lesson.records import Experiment, Optimizer

CODE = """
import sys, msgspec
from pathlib import Path
from dltui.engine import headless
from dltui.lesson.change import read
for folder, plain in zip(sys.argv[1:], msgspec.json.decode(sys.stdin.buffer.read()), strict=True):
    headless.run(read(plain), "lesson", Path(folder), device="cpu")
"""


def experiment(**fields: Any) -> Experiment:
    usual: dict[str, Any] = {"id": "train", "title": "T", "loss": "cross_entropy",
                             "optimizer": Optimizer(kind="adam", lr=0.01)}  # fmt: skip
    return Experiment(**(usual | fields))


EXPERIMENTS = {
    "mlp": experiment(data="xor", steps=50, model=[Linear(out=8), Tanh(), Linear(out=2)], show=["loss", "regions"]),
    "cnn": experiment(data="digits", steps=12, batch=32, model=[
        Conv2d(out=4, kernel=3), Relu(), MaxPool2d(kernel=2), Flatten(), Dropout(p=0.2), Linear(out=10)]),
    "lstm": experiment(data="adding10", steps=12, batch=32, loss="mse", show=["loss"],
                       model=[Lstm(out=8, last=True), Linear(out=1)]),
    "sweep": experiment(data="xor", steps=50, model=[Linear(out=8), Tanh(), Linear(out=2)],
                        compare={"lr": [0.01, 0.1], "seed": [1, 2]}),
}  # fmt: skip


@pytest.fixture(scope="module")
def journals(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Path]]:
    """Two processes, each of which trains everything."""
    made = []
    for _ in range(2):
        home = tmp_path_factory.mktemp("process")
        folders = {name: home / name for name in EXPERIMENTS}
        asked, alone = msgspec.json.encode(list(EXPERIMENTS.values())), {**os.environ, "OMP_NUM_THREADS": "1"}
        subprocess.run([sys.executable, "-c", CODE, *map(str, folders.values())], check=True, timeout=120,
                       input=asked, env=alone)  # fmt: skip
        made.append(folders)
    return made


def numbers(run: Run) -> list[Any]:
    """All that was measured and seen."""
    series = {name: [each[place] for place in range(len(each))] for name, each in run.series.items()}
    seen = [snapshot for view in ("regions",) if (snapshot := run.snapshot(view, run.steps)) is not None]
    pictures = [msgspec.structs.replace(snapshot, n=0, t=0.0) for snapshot in seen]
    return [series, run.final, run.state, run.step, pictures, *(numbers(each) for each in run.variants)]


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_two_processes_measure_the_same_bit_for_bit(name: str, journals: list[dict[str, Path]]) -> None:
    one, two = (Run.read(folders[name]) for folders in journals)
    assert one.state == "done"
    assert numbers(one) == numbers(two)
    assert one.series or one.variants


def test_a_journal_says_what_its_numbers_depend_on(journals: list[dict[str, Path]]) -> None:
    events = Tail(journals[0]["cnn"] / JOURNAL).read()
    started = next(event for event in events if isinstance(event, Started))
    finished = next(event for event in events if isinstance(event, Finished))
    assert started.versions.keys() == {"python", "numpy", "dltui"}
    assert (started.device, started.threads, started.seed) == ("cpu", 1, 0)
    assert started.torch and started.device_reason and started.t > 0
    assert finished.seconds > 0 and finished.cpu > 0
    assert any(isinstance(event, Metrics) for event in events)
