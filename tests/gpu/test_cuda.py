"""What only a GPU can show. Skipped where there is none; everything else about devices is tested with fakes."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest
import torch

from dltui.engine import headless, inventory, memory
from dltui.engine.assembly import assemble
from dltui.engine.graph import Graphed, graphed
from dltui.engine.revival import revival
from dltui.engine.train import train
from dltui.journal.events import Adapted, Metrics
from dltui.journal.run import Run
from dltui.lesson.layers import Conv2d, Dropout, Flatten, Linear, Lstm, MaxPool2d, Relu
from dltui.lesson.records import Experiment, Optimizer

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA GPU here")


def digits(*layers: Any, **fields: Any) -> Experiment:
    usual: dict[str, Any] = {
        "id": "train", "title": "Digits", "data": "digits", "loss": "cross_entropy", "epochs": 4, "batch": 64,
        "model": list(layers) or [Conv2d(out=4, kernel=3), Relu(), MaxPool2d(kernel=2), Flatten(), Linear(out=10)],
        "optimizer": Optimizer(kind="adam", lr=0.005),
    }  # fmt: skip
    return Experiment(**(usual | fields))


def fold(experiment: Experiment, device: str) -> Run:
    run = Run()
    for event in train(experiment, lesson="l", run="r", device=device):
        run.apply(event)
    assert run.state == "done", run.message
    return run


def losses(run: Run) -> list[float]:
    return [run.series["loss"].at(step)[1] for step in range(1, run.steps + 1)]  # type: ignore[index, misc]


@pytest.mark.parametrize("schedule", ["constant", "one_cycle"])
def test_the_curve_of_the_gpu_begins_as_that_of_the_cpu(schedule: Any) -> None:
    experiment = digits(optimizer=Optimizer(kind="adam", lr=0.005, schedule=schedule))
    here, there = fold(experiment, "cpu"), fold(experiment, "cuda")
    assert there.device.startswith("cuda")
    assert losses(there)[:20] == pytest.approx(losses(here)[:20], rel=2e-2)
    assert there.final["accuracy"] == pytest.approx(here.final["accuracy"], abs=0.05)


SEQUENCES = Experiment(id="train", title="Adding", data="adding60", model=[Lstm(out=8, last=True), Linear(out=1)],
                       loss="mse", optimizer=Optimizer(kind="adam", lr=0.01), epochs=2, batch=64)  # fmt: skip


@pytest.mark.parametrize("experiment", [digits(), SEQUENCES], ids=["cnn", "lstm"])
def test_recorded_steps_give_the_numbers_of_eager_ones(experiment: Experiment) -> None:
    eager, made = assemble(experiment, "cuda").session, assemble(experiment, "cuda")
    recorded = graphed(made.session, made.work)
    assert isinstance(recorded, Graphed)
    expected, found = eager.advance(30, lambda: False), recorded.advance(30, lambda: False)
    assert recorded.refused == ""
    assert found == pytest.approx(expected, rel=1e-3)


def test_a_run_goes_on_from_its_checkpoint(tmp_path: Path) -> None:
    experiment = digits(Flatten(), Linear(out=30), Dropout(p=0.2), Linear(out=10), epochs=200)

    def interrupt(event: object) -> None:
        if isinstance(event, Metrics) and max(event.series.get("loss", ([0], []))[0]) > 100:
            os.kill(os.getpid(), signal.SIGINT)

    whole = headless.run(experiment, "l", tmp_path / "whole", device="cuda")
    assert headless.run(experiment, "l", tmp_path / "r", device="cuda", on_event=interrupt).state == "stopped"
    found = revival(tmp_path / "r")
    again = headless.run(experiment, "l", tmp_path / "r", device="cuda", resume=found.checkpoint)
    assert losses(again)[:300] == pytest.approx(losses(whole)[:300], rel=1e-2, abs=1e-3)


def test_memory_that_really_runs_out_leads_to_smaller_parts_or_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = digits(Flatten(), Linear(out=2000), Relu(), Linear(out=10), batch=1024, epochs=5)
    _, total = torch.cuda.mem_get_info(0)
    monkeypatch.setattr(memory, "cap", lambda device: None)
    torch.cuda.set_per_process_memory_fraction(30e6 / total, 0)
    try:
        events = list(train(experiment, lesson="l", run="r", device="cuda:0"))
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0, 0)
    told = [event.message for event in events if isinstance(event, Adapted)]
    assert told
    assert "cuda:0 ran out of memory" in told[0]


def test_the_driver_tells_of_the_card() -> None:
    there = inventory.read()
    assert [gpu.name for gpu in there.gpus] == [f"cuda:{index}" for index in range(torch.cuda.device_count())]
    if there.source != "torch":
        free, total = torch.cuda.mem_get_info(0)
        assert there.gpus[0].total == pytest.approx(total, rel=0.05)
        assert there.gpus[0].free is not None


def test_memory_is_given_back() -> None:
    fold(digits(), "cuda")
    memory.give_back()
    assert torch.cuda.memory_reserved() <= 64 << 20
