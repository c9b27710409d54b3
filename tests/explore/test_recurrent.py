"""Recurrent cells, forward and backward, against PyTorch over random shapes, weights and biases."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dltui.explore.recurrent import GATES, Cell, Trace, Weights, backward, drawn, run

LAYERS = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}
CELLS: tuple[Cell, ...] = ("rnn", "gru", "lstm")
shapes = st.tuples(st.integers(1, 4), st.integers(1, 5), st.integers(1, 7), st.integers(0, 10_000))


def layer_of(weights: Weights) -> torch.nn.RNNBase:
    layer = LAYERS[weights.cell](weights.w_in.shape[1], weights.units).double()
    for parameter, value in zip(layer.parameters(), (weights.w_in, weights.w_back, weights.b_in, weights.b_back),
                                strict=True):
        parameter.data = torch.tensor(value)
    return layer


def made(cell: Cell, sizes: tuple[int, int, int, int], spread: float) -> tuple[Weights, Trace, np.ndarray]:
    inputs, units, steps, seed = sizes
    dice = np.random.RandomState(seed)
    weights = drawn(cell, inputs, units, dice)
    weights = Weights(cell, spread * weights.w_in, spread * weights.w_back, weights.b_in, weights.b_back)
    weights = weights.shifted(GATES[cell][seed % len(GATES[cell])], spread)
    return weights, run(weights, dice.normal(size=(steps, inputs))), dice.normal(size=units)


@pytest.mark.parametrize("cell", CELLS)
@given(sizes=shapes, spread=st.floats(0.1, 4))
@settings(max_examples=40, deadline=None)
def test_the_way_there_and_back_is_that_of_pytorch(
    cell: Cell, sizes: tuple[int, int, int, int], spread: float
) -> None:
    weights, trace, v = made(cell, sizes, spread)
    layer = layer_of(weights)
    x = torch.tensor(trace.x).requires_grad_()
    outputs, _ = layer(x)
    assert trace["h"] == pytest.approx(outputs.detach().numpy(), abs=1e-6)
    slopes = backward(trace, v)
    by_x, by_w = torch.autograd.grad(outputs[-1] @ torch.tensor(v), [x, layer.weight_hh_l0])
    assert slopes.x == pytest.approx(by_x.numpy(), abs=1e-6)
    assert slopes.w_back == pytest.approx(by_w.numpy(), abs=1e-6)
    assert slopes.h[-1] == pytest.approx(v)


@pytest.mark.parametrize("cell", CELLS)
@given(sizes=shapes, data=st.data())
@settings(max_examples=40, deadline=None)
def test_with_frozen_gates_the_slopes_are_those_of_differences(
    cell: Cell, sizes: tuple[int, int, int, int], data: st.DataObject
) -> None:
    weights, trace, v = made(cell, sizes, 1.0)
    names = data.draw(st.sets(st.sampled_from(GATES[cell])))
    held = {name: data.draw(st.sampled_from((0.0, 1.0))) for name in names}
    slopes = backward(run(weights, trace.x, held, c0=0.3), v).x
    for place in np.ndindex(*trace.x.shape):
        ends = []
        for h in (1e-5, -1e-5):
            moved = trace.x.copy()
            moved[place] += h
            ends.append(float(run(weights, moved, held, c0=0.3)["h"][-1] @ v))
        assert slopes[place] == pytest.approx((ends[0] - ends[1]) / 2e-5, abs=1e-6)


def test_frozen_gates_hold_their_value_everywhere() -> None:
    weights, trace, _ = made("lstm", (2, 3, 5, 0), 1.0)
    closed = run(weights, trace.x, {"i": 0.0, "f": 1.0}, c0=0.7)
    assert np.all(closed["i"] == 0) and np.all(closed["f"] == 1)
    assert np.all(closed["c"] == 0.7), "nothing is written and nothing forgotten"


def test_the_parts_of_a_gate_add_up_to_what_goes_into_it() -> None:
    _, trace, _ = made("lstm", (2, 3, 5, 1), 1.0)
    for gate in GATES["lstm"]:
        z = trace.share("into", gate) + trace.share("back", gate)
        bent = np.tanh(z) if gate == "g" else 1 / (1 + np.exp(-z))
        assert trace[gate] == pytest.approx(bent)
