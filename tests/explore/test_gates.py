"""The gate inspector: the numbers of the lessons, what freezing and moving do, bad settings."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dltui.explore.explorer import SettingError
from dltui.explore.gates import Gates
from dltui.explore.gates_cases import Case, sequence, trace_of
from dltui.explore.gates_pictures import WIDE, bar
from dltui.explore.recurrent import Cell
from dltui.scene import Heat, Label, Line


def facts(explorer: Gates) -> dict[str, str]:
    return {fact.label: fact.value for fact in explorer.facts()}


def test_one_step_by_hand() -> None:
    explorer = Gates.start({"weights": "one cell", "known": 0})
    assert facts(explorer) == {"i next": "?"}
    for value in ("i = 0.5", "f = 0.8808", "g = 0.7616", "o = 0.5", "c = 0.8212"):
        explorer = explorer.acted("micro")
        assert value in explorer.said()
    explorer = explorer.acted("micro")
    sigma = 1 / (1 + math.exp(-2))
    c = sigma * 0.5 + 0.5 * math.tanh(1)
    assert facts(explorer)["c = f·c₋ + i·g"] == f"{c:.4g}" == "0.8212"
    assert facts(explorer)["h = o·tanh c"] == f"{0.5 * math.tanh(c):.4g}" == "0.3379"
    assert explorer.acted("micro").t == 1


@pytest.mark.parametrize("seed", range(30))
def test_units_set_by_hand_do_their_jobs(seed: int) -> None:
    case = Case(seed=seed)
    x, c = sequence(case), trace_of(case)["c"]
    marked = np.tanh(x[x[:, 1] == 1, 0])
    adder, latch, tally, _ = c[-1]
    assert len(marked) == 2 and x[0, 1] == 0 and not x[-3:, 1].any()
    assert adder == pytest.approx(marked.sum(), abs=0.08)
    assert latch == pytest.approx(marked[1], abs=0.05)
    assert tally == pytest.approx(2, abs=0.1)
    gru = trace_of(Case("gru", seed=seed))["h"]
    assert gru[-1, 0] == pytest.approx(marked[1], abs=0.05)


LAYERS: tuple[tuple[Cell, type[torch.nn.RNNBase]], ...] = (("lstm", torch.nn.LSTM), ("gru", torch.nn.GRU))
SHIFTS = st.tuples(*[st.floats(-10, 10)] * 4)


@given(seed=st.integers(0, 99), shifts=SHIFTS, preset=st.sampled_from(("by hand", "drawn")))
@settings(max_examples=40, deadline=None)
def test_every_number_is_that_of_pytorch(seed: int, shifts: tuple[float, ...], preset: str) -> None:
    for cell, kind in LAYERS:
        trace = trace_of(Case(cell, preset, seed, shifts))
        weights = trace.weights
        layer = kind(2, weights.units).double()
        given_values = (weights.w_in, weights.w_back, weights.b_in, weights.b_back)
        for parameter, value in zip(layer.parameters(), given_values, strict=True):
            parameter.data = torch.tensor(value)
        states, _ = layer(torch.tensor(trace.x))
        assert trace["h"] == pytest.approx(states.detach().numpy(), abs=1e-6)


def test_freezing_goes_round_and_says_what_it_changes() -> None:
    explorer = Gates.start({}).acted("end")
    labels = [{action.name: action.label for action in state.actions()}["freeze_f"] for state in (
        explorer, explorer.acted("freeze_f"), explorer.acted("freeze_f").acted("freeze_f"))]
    assert labels == ["f = 0", "f = 1", "free f"]
    shut = explorer.acted("freeze_f")
    assert "of adder at the end" in shut.said() and facts(shut)["f"] == "0  frozen"
    again = shut.acted("freeze_f").acted("freeze_f")
    assert again.case == explorer.case
    hidden = explorer.acted("freeze_o")
    assert "stays" in hidden.said() and "h goes" in hidden.said()  # a shut output gate hides c, and c stays


def test_a_bias_moves_everything_after_it() -> None:
    explorer = Gates.start({"unit": "fader"}).acted("end")
    kept = explorer.changed("t", 10)
    assert facts(kept)["c left at the end"].startswith("0.01562")  # a half, six times
    opened = kept.changed("b_f", 1)
    assert facts(opened)["c left at the end"].startswith(f"{(1 / (1 + math.exp(-1))) ** 6:.4g}")
    assert "Bias of f moved by +1" in opened.said()


def test_what_is_not_worked_out_is_not_shown() -> None:
    explorer = Gates.start({"t": 5, "known": 2})
    texts = [item.text for item in explorer.scenes()[0].items if isinstance(item, Label)]
    assert [text.endswith("?") for text in texts] == [False, False, True, True, True, True]
    (curve, _) = [item for item in explorer.scenes()[1].items if isinstance(item, Line) and item.name]
    assert len(curve.points) == 4
    heat = next(item for item in explorer.scenes()[2].items if isinstance(item, Heat))
    assert not any(row[4:] != (0.0,) * 12 for row in heat.rows)


@given(st.floats(-3, 3), st.floats(0.5, 5), st.booleans())
def test_meters_keep_their_width(value: float, reach: float, centred: bool) -> None:
    assert len(bar(value, reach, centred)) == WIDE
    assert ("▇" in bar(value, reach, centred)) <= (value != 0)


def test_meters() -> None:
    assert bar(0.5, 1, False) == "▇▇▇▇▇....."
    assert bar(1, 1, True) == "....|▇▇▇▇."
    assert bar(-1, 1, True) == "▇▇▇▇|....."


@pytest.mark.parametrize(("given_settings", "message"), [
    ({"cell": "lsmt"}, "did you mean 'lstm'"),
    ({"unit": "addr"}, "did you mean 'adder'"),
    ({"t": 17}, "t lies between 1 and 16"),
    ({"frozen": [["q", 1]]}, "no frozen 'q'"),
    ({"frozen": [["f", 2]]}, "between 0 and 1"),
    ({"frozen": ["f"]}, r"frozen\[0\] is a list"),
    ({"shifts": [["f", 11]]}, "between -10 and 10"),
    ({"cell": "gru", "map": "c"}, "no map 'c'"),
])  # fmt: skip
def test_settings_that_make_no_sense_are_explained(given_settings: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        Gates.start(given_settings)
