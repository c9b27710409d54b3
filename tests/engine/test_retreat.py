"""Memory that runs out, by fakes: a layer refuses more rows than there is room for, on the devices of a rehearsal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from dltui.engine import model
from dltui.engine.train import train
from dltui.journal.events import Adapted, Failed, Finished, Started
from dltui.journal.run import Run
from dltui.lesson.layers import BatchNorm, Flatten, Linear, Relu
from dltui.lesson.records import Experiment, Optimizer

Make = Callable[..., Experiment]
Shrink = Callable[[int], None]
ON_CPU = "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to"


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Training more rows at once than there is room for on the device of the moment fails as torch fails."""
    usual = nn.Linear.forward

    def limit(rows: int, error: Exception, after: int = 0, times: int = 10**9) -> None:
        calls = {"all": 0, "failed": 0}

        def forward(layer: nn.Linear, x: Tensor) -> Tensor:
            calls["all"] += 1
            if torch.is_grad_enabled() and len(x) > rows and calls["all"] > after and calls["failed"] < times:
                calls["failed"] += 1
                raise error
            return usual(layer, x)

        monkeypatch.setattr(nn.Linear, "forward", forward)

    yield limit


@pytest.fixture
def net(digits: Make) -> Experiment:
    return digits(model=[Flatten(), Linear(out=300), Relu(), Linear(out=10)], epochs=2,
                  optimizer=Optimizer(kind="sgd", lr=0.1))  # fmt: skip


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "server.json"
    gpus = [{"name": "cuda:0", "free": 9e9, "load": 0.0}, {"name": "cuda:1", "free": 9e9, "load": 0.5}]
    file.write_text(json.dumps({"gpus": gpus}))
    monkeypatch.setenv("DLTUI_DEVICES", str(file))


def followed(experiment: Experiment) -> tuple[Run, list[Adapted], list[object]]:
    run, adapted, events = Run(), [], []
    for event in train(experiment, lesson="l", run="r"):
        run.apply(event)
        events.append(event)
        adapted += [event] if isinstance(event, Adapted) else []
    return run, adapted, events


def losses(run: Run) -> Tensor:
    loss = run.series["loss"]
    assert loss.steps == list(range(1, run.steps + 1))
    return torch.tensor([loss.at(step)[1] for step in loss.steps])  # type: ignore[index]  # no gap was left


@pytest.mark.parametrize("error", [RuntimeError(ON_CPU), torch.OutOfMemoryError("CUDA out of memory. Tried"),
                                   MemoryError()])  # fmt: skip
def test_smaller_parts_of_a_batch_give_the_same_curve(
    net: Experiment, room: Callable[..., None], error: Exception
) -> None:
    usual, told, _ = followed(net)
    assert not told
    room(20, error, after=30)
    run, adapted, events = followed(net)
    assert run.state == "done"
    assert [event.message for event in adapted] == [
        "cpu ran out of memory: each batch of 64 rows now goes through in 2 parts, with the same result."
        " The run goes on from step 0 on cpu.",
        "cpu ran out of memory: each batch of 64 rows now goes through in 4 parts, with the same result."
        " The run goes on from step 0 on cpu.",
    ]
    torch.testing.assert_close(losses(run), losses(usual), rtol=1e-4, atol=1e-5)
    assert run.notes == [event.message for event in adapted]
    assert isinstance(events[0], Started)
    assert isinstance(events[-1], Finished)


def test_then_the_next_gpu_then_the_cpu(net: Experiment, room: Callable[..., None], server: None) -> None:
    usual, _, _ = followed(net)
    # two GPUs with room for 4 rows, each tried whole and in 2, 4, 8 parts; the CPU has room for all
    room(4, torch.OutOfMemoryError("CUDA out of memory"), after=60, times=8)
    run, adapted, _ = followed(net)
    assert run.state == "done"
    assert [event.message[:43] for event in adapted[:3]] == ["cuda:0 ran out of memory: each batch of 64 "] * 3
    assert adapted[3].message == "cuda:0 ran out of memory. The run goes on from step 20 on cuda:1."
    assert adapted[-1].message == "cuda:1 ran out of memory. The run goes on from step 20 on cpu."
    assert run.device_reason == "cuda:1 ran out of memory"
    torch.testing.assert_close(losses(run), losses(usual), rtol=1e-4, atol=1e-5)


def test_batch_normalisation_is_not_divided(net: Experiment, digits: Make, room: Callable[..., None]) -> None:
    room(20, RuntimeError(ON_CPU))
    normed = digits(model=[Flatten(), Linear(out=30), BatchNorm(), Linear(out=10)], epochs=1)
    with pytest.raises(MemoryError, match="cpu ran out of memory"):
        followed(normed)


def test_where_nothing_helps_the_run_fails(net: Experiment, room: Callable[..., None]) -> None:
    room(0, RuntimeError(ON_CPU))
    with pytest.raises(MemoryError, match="cpu ran out of memory"):
        followed(net)


def test_other_errors_are_not_taken_for_it(net: Experiment, room: Callable[..., None]) -> None:
    room(0, RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    with pytest.raises(RuntimeError, match="mat1"):
        followed(net)


def test_a_machine_that_cannot_even_hold_the_model_says_so(net: Experiment, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise RuntimeError(ON_CPU)

    monkeypatch.setattr("dltui.engine.model.build", full)
    (event,) = train(net, lesson="l", run="r")
    assert isinstance(event, Failed)
    assert event.reason == "memory"
    assert event.message.endswith("needs less. (cpu ran out of memory)")


def test_a_gpu_that_cannot_hold_the_model_is_passed_over(
    net: Experiment, server: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []
    usual = model.build

    def full(*given: object) -> nn.Module:
        tried.append(1)
        if len(tried) == 1:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return usual(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("dltui.engine.model.build", full)
    run, adapted, _ = followed(net)
    assert [event.message for event in adapted] == [
        "cuda:0 ran out of memory. The run goes on from step 0 on cuda:1."
    ]
    assert (run.state, run.device_reason) == ("done", "cuda:0 ran out of memory")
