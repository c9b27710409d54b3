"""What the gate inspector says about what just happened."""

from __future__ import annotations

import numpy as np

from dltui.explore.gates_cases import Case, kept, sequence, trace_of
from dltui.explore.numerals import number

JOBS = {
    "adder": "This unit adds up the marked values, each bent by tanh: it writes at a mark, and never forgets.",
    "latch": "This unit keeps the last marked value: where a mark is, it forgets the old one and writes the new one.",
    "tally": "This unit counts marks: its candidate is always near 1.",
    "fader": "All biases are 0, so every gate stands half open: old values fade, half of them at every step.",
}
MAPS = {
    "i": "light: written", "f": "light: kept, dark: erased", "g": "what would be written", "o": "light: shown outside",
    "c": "the memory", "h": "what the rest of the network sees", "r": "dark: the past is left out of the candidate",
    "z": "light: kept, dark: overwritten", "n": "what would be written",
}  # fmt: skip
SIGNED = "gcnh"
"""What can be negative: meters start in the middle, maps have two colours."""
MEANING = {
    "i": "the share of the candidate that is written", "f": "the share of the old c that is kept",
    "g": "what would be written", "o": "the share of tanh c that is shown", "c": "the new memory", "h": "the new state",
    "r": "the share of the old h that the candidate looks at", "z": "the share of the old h that is kept",
    "n": "what would be written",
}  # fmt: skip
FADER = "All gates stand half open: half of the old state stays, half is overwritten, at every step."


def opening(case: Case, unit: int, known: int) -> str:
    if case.preset == "one cell":
        start = "One unit, no input, c was 0.5. The biases alone decide"
        return f"{start}: work out i first." if known < len(case.quantities) else f"{start}."
    return f"{_job(case, unit)} {_fed(case)}"


def unit(case: Case, place: int) -> str:
    return _job(case, place) or "There is only one unit here."


def mapped(name: str) -> str:
    sign = "; red or + above 0, blue or - below" if name in SIGNED else ""
    return f"The map shows {name} of all units over time: {MAPS[name]}{sign}."


def walked(case: Case, place: int, t: int, known: int) -> str:
    """What the step did, or the quantity that was just worked out."""
    trace, names = trace_of(case), case.quantities
    at = {name: float(trace[name][t, place]) for name in names}
    if known < len(names):
        name = names[known - 1]
        done = f"Step {t + 1}: {name} = {number(at[name])}, {MEANING[name]}." if known else f"Step {t + 1}."
        return f"{done} Next: {names[known]}."
    memory = "c" if case.cell == "lstm" else "h"
    before = float(trace[f"{memory}_before"][t, place])
    moved = f"Step {t + 1}: {memory} {number(before, 3)} → {number(at[memory], 3)}"
    if case.cell == "lstm":
        return f"{moved}: kept {number(at['f'] * before, 3)}, wrote {number(at['i'] * at['g'], 3)}."
    return f"{moved}: kept {number(at['z'] * before, 3)}, wrote {number((1 - at['z']) * at['n'], 3)}."


def frozen(gate: str, value: float | None) -> str:
    if value is None:
        return f"{gate} is free again"
    return f"{gate} is frozen at {value:g} in all units at all steps"


def recomputed(before: Case, after: Case, place: int, t: int, what: str) -> str:
    """The end of the sequence, before and after, and how much of step t is left there."""
    memory = "c" if after.cell == "lstm" else "h"
    old, new = (float(trace_of(case)[memory][-1, place]) for case in (before, after))
    name = after.names[place]
    if abs(old - new) < 5e-4:
        seen = [float(trace_of(case)["h"][-1, place]) for case in (before, after)]
        if abs(seen[0] - seen[1]) >= 5e-4:
            told = f"{memory} at the end stays {number(new, 3)}, but h goes {number(seen[0], 3)} → {number(seen[1], 3)}"
            return f"{what}: of {name}, {told}."
        return f"{what}: {memory} of {name} at the end stays {number(new, 3)}."
    told = f"{what}: {memory} of {name} at the end {number(old, 3)} → {number(new, 3)}."
    if t + 1 == after.steps:
        return told
    share = number(kept(after, place, t)[0], 3)
    return f"{told} Of {memory} at step {t + 1}, {share} is left."


def _job(case: Case, place: int) -> str:
    if case.preset != "by hand":
        return "Weights as PyTorch draws them: no unit has a job yet." if case.preset == "drawn" else ""
    return FADER if case.cell == "gru" and case.names[place] == "fader" else JOBS[case.names[place]]


def _fed(case: Case) -> str:
    x = sequence(case)
    marked = x[x[:, 1] == 1, 0]
    places = " and ".join(str(step + 1) for step in np.flatnonzero(x[:, 1]).tolist())
    return f"Marked are steps {places}, with the values {' and '.join(f'{value:g}' for value in marked.tolist())}."
