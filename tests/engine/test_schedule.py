from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dltui.engine.schedule import schedule
from dltui.lesson.records import Optimizer


@pytest.mark.parametrize("steps", [2, 7, 10, 40, 600])
def test_one_cycle_is_torchs_step_for_step(steps: int) -> None:
    optimizer = torch.optim.Adam([torch.zeros(1, requires_grad=True)], lr=1.0)
    reference = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.03, total_steps=steps)
    rates = schedule(Optimizer(kind="adam", lr=0.03, schedule="one_cycle"), steps)
    for step in range(steps):
        group = optimizer.param_groups[0]
        assert rates(step) == pytest.approx((group["lr"], group["betas"][0]), rel=1e-9)
        optimizer.step()
        if step < steps - 1:
            reference.step()


@given(st.integers(1, 300))
def test_one_cycle_of_any_length_stays_within_its_peak(steps: int) -> None:
    rates = schedule(Optimizer(kind="adam", lr=2.0, schedule="one_cycle"), steps)
    values = [rates(step) for step in range(steps)]
    assert all(0 < rate.lr <= 2.0 + 1e-12 and 0.85 - 1e-12 <= rate.momentum <= 0.95 + 1e-12 for rate in values)
    if steps >= 20:
        assert max(rate.lr for rate in values) > 1.9
        assert values[-1].lr == pytest.approx(2.0 / 25 / 1e4)


def test_one_cycle_adds_no_momentum_where_the_lesson_has_none() -> None:
    rates = schedule(Optimizer(kind="sgd", lr=1.0, schedule="one_cycle"), 10)
    assert {rates(step).momentum for step in range(10)} == {0.0}
    assert schedule(Optimizer(kind="sgd", lr=1.0, momentum=0.5, schedule="one_cycle"), 10)(0).momentum == 0.95


def test_one_cycle_leaves_a_momentum_alone_that_is_not_to_be_cycled() -> None:
    still = Optimizer(kind="adam", lr=1.0, betas=[0.7, 0.9], schedule="one_cycle", cycle_momentum=False)
    rates, usual = schedule(still, 10), schedule(Optimizer(kind="adam", lr=1.0, schedule="one_cycle"), 10)
    assert {rates(step).momentum for step in range(10)} == {0.7}
    assert [rates(step).lr for step in range(10)] == [usual(step).lr for step in range(10)]


def test_inverse_divides_by_the_number_of_the_step() -> None:
    rates = schedule(Optimizer(kind="sgd", lr=6.0, schedule="inverse"), 3)
    assert [rates(step).lr for step in range(3)] == [6.0, 3.0, 2.0]


def test_constant_is_constant_and_passes_the_momentum_on() -> None:
    assert schedule(Optimizer(kind="sgd", lr=0.5, momentum=0.9), 9)(7) == (0.5, 0.9)
    assert schedule(Optimizer(kind="adamw", lr=0.5, betas=[0.7, 0.8]), 9)(7) == (0.5, 0.7)
