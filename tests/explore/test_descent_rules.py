from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.optim import SGD, Adagrad, Adam, AdamW, Optimizer, RMSprop

from dltui.engine.schedule import schedule
from dltui.explore.descent_race import descended
from dltui.explore.descent_rules import OPTIMISERS, SCHEDULES, SPAN, Dials, Weight, moved, scheduled
from dltui.lesson.records import Optimizer as Record


def by_torch(name: str, weights: list[Tensor], dials: Dials) -> Optimizer:
    betas = (dials.beta, dials.adam_square)
    match name:
        case "AdaGrad":
            return Adagrad(weights, lr=dials.lr)
        case "RMSProp":
            return RMSprop(weights, lr=dials.lr, alpha=dials.square)
        case "Adam":
            return Adam(weights, lr=dials.lr, betas=betas)
        case "AdamW":
            return AdamW(weights, lr=dials.lr, betas=betas, weight_decay=dials.decay)
        case _:
            beta = 0.0 if name == "SGD" else dials.beta
            return SGD(weights, lr=dials.lr, momentum=beta, nesterov=name == "Nesterov" and beta > 0)


share = st.floats(0, 0.99)


@pytest.mark.parametrize("name", OPTIMISERS)
@settings(max_examples=40, deadline=None)
@given(
    lr=st.floats(1e-4, 2), beta=share, square=share, adam_square=share, decay=st.floats(0, 1),
    start=st.lists(st.floats(-10, 10), min_size=1, max_size=6), steps=st.integers(1, 12), seed=st.integers(0, 999),
)  # fmt: skip
def test_it_agrees_with_torch(
    name: str, lr: float, beta: float, square: float, adam_square: float, decay: float,
    start: list[float], steps: int, seed: int,
) -> None:  # fmt: skip
    dials = Dials(lr, beta, square, adam_square, decay)
    weights = torch.tensor(start, dtype=torch.float64)
    optimizer = by_torch(name, [weights], dials)
    random = torch.Generator().manual_seed(seed)
    at = [Weight(each) for each in start]
    for step in range(1, steps + 1):
        weights.grad = 3 * torch.randn(len(start), generator=random, dtype=torch.float64)
        optimizer.step()
        at = moved(OPTIMISERS[name].rule, at, weights.grad.tolist(), dials, step)
        assert [each.w for each in at] == pytest.approx(weights.tolist(), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(("name", "lr", "loss"), [
    ("SGD", 0.018, 0.21153759), ("SGD", 0.0201, 1463.3414), ("momentum", 0.018, 5.0807512e-4),
    ("RMSProp", 0.05, 1.7779031e-5), ("Adam", 0.1, 3.7768079e-3),
])  # fmt: skip
def test_a_hundred_steps_in_the_ravine(name: str, lr: float, loss: float) -> None:
    x, y = descended(name, (1, 100), (-4, 2), Dials(lr), 100)
    assert (x * x + 100 * y * y) / 2 == pytest.approx(loss, rel=1e-5)


@pytest.mark.parametrize(("name", "limit"), [("SGD", 2 / 4), ("momentum", 2 * 1.9 / 4), ("Nesterov", 3.8 / 2.8 / 4)])
def test_the_limit_of_the_rate(name: str, limit: float) -> None:
    """2/a for plain descent, 2(1 + β)/a with momentum, 2(1 + β)/(1 + 2β)/a with Nesterov's."""
    inside, outside = (abs(descended(name, (4,), (1,), Dials(limit * by), 2000)[0]) for by in (0.99, 1.01))
    assert inside < 1 < outside


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules_are_those_of_the_runs(name: str) -> None:
    rate = schedule(Record(kind="sgd", lr=1.0, schedule=name), SPAN)  # type: ignore[arg-type]  # one of its literals
    assert [scheduled(name, step + 1) for step in range(SPAN)] == pytest.approx([rate(step).lr for step in range(SPAN)])
    assert scheduled(name, 10 * SPAN) == pytest.approx(scheduled(name, SPAN + 1))
