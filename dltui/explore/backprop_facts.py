"""The numbers of the moment of backpropagation: the formula in hand, with its numbers."""

from __future__ import annotations

from collections.abc import Sequence

from dltui.explore.backprop_check import Check
from dltui.explore.backprop_net import Activation, Edge, Net, Passes, Precision, Unit
from dltui.explore.backprop_tape import Move, Tape
from dltui.explore.explorer import Fact
from dltui.explore.numerals import factor, number, summed, tex

FUNCTIONS = {"sigmoid": r"\sigma(%s)", "tanh": r"\tanh(%s)", "relu": r"\max(0, %s)", "none": "%s"}
SLOPES = {"sigmoid": r"%s\,(1 - %s)", "tanh": r"1 - %s^2"}
DIGITS = {"float64": 16, "float32": 8}
"""That E is written with, so that one sees which of them a difference is made of."""


def facts(net: Net, tape: Tape, found: Passes, edge: Edge, flipped: bool) -> list[Fact]:
    """What was worked out last, then E and the edge in hand as far as they are known."""
    last = tape.last
    shown = _moment(net, found, tape, last, flipped) if last and last.edge in (None, edge) else []
    if tape.knows("gradient", edge.target, edge) and not (last and last.edge == edge):
        shown.append(_gradient(net, found, edge))
    if tape.forward_done and not (last and last.kind == "loss"):
        shown.append(_loss(net, found))
    return [*shown, Fact(f"w of {net.arrow(edge)}", number(net.weight(edge), 5))]


def check_facts(made: Check, precision: Precision, kinked: bool) -> Sequence[Fact]:
    """The gradient of the edge in hand against the difference of E."""
    digits = DIGITS[precision]
    shown = [
        Fact("backward a", number(made.analytic, 6)),
        Fact("difference n", number(made.numeric, 6), r"n = \frac{E(w + h) - E(w - h)}{2h}"),
        Fact("relative error", small(made.relative), r"\frac{|a - n|}{\max(|a|, |n|)}"),
        Fact("E(w + h)", f"{made.above:.{digits}f}"),
        Fact("E(w - h)", f"{made.below:.{digits}f}"),
    ]
    if kinked:
        shown.insert(2, Fact("from the right", number(made.right, 6), r"\frac{E(w + h) - E(w)}{h}"))
        shown.insert(3, Fact("from the left", number(made.left, 6), r"\frac{E(w) - E(w - h)}{h}"))
    return shown


def small(value: float) -> str:
    """Two digits, however small: 1.4e-11, 0.0024, 2."""
    text = f"{value:.2g}"
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if e else text


def _moment(net: Net, found: Passes, tape: Tape, move: Move, flipped: bool) -> list[Fact]:
    match move.kind:
        case "sum":
            return [_sum(net, found, tape, move)]
        case "bend":
            return [_sum(net, found, tape, move), _bend(net, found, move.unit)]
        case "loss":
            return [_loss(net, found)]
        case "slope":
            return [_slope(net, found, flipped)]
        case "delta":
            return [_arriving(net, found, move.unit, flipped), _delta(net, found, move.unit)]
        case "gradient":
            assert move.edge is not None
            return [_gradient(net, found, move.edge), *_sent(net, found, move.edge)]


def _sum(net: Net, found: Passes, tape: Tape, move: Move) -> Fact:
    """z of a unit as far as it is added up."""
    unit = move.unit
    edges = [edge for edge in net.edges if edge.target == unit and tape.knows("sum", unit, edge)]
    terms = [(net.weight(edge), found.value(edge.origin)) for edge in edges]
    return Fact(f"z of {net.name(unit)}", number(sum(w * a for w, a in terms)), summed(terms))


def _bend(net: Net, found: Passes, unit: Unit) -> Fact:
    z, value = found.sums[unit.layer][unit.place], found.value(unit)
    return Fact(net.name(unit), number(value), FUNCTIONS[net.activation] % tex(z))


def _loss(net: Net, found: Passes) -> Fact:
    y, t = found.values[-1][0], net.target
    numbers = rf"\frac{{1}}{{2}} ({tex(y)} - {factor(t)})^2"
    return Fact("E", number(found.loss), rf"\frac{{1}}{{2}} (y - t)^2 = {numbers}")


def _slope(net: Net, found: Passes, flipped: bool) -> Fact:
    y, t = found.values[-1][0], net.target
    left, right = (t, y) if flipped else (y, t)
    form = "t - y" if flipped else "y - t"
    return Fact("∂E/∂y", number(found.slope), f"{form} = {tex(left)} - {factor(right)}")


def _arriving(net: Net, found: Passes, unit: Unit, flipped: bool) -> Fact:
    """∂E/∂value, which comes in over every edge that leads on."""
    if unit.layer == net.depth:
        return _slope(net, found, flipped)
    arriving = found.arriving[unit.layer][unit.place]
    edges = [edge for edge in net.edges if edge.origin == unit]
    terms = summed((net.weight(edge), found.delta(edge.target)) for edge in edges)
    form = r"\sum w\,\delta = " if len(edges) > 1 else r"w\,\delta = "
    return Fact(f"∂E/∂{net.name(unit)}", number(arriving), f"{form}{terms}")


def _delta(net: Net, found: Passes, unit: Unit) -> Fact:
    arriving, delta = found.arriving[unit.layer][unit.place], found.delta(unit)
    steep = _steepness(net.activation, net.tex(unit), found.value(unit), found.slopes[unit.layer][unit.place])
    name = rf"\frac{{\partial E}}{{\partial {net.tex(unit)}}}"
    formula = rf"{name} \cdot {steep[0]} = {tex(arriving)} \cdot {steep[1]}"
    return Fact(f"δ of {net.name(unit)}", number(delta), formula)


def _steepness(activation: Activation, name: str, value: float, steep: float) -> tuple[str, str]:
    """The slope of the activation as a formula and as a number."""
    if activation not in SLOPES:
        return ("1" if activation == "none" else r"\max'(z)", tex(steep))
    form = SLOPES[activation].replace("%s", name)
    return (form if activation == "sigmoid" else f"({form})", tex(steep))


def _gradient(net: Net, found: Passes, edge: Edge) -> Fact:
    delta, value = found.delta(edge.target), found.value(edge.origin)
    formula = rf"\delta \cdot {net.tex(edge.origin)} = {tex(delta)} \cdot {factor(value)}"
    return Fact(f"∂E/∂w of {net.arrow(edge)}", number(found.gradient(edge)), formula)


def _sent(net: Net, found: Passes, edge: Edge) -> list[Fact]:
    """What goes back along an edge; nobody asks for ∂E/∂x."""
    if edge.layer == 1:
        return []
    w, delta = net.weight(edge), found.delta(edge.target)
    formula = rf"w \cdot \delta = {tex(w)} \cdot {factor(delta)}"
    return [Fact(f"back to {net.name(edge.origin)}", number(w * delta), formula)]
