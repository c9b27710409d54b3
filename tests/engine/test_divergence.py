from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from dltui.engine.assembly import assemble
from dltui.engine.divergence import LOSS, first_place
from dltui.lesson.layers import Linear, Relu
from dltui.lesson.records import Experiment


@pytest.mark.parametrize(
    ("place", "bad", "named"),
    [(0, float("nan"), "model.0 (linear)"), (2, float("inf"), "model.2 (linear)"),
     (2, 3e37, LOSS)],
)  # fmt: skip
def test_the_first_layer_is_named(place: int, bad: float, named: str, xor: Callable[..., Experiment]) -> None:
    experiment = xor(model=[Linear(out=3, init="constant"), Relu(), Linear(out=2, init="constant")])
    session = assemble(experiment, "cpu").session
    session.batches.last[0].fill_(1.0)
    with torch.no_grad():
        session.flat.named(session.flat.values)[f"{place}.weight"][0] = bad
    found = first_place(session, experiment)
    assert found.layer == named
    assert named in found.said


def test_an_overflow_in_a_layer_without_weights_is_named_too(xor: Callable[..., Experiment]) -> None:
    experiment = xor(model=[Relu(), Linear(out=2)])
    session = assemble(experiment, "cpu").session
    session.batches.last[0].fill_(float("inf"))
    assert first_place(session, experiment).layer == "model.0 (relu)"
