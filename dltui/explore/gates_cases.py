"""What the gate inspector looks at: cells set by hand, each with one job, drawn ones, and the sequences they read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np

from dltui.explore.recurrent import GATES, Array, Cell, Trace, Weights, drawn, run

PRESETS = ("by hand", "drawn", "one cell")
STEPS = 16
ONE_CELL = 12
"""Steps of the single cell, without inputs."""
START = 0.5
"""c before the first step of the single cell."""
DRAWN = 4
SURE = 6.0
"""A bias that opens a gate to σ(6) = 0.9975."""
READS = (0.0, 2 * SURE, -SURE)
"""Weight of the value, weight of the mark, bias: σ(-6) without a mark, σ(+6) with one."""
UNITS: Mapping[Cell, Mapping[str, tuple[tuple[float, float, float], ...]]] = MappingProxyType({
    "lstm": {
        "adder": (READS, (0, 0, SURE), (1, 0, 0), (0, 0, SURE)),
        "latch": (READS, (0, -2 * SURE, SURE), (1, 0, 0), (0, 0, SURE)),
        "tally": (READS, (0, 0, SURE), (0, 0, 3), (0, 0, SURE)),
        "fader": ((0, 0, 0), (0, 0, 0), (1, 0, 0), (0, 0, 0)),
    },
    "gru": {
        "latch": ((0, 0, 0), (0, -2 * SURE, SURE), (1, 0, 0)),
        "fader": ((0, 0, 0), (0, 0, 0), (1, 0, 0)),
    },
})  # fmt: skip
"""For each unit, for each gate in the order of the rows: READS-like numbers. None of them looks at h."""


@dataclass(frozen=True)
class Case:
    """Everything that a trace depends on."""

    cell: Cell = "lstm"
    preset: str = "by hand"
    seed: int = 0
    shifts: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0)
    """Added to the biases of each gate."""
    frozen: tuple[tuple[str, float], ...] = ()

    @property
    def gates(self) -> tuple[str, ...]:
        return GATES[self.cell]

    @property
    def names(self) -> tuple[str, ...]:
        """What the units are called."""
        if self.preset == "by hand":
            return tuple(UNITS[self.cell])
        return ("unit",) if self.preset == "one cell" else tuple(f"unit {unit}" for unit in range(DRAWN))

    @property
    def quantities(self) -> tuple[str, ...]:
        """In the order in which they are worked out."""
        return (*self.gates, "c", "h") if self.cell == "lstm" else (*self.gates, "h")

    @property
    def steps(self) -> int:
        return ONE_CELL if self.preset == "one cell" else STEPS


@cache
def trace_of(case: Case) -> Trace:
    weights = _weights(case)
    for gate, shift in zip(case.gates, case.shifts, strict=False):  # a GRU has one gate less
        weights = weights.shifted(gate, shift)
    start = START if case.preset == "one cell" else 0.0
    return run(weights, sequence(case), dict(case.frozen), start)


def kept(case: Case, unit: int, t: int) -> tuple[float, int]:
    """The product of the forget (update) gates after step t, counted from 0, and the number of these steps."""
    later = trace_of(case)["f" if case.cell == "lstm" else "z"][t + 1 :, unit]
    return float(np.prod(later)), len(later)


@cache
def sequence(case: Case) -> Array:
    """(steps, 2): a value from 0 to 1 with two decimals, and a mark of 1 at two steps, one in each half."""
    x = np.zeros((case.steps, 2))
    if case.preset != "one cell":
        dice = np.random.RandomState(case.seed)
        half = case.steps // 2
        x[:, 0] = np.round(dice.uniform(0.05, 0.95, case.steps), 2)
        # never the first and never the last steps, so that there is a before and an after
        x[[dice.randint(1, half), dice.randint(half, case.steps - 3)], 1] = 1
    return x


def _weights(case: Case) -> Weights:
    if case.preset == "drawn":
        return drawn(case.cell, 2, DRAWN, np.random.RandomState(case.seed))
    if case.preset == "one cell":
        return _by_hand(case.cell, [tuple((0.0, 0.0, bias) for bias in (0, 2, 1, 0))[: len(case.gates)]])
    return _by_hand(case.cell, list(UNITS[case.cell].values()))


def _by_hand(cell: Cell, units: list[tuple[tuple[float, float, float], ...]]) -> Weights:
    # (units, gates, 3) -> rows gate by gate, as PyTorch has them
    rows = np.array(units, dtype=float).transpose(1, 0, 2).reshape(-1, 3)
    n = len(units)
    return Weights(cell, rows[:, :2], np.zeros((len(rows), n)), rows[:, 2], np.zeros(len(rows)))
