"""Held against `torch.optim`, which does the same arithmetic in another order: the last bits may differ."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from dltui.engine.flat import flatten
from dltui.engine.optimizer import make
from dltui.engine.schedule import Rate, schedule
from dltui.lesson.records import Optimizer

STEPS = 30


def net() -> nn.Sequential:
    torch.manual_seed(1)
    return nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 2))


@pytest.mark.parametrize(
    ("fields", "theirs", "settings"),
    [
        ({"kind": "sgd", "lr": 0.1}, torch.optim.SGD, {"lr": 0.1}),
        ({"kind": "sgd", "lr": 0.1, "momentum": 0.9, "weight_decay": 0.01}, torch.optim.SGD,
         {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.01}),
        ({"kind": "adam", "lr": 0.01, "betas": [0.7, 0.9], "weight_decay": 0.1}, torch.optim.Adam,
         {"lr": 0.01, "betas": (0.7, 0.9), "weight_decay": 0.1}),
        ({"kind": "adamw", "lr": 0.01, "weight_decay": 0.1}, torch.optim.AdamW, {"lr": 0.01, "weight_decay": 0.1}),
        ({"kind": "rmsprop", "lr": 0.01}, torch.optim.RMSprop, {"lr": 0.01}),
        ({"kind": "rmsprop", "lr": 0.01, "momentum": 0.5, "weight_decay": 0.1}, torch.optim.RMSprop,
         {"lr": 0.01, "momentum": 0.5, "weight_decay": 0.1}),
        ({"kind": "sgd", "lr": 0.1, "momentum": 0.9, "nesterov": True}, torch.optim.SGD,
         {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
        ({"kind": "adagrad", "lr": 0.1, "weight_decay": 0.1}, torch.optim.Adagrad, {"lr": 0.1, "weight_decay": 0.1}),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) and "kind" in value else "",
)  # fmt: skip
def test_the_arithmetic_is_that_of_torch(fields: dict[str, Any], theirs: Any, settings: dict[str, Any]) -> None:
    x, y = torch.randn(16, 3, generator=torch.Generator().manual_seed(0)), torch.zeros(16, 2)
    reference, mine = net(), net()
    optimizer = theirs(reference.parameters(), **settings)
    record = Optimizer(**fields)
    flat = flatten(mine)
    update, rates = make(record, flat), schedule(record, STEPS)
    for step in range(STEPS):
        optimizer.zero_grad()
        (reference(x) - y).square().mean().backward()
        optimizer.step()
        (mine(x) - y).square().mean().backward()
        update.step(rates(step))
        flat.grads.zero_()
    assert not torch.allclose(next(net().parameters()), next(mine.parameters()), atol=1e-3), "it moved"
    for expected, found in zip(reference.parameters(), mine.parameters(), strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("kind", ["sgd", "adam", "rmsprop"])
def test_the_gaps_between_parameters_stay_zero(kind: Any) -> None:
    mine = net()
    flat = flatten(mine)
    update = make(Optimizer(kind=kind, lr=0.1, momentum=0.9, weight_decay=0.1), flat)
    for _ in range(3):
        mine(torch.ones(2, 3)).sum().backward()
        update.step(schedule(Optimizer(kind=kind, lr=0.1, momentum=0.9), 3)(0))
    used = torch.zeros_like(flat.values, dtype=torch.bool)
    for view in flat.named(used).values():
        view.fill_(True)
    assert not flat.values[~used].any()


def test_plain_sgd_keeps_no_state_and_the_others_name_theirs() -> None:
    flat = flatten(net())
    assert set(make(Optimizer(kind="sgd", lr=1), flat).state) == set()
    assert set(make(Optimizer(kind="sgd", lr=1, momentum=0.5), flat).state) == {"velocity"}
    assert set(make(Optimizer(kind="adam", lr=1), flat).state) == {"count", "mean", "square"}
    assert set(make(Optimizer(kind="rmsprop", lr=1, momentum=0.5), flat).state) == {"square", "velocity"}


@pytest.mark.parametrize("limit", [0.05, 1e3])
def test_a_gradient_that_is_too_long_is_shortened(limit: float) -> None:
    x = torch.randn(16, 3, generator=torch.Generator().manual_seed(0))
    reference, mine = net(), net()
    flat = flatten(mine)
    update = make(Optimizer(kind="sgd", lr=0.1, clip=limit), flat)
    optimizer = torch.optim.SGD(reference.parameters(), 0.1)
    for _ in range(5):
        reference(x).square().mean().backward()
        torch.nn.utils.clip_grad_norm_(reference.parameters(), limit)
        optimizer.step()
        optimizer.zero_grad()
        mine(x).square().mean().backward()
        update.step(Rate(0.1, 0.0))
        flat.grads.zero_()
    for expected, found in zip(reference.parameters(), mine.parameters(), strict=True):
        torch.testing.assert_close(found, expected)
