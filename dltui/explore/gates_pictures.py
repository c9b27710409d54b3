"""The pictures of the gate inspector: meters of one unit at one step, its lines over time, all units over time."""

from __future__ import annotations

import math

import numpy as np

from dltui.explore.gates_cases import Case, sequence, trace_of
from dltui.explore.gates_words import SIGNED
from dltui.explore.numerals import number
from dltui.scene import Heat, Item, Label, Line, Mark, Role, Scene

WIDE = 10
"""Characters of a meter."""
METERS = 5
"""Lines for meters, at least: in fewer a long title would be cut and not broken in two."""
ROWS = 4
"""Lines of a map, at least: in fewer it would lose its title, and two units get two each."""
FULL, EMPTY, MIDDLE = "▇", ".", "|"
WORDS = {
    "i": "input gate i", "f": "forget gate f", "g": "candidate g", "o": "output gate o", "c": "cell c", "h": "state h",
    "r": "reset gate r", "z": "update gate z", "n": "candidate n",
}  # fmt: skip


def meters(case: Case, unit: int, t: int, known: int) -> Scene:
    """One line for each quantity; what is not worked out yet has a question mark."""
    trace, names = trace_of(case), case.quantities
    value, mark = sequence(case)[t]
    items: list[Item] = []
    for row, name in enumerate(names):
        now = float(trace[name][t, unit])
        reach = _reach(case, unit) if name == "c" else 1.0
        done = row < known
        drawn = bar(now, reach, name in SIGNED) if done else EMPTY * WIDE
        text = f"{name}{'=' if name in trace.frozen else ' '}{drawn} {f'{now:6.3f}' if done else '     ?'}"
        role: Role = "accent" if row == known - 1 and known < len(names) else "model" if done else "faint"
        items.append(Label(0.0, float(len(names) - row), text, role))
    before = "c" if case.cell == "lstm" else "h"
    past = number(float(trace[f"{before}_before"][t, unit]), 3)
    read = "" if case.preset == "one cell" else f"x={'×' if mark else ''}{value:g}, "
    title = f"{case.names[unit]}, t={t + 1}: {read}{before}₋={past}"
    high = max(len(names), METERS)
    return Scene((0.0, 1.0), (len(names) - high + 0.5, len(names) + 0.5), tuple(items), title, axes=False, lines=high)


def bar(value: float, reach: float, centred: bool) -> str:
    """From 0 to `reach` as blocks; centred: from -reach over the middle to reach."""
    share = min(max(value / reach, -1.0), 1.0)
    if not centred:
        full = round(max(share, 0.0) * WIDE)
        return FULL * full + EMPTY * (WIDE - full)
    half = WIDE // 2
    full = round(abs(share) * (half - 1))
    rest = EMPTY * (half - 1 - full)
    left, right = (rest + FULL * full, EMPTY * (half - 1)) if share < 0 else (EMPTY * (half - 1), FULL * full + rest)
    return f"{left}{MIDDLE}{right}{EMPTY}"[:WIDE]


def lines(case: Case, unit: int, t: int, known: int) -> Scene:
    """c and h of the unit over time, the values read, marked ones ×; while a step is in the making, only up to it."""
    trace, x = trace_of(case), sequence(case)
    end = case.steps if known == len(case.quantities) else t
    drawn: tuple[tuple[str, Role], ...] = (("c", "model"), ("h", "second"))
    shown = [(name, role, trace[name][:, unit].tolist()) for name, role in drawn if name in trace.values]
    low = math.floor(min(0.0, *(min(values) for *_, values in shown)))
    high = math.ceil(max(1.0, *(max(values) for *_, values in shown)) - 1e-9)
    items: list[Item] = [Line(((t + 1.0, low), (t + 1.0, high)), "faint")]
    if case.preset != "one cell":
        read = enumerate(x.tolist(), 1)
        items += [Mark(float(step), value, "chosen" if mark else "faint") for step, (value, mark) in read]
    for name, role, values in shown:
        if end:
            items.append(Line(tuple((step + 1.0, values[step]) for step in range(end)), role, name=name))
        if t < end:
            items.append(Mark(t + 1.0, values[t], role))
    note = "" if case.preset == "one cell" else "• x, × marked"
    return Scene((0.5, case.steps + 0.5), (low - 0.05, high + 0.05), tuple(items), note, "step")


def strip(case: Case, shown: str, t: int, known: int) -> Scene:
    """One quantity of all units over time, a row a unit."""
    values = trace_of(case)[shown].T.copy()
    if known < len(case.quantities):
        values[:, t:] = 0.0
    gate = shown not in SIGNED
    most = 1.0 if gate else max(1.0, float(np.abs(values).max()))
    count = len(values)
    items: list[Item] = [
        Heat(tuple(tuple(row) for row in values.tolist()), 0.0 if gate else -most, most, "grey" if gate else "signed"),
        Line(((t + 1.0, 0.0), (t + 1.0, float(count))), "chosen", True),
    ]
    title = f"{WORDS[shown]}, time →" if gate else f"{WORDS[shown]} (±{most:.3g}), time →"
    span = (0.5, case.steps + 0.5), (0.0, float(count))
    return Scene(*span, tuple(items), title, axes=False, names=case.names, lines=max(count, ROWS))


def _reach(case: Case, unit: int) -> float:
    """How far the cell goes, a whole number."""
    trace = trace_of(case)
    memory = trace["c" if case.cell == "lstm" else "h"][:, unit]
    return float(max(1, math.ceil(float(np.abs(memory).max()) - 1e-9)))
