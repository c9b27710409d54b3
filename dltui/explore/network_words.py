"""What the small network says about what just happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from dltui.explore.network_facts import reachable
from dltui.explore.network_net import CORNERS, Net
from dltui.explore.numerals import number

SWAPPED = (
    "The hidden units changed places and every output stayed: each solution comes at least twice, so the loss of a net "
    "cannot be one single bowl."
)


def opening(net: Net, wanted: tuple[int, ...], task: str) -> str:
    right = sum(net.right(wanted))
    if right == 4:
        return f"All four corners of {task} are right. Which numbers can you change before one of them tips over?"
    return f"{task}: {right} of 4 corners right. Get all four: first two useful lines, then how to add them up."


def moved(before: Net, after: Net, wanted: tuple[int, ...]) -> str:
    """After any of the nine numbers or the activation changed."""
    was, right = before.right(wanted), after.right(wanted)
    gained = _corners(i for i in range(4) if right[i] and not was[i])
    lost = _corners(i for i in range(4) if was[i] and not right[i])
    if all(right):
        return "All four corners are right: solved." if lost or gained else "Still all four right."
    parts = [f"{sum(right)} of 4 right"]
    if gained:
        parts.append(f"{gained} now right")
    if lost:
        parts.append(f"{lost} now wrong")
    return ", ".join(parts) + ". " + _layer(after, wanted)


def forward(net: Net, wanted: tuple[int, ...], corner: int) -> str:
    """One corner on its way through the net."""
    (a, b), n = CORNERS[corner].tolist(), net.numbers
    h = net.hidden(CORNERS[corner : corner + 1])[0].tolist()
    y = float(net.output(CORNERS[corner : corner + 1])[0])
    z = [n[3 * k] * a + n[3 * k + 1] * b + n[3 * k + 2] for k in (0, 1)]
    said = "right" if net.right(wanted)[corner] else "wrong"
    units = ", ".join(f"h{'₁₂'[k]} = {net.activation}({number(z[k])}) = {number(h[k])}" for k in (0, 1))
    return f"({a:.0f}, {b:.0f}): {units}; y = {number(y)}, {_verdict(y)}, wanted {wanted[corner]}: {said}."


def hint(net: Net, wanted: tuple[int, ...], labels: Sequence[str], step: float, most: float) -> str:
    """Which single press of + or - makes the squared error smallest."""
    here = net.error(wanted)
    tries = []
    for place, number_ in enumerate(net.numbers):
        for move in (-step, step):
            if abs(number_ + move) <= most:
                numbers = (*net.numbers[:place], number_ + move, *net.numbers[place + 1 :])
                tries.append((replace(net, numbers=numbers).error(wanted), place, move))
    error, place, move = min(tries)
    if error >= here - 1e-9:
        stuck = f"No single press makes the squared error {number(here)} smaller: downhill ends here."
        return f"{stuck} {_layer(net, wanted)} Move several numbers at once, or begin from a random start."
    press = f"{labels[place]} {'up' if move > 0 else 'down'}"
    return f"{press}: squared error {number(here)} → {number(error)}. {_layer(net, wanted)}"


def _layer(net: Net, wanted: tuple[int, ...]) -> str:
    """Which of the two layers is to blame."""
    bound = reachable(net, wanted)
    if bound == 4:
        return "The hidden units do their part: one line in their plane would do. Turn v₁, v₂ and c."
    return f"With these hidden units no output unit gets more than {bound} right: turn their numbers."


def _corners(places: Iterable[int]) -> str:
    return ", ".join(f"({CORNERS[i, 0]:.0f}, {CORNERS[i, 1]:.0f})" for i in places)


def _verdict(y: float) -> str:
    return "which says 1" if y > 0.5 else "which says 0" if y < 0.5 else "which says neither"
