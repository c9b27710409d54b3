"""CUDA graphs without CUDA: a fake records that a step is to be recorded, and replays it by doing it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import fields
from typing import Any

import pytest
import torch

from dltui.engine.assembly import assemble
from dltui.engine.graph import FEWEST, LARGEST, Graphed, graphed, obstacle
from dltui.engine.session import Session
from dltui.engine.spread import spread
from dltui.lesson.layers import BatchNorm, Conv2d, Flatten, Linear, Relu
from dltui.lesson.records import Experiment, Optimizer

Make = Callable[..., Experiment]


class Fake:
    """Plays torch.cuda. Unlike the real thing it computes while it records, which the session must not notice."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.session: Graphed | None = None
        self.replays = 0

    def Stream(self) -> Fake:
        return self

    def CUDAGraph(self) -> Fake:
        return self

    def current_stream(self) -> Fake:
        return self

    def wait_stream(self, other: Fake) -> None:
        pass

    def stream(self, stream: Any) -> AbstractContextManager[None]:
        return nullcontext()

    def device(self, device: Any) -> AbstractContextManager[None]:
        return nullcontext()

    def graph(self, graph: Any) -> AbstractContextManager[None]:
        if self.error is not None:
            raise self.error
        return nullcontext()

    def replay(self) -> None:
        assert self.session is not None
        self.replays += 1
        self.session._loss.copy_(self.session._one())


def on_fake(experiment: Experiment, error: Exception | None = None) -> tuple[Graphed, Fake]:
    plain, fake = assemble(experiment, "cpu").session, Fake(error)
    made = Graphed(**{each.name: getattr(plain, each.name) for each in fields(Session)}, cuda=fake)
    fake.session = made
    return made, fake


def plain_net(digits: Make, **fields: Any) -> Experiment:
    return digits(**({"model": [Conv2d(out=3, kernel=3), BatchNorm(), Relu(), Flatten(), Linear(out=10)]} | fields))


@pytest.mark.parametrize(
    ("optimizer", "whole"),
    [(Optimizer(kind="adam", lr=0.01), True), (Optimizer(kind="sgd", lr=0.1, momentum=0.9), True),
     (Optimizer(kind="adam", lr=0.01, schedule="one_cycle"), False)],
)  # fmt: skip
def test_replayed_steps_give_the_numbers_of_the_usual_ones(digits: Make, optimizer: Optimizer, whole: bool) -> None:
    experiment = plain_net(digits, optimizer=optimizer)
    usual = assemble(experiment, "cpu").session
    expected = usual.advance(45, lambda: False)
    replayed, fake = on_fake(experiment)
    found = replayed.advance(30, lambda: False) + replayed.advance(45, lambda: False)
    assert found == pytest.approx(expected, rel=1e-6)
    assert (fake.replays, replayed.step, replayed._whole) == (45, 45, whole)
    for name, tensor in usual.state().tensors.items():
        torch.testing.assert_close(replayed.state().tensors[name], tensor)


def test_a_full_batch_is_not_copied_about(xor: Make) -> None:
    replayed, _ = on_fake(xor())
    replayed.advance(5, lambda: False)
    assert replayed._pair is not None
    assert replayed._pair[0] is replayed.batches.take()[0]
    assert replayed.advance(5, lambda: False) == []


def test_a_step_that_cannot_be_recorded_is_trained_as_usual(
    digits: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    experiment = plain_net(digits)
    expected = assemble(experiment, "cpu").session.advance(25, lambda: False)
    refused, fake = on_fake(experiment, RuntimeError("operation not permitted when stream is capturing"))
    assert refused.advance(20, lambda: False) + refused.advance(25, lambda: False) == pytest.approx(expected, rel=1e-6)
    assert fake.replays == 0
    told = capsys.readouterr().err
    assert told.count("not recorded as a CUDA graph") == 1
    assert "not permitted when stream is capturing" in told


def test_memory_that_runs_out_while_recording_is_told_as_such(digits: Make) -> None:
    refused, _ = on_fake(plain_net(digits), torch.OutOfMemoryError("CUDA out of memory"))
    with pytest.raises(torch.OutOfMemoryError):
        refused.advance(20, lambda: False)


def test_it_stops_where_it_is_told_to(digits: Make) -> None:
    replayed, _ = on_fake(plain_net(digits))
    assert len(replayed.advance(20, lambda: replayed.step >= 7)) == 7


def test_what_is_recorded(digits: Make) -> None:
    small = assemble(plain_net(digits), "cpu").session
    assert obstacle(small, 1e6, "cuda") == ""
    assert obstacle(small, 1e6, "cpu") == "there are no graphs on cpu"
    assert obstacle(small, LARGEST * 2, "cuda") == "the steps are large"
    assert obstacle(assemble(digits(), "cpu").session, 1e6, "cuda") == "the network draws random numbers"
    assert obstacle(spread(small, 2), 1e6, "cuda") == "the step is no single pass"
    short = assemble(plain_net(digits, epochs=None, steps=FEWEST - 1), "cpu").session
    assert obstacle(short, 1e6, "cuda") == "the run is short"
    assert graphed(small, 1e6) is small
