"""How far gradients reach: lengths against PyTorch, the numbers of the lessons, bad settings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dltui.explore.explorer import SettingError
from dltui.explore.recall import CELLS, UNITS, Recall, path
from dltui.explore.recurrent import Cell, drawn


@pytest.mark.parametrize("cell", CELLS)
@given(steps=st.integers(5, 20), scale=st.floats(0.25, 4), forget=st.floats(0, 6), seed=st.integers(0, 99))
@settings(max_examples=8, deadline=None)
def test_lengths_are_those_of_pytorch(cell: Cell, steps: int, scale: float, forget: float, seed: int) -> None:
    dice = np.random.RandomState(seed)
    x, v = torch.tensor(0.1 * dice.normal(size=(steps, 1))), torch.tensor(dice.normal(size=UNITS))
    weights = drawn(cell, 1, UNITS, dice)
    kinds = {"rnn": torch.nn.RNNCell, "gru": torch.nn.GRUCell, "lstm": torch.nn.LSTMCell}
    layer = kinds[cell](1, UNITS).double()
    given_values = (weights.w_in, scale * weights.w_back, weights.b_in, weights.b_back)
    for parameter, value in zip(layer.parameters(), given_values, strict=True):
        parameter.data = torch.tensor(value)
    if cell == "lstm":
        layer.bias_ih.data[UNITS : 2 * UNITS], layer.bias_hh.data[UNITS : 2 * UNITS] = forget, 0.0
    states, state = [], None
    for row in x:
        state = layer(row[None], state)
        states.append(state[0] if cell == "lstm" else state)
    loss = (states[-1] @ (v / v.norm())).sum()
    *by_h, by_w = torch.autograd.grad(loss, [*states, layer.weight_hh])
    found = path(cell, steps, scale, forget, seed)
    assert found.lengths == pytest.approx([float(each.norm()) for each in by_h], rel=1e-6, abs=1e-12)
    assert found.by_weights == pytest.approx(float(by_w.norm()), rel=1e-6)


def median(cell: Cell, forget: float = 0.0) -> float:
    return float(np.median([path(cell, 60, 1.0, forget, seed).ratio for seed in range(10)]))


def test_what_the_lessons_say_about_sixty_steps() -> None:
    assert 1e-18 < median("rnn") < 1e-12
    assert 1e-14 < median("lstm") < 1e-10 and 1e-14 < median("gru") < 1e-10
    assert 1e-7 < median("lstm", 1.0) < 1e-4
    assert median("lstm", 3.0) > 0.01


def test_clipping_shortens_the_gradient_and_says_by_how_much() -> None:
    wild = Recall.start({"cells": ["rnn"], "scale": 3})
    length = path("rnn", 60, 3.0, 0.0, 0).by_weights
    assert wild.facts()[-1].value == f"length {length:.4g}" and length > 100
    clipped = wild.changed("clip", "1").facts()[-1]
    assert "→ 1" in clipped.value and f"{1 / length:.4g}"[:5] in clipped.tex
    calm = Recall.start({"cells": ["rnn"], "clip": "5"})
    assert "→" not in calm.facts()[-1].value


def test_it_says_what_becomes_of_each_gradient() -> None:
    assert "RNN vanishes" in Recall.start({}).said()
    assert "LSTM arrives" in Recall.start({"forget": 3}).said()


@pytest.mark.parametrize(("given_settings", "message"), [
    ({"steps": 0}, "steps lies between 5 and 100"), ({"scale": 1e9}, "between 0.25 and 4"),
    ({"cells": ["lsmt"]}, "did you mean 'lstm'"), ({"clip": -1}, "no clip '-1'"),
])  # fmt: skip
def test_settings_that_make_no_sense_are_explained(given_settings: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        Recall.start(given_settings)
