"""What the backpropagation explorer says about what just happened, and its hints."""

from __future__ import annotations

from dltui.explore.backprop_check import Check, Sweep, best
from dltui.explore.backprop_facts import small
from dltui.explore.backprop_net import Edge, Net, Passes, Precision
from dltui.explore.backprop_tape import Move, Tape
from dltui.explore.numerals import number

CLOSE, WRONG = 1e-6, 0.1
"""Relative errors: up to the first the two agree, from the second on no rounding explains it."""
UNKNOWN = "The gradient of this edge is not known yet: go forward and backward first."


def opening(net: Net, tape: Tape, compared: str) -> str:
    """compared: what the comparison with a difference shows; empty where it is not the matter."""
    if tape.complete:
        return compared or "Forward and backward are done: each edge has its gradient."
    if tape.forward_done:
        return "The way forward is done. Backwards now: which way must each number move to make E smaller?"
    count = len(net.edges)
    edges = "one number on its one edge" if count == 1 else f"{count} numbers, one on each edge"
    return f"{edges[:1].upper()}{edges[1:]}. Forward: multiply, add, bend. Say the next value before you press."


def moved(net: Net, tape: Tape, found: Passes, flipped: bool) -> str:
    """After one move or more; it speaks of the last."""
    move = tape.last
    assert move is not None
    name = net.name(move.unit)
    match move.kind:
        case "sum":
            return _added(net, found, move)
        case "bend":
            return f"{name} is done: {number(found.value(move.unit))}."
        case "loss":
            return _lost(net, found)
        case "slope":
            return _sloped(found, flipped)
        case "delta":
            steep = found.slopes[move.unit.layer][move.unit.place]
            arriving = found.arriving[move.unit.layer][move.unit.place]
            return f"{number(arriving)} arrives at {name}; times the slope {number(steep)} of its bend, that is its δ."
        case "gradient":
            return _sent(net, tape, found, move)


def updated(before: float, after: float, times: int, eta: float, flipped: bool) -> str:
    change = f"E {number(before)} → {number(after)}"
    way = "Each weight went down by η times its gradient" if times == 1 else f"{times} rounds"
    if after > before:
        why = "uphill: with this sign the step goes along the slope" if flipped else f"η = {eta:g} was too long a step"
        return f"{way}: {change}, {why}."
    return f"{way}: {change}. The gradient is old now: forward again." if times == 1 else f"{way}: {change}."


def checked(made: Check) -> str:
    """What the comparison shows."""
    a, n = number(made.analytic, 6), number(made.numeric, 6)
    pair = f"Backward {a}, difference {n}"
    if made.above == made.below and made.analytic != 0:
        return f"{pair}: w + h and w - h give the same E in these numbers, so the difference is 0. h is too small."
    if made.relative > WRONG:
        if abs(made.analytic + made.numeric) < CLOSE * abs(made.analytic):
            return f"{pair}: equal but for the sign. No h mends that; one of the two is wrong, and E decides."
        return f"{pair}: they do not agree."
    verdict = "they agree" if made.relative <= CLOSE else "near, but not good enough to tell a right from a wrong one"
    return f"{pair}: relative error {small(made.relative)}, {verdict}."


def stepped(made: Check, found: Sweep) -> str:
    """After h was turned."""
    h, error = best(found)
    if error > WRONG or made.above == made.below:
        return checked(made)
    if made.relative > WRONG:
        why = "it reaches past a kink" if made.h > h else "rounding has drowned the difference"
        return f"h = {small(made.h)}: relative error {small(made.relative)}, {why}. Other steps do agree."
    arm = (
        "truncation: the curve bends between w - h and w + h" if made.h > 3 * h and made.relative > 3 * error
        else "rounding: the two E agree in most of their digits" if made.h < h / 3 and made.relative > 3 * error
        else "about the best there is"
    )
    return f"h = {small(made.h)}: relative error {small(made.relative)}, {arm}."


def kink(made: Check) -> str:
    return (
        f"A kink: right of w the slope of E is {number(made.right)}, left of it {number(made.left)}. The central "
        f"difference takes the mean, {number(made.numeric)}; backward picks one side, {number(made.analytic)}."
    )


def precise(made: Check, precision: Precision) -> str:
    digits = "16 decimal digits" if precision == "float64" else "7 decimal digits, eps = 1.2e-7"
    return f"Everything in {precision} now, {digits}. {checked(made)}"


def signed(flipped: bool) -> str:
    if flipped:
        return "∂E/∂y is taken as t - y now. Go round once and watch E; or ask the difference."
    return "∂E/∂y = y - t again, the derivative of ½(y - t)²."


def turned(before: Net, after: Net, known: bool) -> str:
    """After a weight, an input, the target or the bend was changed."""
    if not known:
        return "The numbers on the way change with it."
    return f"E {number(before.loss)} → {number(after.loss)}. All numbers on the way are new, the gradients too."


def in_hand(net: Net, edge: Edge, known: bool) -> str:
    rest = "" if known else " Its gradient is not known yet."
    return f"In hand: {net.arrow(edge)}, w = {number(net.weight(edge))}.{rest}"


def hint(net: Net, tape: Tape, found: Passes, made: Check, flipped: bool, kinked: bool) -> str:
    """The next sum to do in one's head; with all done, what to compare."""
    move = tape.next
    if move is None:
        if flipped and made.relative > WRONG:
            return "Which of E(w + h) and E(w - h) is larger? That says whether E rises with w. Then look at ∂E/∂y."
        if kinked:
            return "Move w a little to either side: off the kink both slopes agree. Then let h reach across it again."
        return "Choose another edge, turn h, or press 3 and begin again: forward, backward, update, until E is small."
    if move.edge is not None:
        w, origin = net.weight(move.edge), move.edge.origin
        if move.kind == "sum":
            return f"Next: {number(w)} · {number(found.value(origin))}, into the sum of {net.name(move.unit)}."
        delta = number(found.delta(move.unit))
        value = number(found.value(origin))
        return f"Next: δ of {net.name(move.unit)}, {delta}, times the value that the weight met, {value}."
    name = net.name(move.unit)
    match move.kind:
        case "bend":
            z = number(found.sums[move.unit.layer][move.unit.place])
            return f"Next: bend z = {z}. Is {name} above or below one half?" if net.activation == "sigmoid" else (
                f"Next: {name} from z = {z}."
            )  # fmt: skip
        case "loss":
            return f"Next: half the square of {name} - t."
        case "slope":
            return "Next: E = ½(y - t)². Its slope by y? And its sign: does E fall if y rises?"
        case _:
            return f"Next: what arrives at {name}, times the slope of its bend."


def _added(net: Net, found: Passes, move: Move) -> str:
    assert move.edge is not None
    w, value = net.weight(move.edge), found.value(move.edge.origin)
    product = f"{number(w)} · {number(value)} = {number(w * value)}"
    return f"{net.arrow(move.edge)}: {product} goes into z of {net.name(move.unit)}."


def _lost(net: Net, found: Passes) -> str:
    y, t = found.values[-1][0], net.target
    way = "y is too low" if y < t else "y is too high" if y > t else "y is just right"
    return f"E = {number(found.loss)}: {way}. Whose fault is it? That is what the way back works out."


def _sloped(found: Passes, flipped: bool) -> str:
    rises = found.slope > 0
    told = f"∂E/∂y = {number(found.slope)}: E {'rises' if rises else 'falls'} when y rises."
    if flipped:
        return f"∂E/∂y = {number(found.slope)}, says t - y. Does E {'rise' if rises else 'fall'} when y rises?"
    return told if found.slope else "∂E/∂y = 0: nothing is to be learned."


def _sent(net: Net, tape: Tape, found: Passes, move: Move) -> str:
    assert move.edge is not None
    edge, gradient = move.edge, found.gradient(move.edge)
    way = "raising" if gradient < 0 else "lowering"
    told = f"{net.arrow(edge)}: ∂E/∂w = {number(gradient)}. "
    told += f"So {way} this weight makes E smaller." if gradient else "This weight changes nothing here."
    return told + (" All edges are done: press 3 to update." if tape.complete else "")
