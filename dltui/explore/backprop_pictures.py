"""The pictures of backpropagation: the net, numbers on every edge; E over the updates; the error of differences."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from dltui.explore.backprop_check import LARGEST, SMALLEST, Check, Sweep
from dltui.explore.backprop_net import Array, Edge, Net, Passes, Precision, Unit
from dltui.explore.backprop_tape import Tape
from dltui.scene import Arrow, Item, Label, Line, Mark, Pair, Role, Scene

LEFT, RIGHT = 0.34, 0.98
"""Where an edge leaves the column of its source and where it reaches that of its target, as shares of the gap."""
ALONG = 0.27
"""How far along an edge its number stands, so that edges which cross keep theirs apart."""
TIP = 0.65
"""How near to its source an arrow backwards comes, which has two numbers in its way."""
LINE = 0.2
"""Between the lines of a unit: its name, its value, its δ."""
BESIDE = 0.2
"""From the name of a unit to a δ in the same line."""
FLOOR, TOP = -14.0, 1.0
"""log₁₀ of the errors that are shown."""
WRONG = 0.3
"""A relative error from which on at the largest step no law of differences is the reason."""


def diagram(net: Net, tape: Tape, found: Passes, edge: Edge) -> Scene:
    """Each edge with its weight and, once it is known, ∂E/∂w behind it; each unit with its value and δ."""
    units = [Unit(layer, place) for layer, size in enumerate(net.sizes) for place in range(size)]
    items = [
        *(_edge(net, tape, each) for each in net.edges if each != edge),
        *_in_hand(net, tape, edge),
        *(item for unit in units for item in _unit(net, tape, found, unit)),
        *(_weight(net, tape, found, each, each == edge) for each in net.edges),
    ]
    height = (max(net.sizes) - 1) / 2
    told = f"E = {short(found.loss, 4) if tape.forward_done else '?'}     on the edges: w ∂E/∂w"
    return Scene(
        (-0.02, net.depth + 0.36), (-height - 0.36, height + 0.32), tuple(items), told, axes=False,
    )  # fmt: skip


def losses(history: Sequence[float]) -> Scene:
    """E after each update."""
    points = tuple((float(step), loss) for step, loss in enumerate(history))
    high = max(history)
    high = high * 1.15 if high > 0 else 1.0
    return Scene(
        (0.0, max(4.0, len(history) - 1.0)), (0.0, high),
        (Line(points, "model"), *([Mark(*point, "accent") for point in points] if len(points) < 20 else []),
         Mark(*points[-1], "chosen")),
        "E after each update", "updates",
    )  # fmt: skip


def errors(found: Sweep, now: Check, arrow: str, precision: Precision) -> Scene:
    """The relative error of both differences over the step, on logarithmic axes, with the laws that rule its arms."""
    central, one_sided = _log(found.central), _log(found.one_sided)
    at = math.log10(now.h)
    items: list[Item] = [
        *_laws(found, now, precision),
        _curve(found.h, one_sided, "second", "one-sided"),
        _curve(found.h, central, "model", "central"),
        Mark(at, float(_log(np.array([now.relative]))[0]), "chosen"),
    ]
    return Scene(
        (SMALLEST, LARGEST), (FLOOR, TOP), tuple(items), f"relative error, {arrow}", "log₁₀ h", "log₁₀",
    )  # fmt: skip


def short(value: float, digits: int = 2) -> str:
    """.57, -.0013, 6e-4: as few characters as the digits allow."""
    if value == 0:
        return "0"
    text = f"{value:.{digits}g}" if abs(value) >= 1e-3 else f"{value:.{max(digits - 2, 0)}e}"
    mantissa, e, exponent = text.partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    text = f"{mantissa}e{int(exponent)}" if e else mantissa
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def _place(net: Net, unit: Unit) -> Pair:
    return float(unit.layer), (net.sizes[unit.layer] - 1) / 2 - unit.place


def _ends(net: Net, edge: Edge) -> tuple[Pair, Pair]:
    (x, y), (_, end) = _place(net, edge.origin), _place(net, edge.target)
    return (x + LEFT, y), (x + RIGHT, end)


def _edge(net: Net, tape: Tape, edge: Edge) -> Line:
    """Dotted until something has gone along it, dashed once something has come back."""
    back, used = (tape.knows(kind, edge.target, edge) for kind in ("gradient", "sum"))
    return Line(_ends(net, edge), "second" if back else "model" if used else "faint")


def _in_hand(net: Net, tape: Tape, edge: Edge) -> list[Item]:
    """In the direction in which a number went along it last; backwards the arrow ends where the numbers begin."""
    start, end = _ends(net, edge)
    if not tape.knows("gradient", edge.target, edge):
        return [Arrow(start, end, "chosen")]
    tip = (start[0] + TIP * (end[0] - start[0]), start[1] + TIP * (end[1] - start[1]))
    return [Line((start, tip), "chosen"), Arrow(end, tip, "chosen")]


def _weight(net: Net, tape: Tape, found: Passes, edge: Edge, chosen: bool) -> Label:
    (start, y), (_, end) = _ends(net, edge)
    text = short(net.weight(edge))
    if tape.knows("gradient", edge.target, edge):
        text += f" ∂{short(found.gradient(edge))}"
    return Label(start, y + ALONG * (end - y), text, "chosen" if chosen else "text")


def _unit(net: Net, tape: Tape, found: Passes, unit: Unit) -> list[Item]:
    x, y = _place(net, unit)
    known = unit.layer == 0 or tape.knows("bend", unit)
    here = tape.last is not None and tape.last.edge is None and tape.last.unit == unit
    value = f"[{short(found.value(unit))}]" if known else "[?]"
    name = net.name(unit) + (f"  t {short(net.target)}" if unit.layer == net.depth else "")
    role: Role = "chosen" if here else "model" if known else "faint"
    items: list[Item] = [Label(x, y + LINE, name, "faint"), Label(x, y, value, role)]
    if unit.layer and tape.knows("delta", unit):
        # outwards, where no edge crosses another
        place = (x + BESIDE, y + LINE) if y > 0 else (x, y - LINE)
        items.append(Label(*place, f"δ {short(found.delta(unit))}", "chosen" if here else "second"))
    return items


def _log(errors: Array) -> Array:
    """An error of 0 stands at the bottom."""
    return np.asarray(np.log10(np.maximum(errors, 10**FLOOR)))


def _curve(h: Array, heights: Array, role: Role, name: str) -> Line:
    return Line(tuple(zip(np.log10(h).tolist(), heights.tolist(), strict=True)), role, name=name)


def _laws(found: Sweep, now: Check, precision: Precision) -> list[Item]:
    """h² through the error at the largest step, eps·E/h below; neither where the difference is off anyway."""
    largest, size = float(found.central[-1]), abs(now.analytic)
    if largest > WRONG or size == 0:
        return []
    items: list[Item] = []
    if largest > 10 * float(np.finfo(precision).eps):
        height = math.log10(largest)
        items.append(Line(((LARGEST, height), (LARGEST - (height - FLOOR) / 2, FLOOR)), "faint", True, "∝ h²"))
    if now.here > 0:
        one = math.log10(float(np.finfo(precision).eps) * now.here / size)  # at a step of 1
        items.append(Line(((one - TOP, TOP), (one - FLOOR, FLOOR)), "faint", name="∝ 1/h"))
    return items
