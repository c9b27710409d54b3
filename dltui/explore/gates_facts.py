"""The equations of a gated cell with the numbers of the moment."""

from __future__ import annotations

from dltui.explore.explorer import Fact
from dltui.explore.gates_cases import Case, kept, trace_of
from dltui.explore.numerals import factor, many, number, summed, tex
from dltui.explore.recurrent import BENT

UNKNOWN = "?"


def facts(case: Case, unit: int, t: int, known: int) -> list[Fact]:
    """t counts from 0; of the quantities of this step the first `known` have been worked out."""
    names = case.quantities
    found = {name: _fact(case, unit, t, name) for name in names[:known]}
    if known < len(names):
        asked = names[known]
        newest = [found[name] for name in reversed(names[:known])]
        return [Fact(f"{asked} next", UNKNOWN, _asked(case, unit, t, asked)), *newest]
    last = ["c", "h"] if case.cell == "lstm" else ["h"]
    return [*(found[name] for name in last), _kept(case, unit, t), *(found[name] for name in case.gates)]


def _kept(case: Case, unit: int, t: int) -> Fact:
    memory = "c" if case.cell == "lstm" else "h"
    share, steps = kept(case, unit, t)
    return Fact(f"{memory} left at the end", f"{number(share)} of {memory}, after {many(steps, 'more step')}")


def _fact(case: Case, unit: int, t: int, name: str) -> Fact:
    trace = trace_of(case)
    at = {each: float(value[t, unit]) for each, value in trace.values.items() if each not in ("into", "back")}
    value = number(at[name])
    if name in trace.frozen:
        return Fact(name, f"{value}  frozen")
    if name == "c":
        formula = rf"{tex(at['f'])} \cdot {factor(at['c_before'])} + {factor(at['i'])} \cdot {factor(at['g'])}"
        return Fact("c = f·c₋ + i·g", value, formula)
    if name == "h" and case.cell == "lstm":
        return Fact("h = o·tanh c", value, rf"{tex(at['o'])} \cdot \tanh({tex(at['c'])})")
    if name == "h":
        formula = rf"{tex(1 - at['z'])} \cdot {factor(at['n'])} + {factor(at['z'])} \cdot {factor(at['h_before'])}"
        return Fact("h = (1−z)n + z·h₋", value, formula)
    return Fact(name, value, _bent(case, unit, t, name))


def _sum(case: Case, unit: int, t: int, gate: str) -> str:
    """What goes into a gate: weights times inputs, bias, and in one number what comes from all of h."""
    trace = trace_of(case)
    weights = trace.weights
    row = case.gates.index(gate) * weights.units + unit
    inside = gate == "n"  # there r stands before the share of h and its bias
    bias = float(weights.b_in[row]) + (0.0 if inside else float(weights.b_back[row]))
    products = zip(weights.w_in[row].tolist(), trace.x[t].tolist(), strict=True)
    read = summed([(w, x) for w, x in products if w], bias)
    past = float(trace.share("back", gate)[t, unit]) - (0.0 if inside else float(weights.b_back[row]))
    if not inside:
        return f"{read} + {factor(past)}" if weights.w_back.any() else read
    return rf"{read} + {factor(float(trace['r'][t, unit]))} \cdot {factor(past)}"


def _bent(case: Case, unit: int, t: int, gate: str) -> str:
    bend = r"\tanh" if gate in BENT else r"\sigma"
    return f"{bend}({_sum(case, unit, t, gate)})"


def _asked(case: Case, unit: int, t: int, name: str) -> str:
    if name == "c":
        return r"f \cdot c_{-} + i \cdot g"
    if name == "h":
        return r"o \cdot \tanh(c)" if case.cell == "lstm" else r"(1 - z) \cdot n + z \cdot h_{-}"
    return _bent(case, unit, t, name)
