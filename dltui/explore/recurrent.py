"""Recurrent cells in the open: everything they compute along one sequence, and the way of the gradient back.

Weights lie in rows as in PyTorch: i, f, g, o for an LSTM, r, z, n for a GRU (Hochreiter and Schmidhuber 1997, with the
forget gate of Gers, Schmidhuber and Cummins 2000; Cho et al. 2014).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Cell = Literal["rnn", "gru", "lstm"]
GATES: Mapping[Cell, tuple[str, ...]] = {"rnn": ("a",), "gru": ("r", "z", "n"), "lstm": ("i", "f", "g", "o")}
"""In the order of the rows; `a` is what a plain cell bends by tanh."""
BENT = "agn"
"""Those that go through tanh; the others are gates and go through σ."""


@dataclass(frozen=True, eq=False)
class Weights:
    """For n units, k inputs and G gates: w_in (G·n, k), w_back (G·n, n), biases (G·n,)."""

    cell: Cell
    w_in: Array
    w_back: Array
    b_in: Array
    b_back: Array

    @property
    def units(self) -> int:
        return int(self.w_back.shape[1])

    def shifted(self, gate: str, amount: float) -> Weights:
        """With the biases of one gate moved."""
        b_in, place = self.b_in.copy(), GATES[self.cell].index(gate)
        b_in[place * self.units : (place + 1) * self.units] += amount
        return replace(self, b_in=b_in)


@dataclass(frozen=True, eq=False)
class Trace:
    """Each quantity at every step, (steps, units): the gates, `c`, `h`, and before them `into`, `back` (steps, G·n):
    the shares of the input and of the state before, biases included. `c_before` and `h_before` are a step behind."""

    weights: Weights
    x: Array
    values: Mapping[str, Array]
    frozen: Mapping[str, float]

    def __getitem__(self, name: str) -> Array:
        return self.values[name]

    def share(self, name: str, gate: str) -> Array:
        """`into` or `back` of one gate, (steps, units)."""
        n, place = self.weights.units, GATES[self.weights.cell].index(gate)
        return self.values[name][:, place * n : (place + 1) * n]


def sigmoid(z: Array) -> Array:
    """1 / (1 + e⁻ᶻ) without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * z)))


def drawn(cell: Cell, inputs: int, units: int, dice: np.random.RandomState) -> Weights:
    """As PyTorch draws them: uniform within 1/√units."""
    rows, most = len(GATES[cell]) * units, units**-0.5
    w_in, w_back = (dice.uniform(-most, most, (rows, size)) for size in (inputs, units))
    b_in, b_back = (dice.uniform(-most, most, rows) for _ in range(2))
    return Weights(cell, w_in, w_back, b_in, b_back)


def run(weights: Weights, x: Array, frozen: Mapping[str, float] | None = None, c0: float = 0.0) -> Trace:
    """x (steps, inputs) -> all that the cell computes; a frozen gate has its value in all units at all steps."""
    held = dict(frozen or {})
    h, c = np.zeros(weights.units), np.full(weights.units, c0)
    found: dict[str, list[Array]] = {}
    for row in x:
        into, back = weights.w_in @ row + weights.b_in, weights.w_back @ h + weights.b_back
        now = _step(weights, into, back, h, c, held)
        for name, value in {**now, "into": into, "back": back, "h_before": h, "c_before": c}.items():
            found.setdefault(name, []).append(value)
        h, c = now["h"], now.get("c", c)
    return Trace(weights, x, {name: np.array(steps) for name, steps in found.items()}, held)


def _step(
    weights: Weights, into: Array, back: Array, h: Array, c: Array, held: Mapping[str, float]
) -> dict[str, Array]:
    names = GATES[weights.cell]
    parts = dict(zip(names, zip(np.split(into, len(names)), np.split(back, len(names)), strict=True), strict=True))
    now: dict[str, Array] = {}
    for name, (one, other) in parts.items():
        z = one + now["r"] * other if name == "n" else one + other
        bent = np.tanh(z) if name in BENT else sigmoid(z)
        now[name] = np.full_like(z, held[name]) if name in held else bent
    if weights.cell == "lstm":
        now["c"] = now["f"] * c + now["i"] * now["g"]
        now["h"] = now["o"] * np.tanh(now["c"])
    elif weights.cell == "gru":
        now["h"] = (1 - now["z"]) * now["n"] + now["z"] * h
    else:
        now["h"] = now["a"]
    return now


@dataclass(frozen=True, eq=False)
class Slopes:
    """Of L = v·h at the last step: by h at each step (steps, units), by each x (steps, inputs), by w_back (G·n, n)."""

    h: Array
    x: Array
    w_back: Array


def backward(trace: Trace, v: Array) -> Slopes:
    """Backpropagation through time."""
    weights, steps = trace.weights, len(trace.x)
    by_h, by_x = np.zeros_like(trace["h"]), np.zeros_like(trace.x)
    by_w = np.zeros_like(weights.w_back)
    dh, dc = v.astype(float), np.zeros(weights.units)
    for t in reversed(range(steps)):
        by_h[t] = dh
        into, back, dh, dc = _back(trace, t, dh, dc)
        by_x[t] = into @ weights.w_in
        by_w += np.outer(back, trace["h_before"][t])
        dh = dh + back @ weights.w_back
    return Slopes(by_h, by_x, by_w)


def _back(trace: Trace, t: int, dh: Array, dc: Array) -> tuple[Array, Array, Array, Array]:
    """Slopes by `into` and `back` of step t, and those that go back to h and c without a weight."""
    at = {name: value[t] for name, value in trace.values.items()}
    cell, nothing = trace.weights.cell, np.zeros_like(dh)
    if cell == "lstm":
        bent = np.tanh(at["c"])
        dc = dc + dh * at["o"] * (1 - bent**2)
        by = {"i": dc * at["g"], "f": dc * at["c_before"], "g": dc * at["i"], "o": dh * bent}
        dh, dc = nothing, dc * at["f"]
    elif cell == "gru":
        by_n = _through(trace, at, "n", dh * (1 - at["z"]))
        by = {"r": by_n * trace.share("back", "n")[t], "z": dh * (at["h_before"] - at["n"]), "n": dh * (1 - at["z"])}
        dh = dh * at["z"]
    else:
        by, dh = {"a": dh}, nothing
    into = {name: _through(trace, at, name, slope) for name, slope in by.items()}
    back = {name: slope * at["r"] if name == "n" else slope for name, slope in into.items()}
    return np.concatenate(list(into.values())), np.concatenate(list(back.values())), dh, dc


def _through(trace: Trace, at: Mapping[str, Array], name: str, slope: Array) -> Array:
    """Through the bend of one gate; nothing goes through a frozen one."""
    if name in trace.frozen:
        return np.zeros_like(slope)
    y = at[name]
    return slope * (1 - y**2 if name in BENT else y * (1 - y))
