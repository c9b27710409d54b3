"""Ties: elements at a kink that share it, such as equal entries of a maximum.

At `max(x1, x2)` with x1 = x2 each element alone may have any gradient between 0 and 1: (1, 0), (1/2, 1/2), and also
(1, 1), which is wrong. No test of single elements can tell. But when all tied elements move together the function is
smooth, and along that direction the gradient has to be its derivative: the shares of a tie add up.

Elements interact when moving two of them together does something else than the sum of moving each. Each may need
another speed, `max(x1, 3 x2)`: a direction weighs elements by 1/jump, the jump being D+ - D-. The gradient must lie in
the generalised gradient of Clarke (*Optimization and Nonsmooth Analysis*, 1983).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from dltui.gradcheck.probe import Probe

MOST = 24
"""Elements at kinks that are tested in pairs: 276 pairs."""
STEP = 1e-5
SAME, OFF = 1e-3, 1e-2
"""Slopes that agree to the first share are equal; a sum of shares off by the second is wrong."""

Direction = list[tuple[int, int, float]]
"""(leaf, flat index, speed) of the elements that move."""


@dataclass(frozen=True)
class Kinked:
    """An element at a kink."""

    leaf: int
    place: int
    analytic: float
    right: float
    left: float
    scale: float

    @property
    def jump(self) -> float:
        return abs(self.right - self.left)

    def slope(self, speed: float) -> float:
        """Change of the function per unit of time when the element moves at `speed`."""
        return speed * (self.right if speed > 0 else self.left)


@dataclass(frozen=True)
class Tie:
    """A group whose gradients do not add up."""

    members: tuple[Kinked, ...]
    speeds: tuple[float, ...]
    expected: float
    found: float


def broken_ties(probe: Probe, kinked: Sequence[Kinked]) -> list[Tie]:
    """Groups of tied elements whose gradients do not add up to the derivative of moving together."""
    some = [each for each in kinked if each.jump > 0][:MOST]
    if len(some) < 2:
        return []
    links = interactions(probe, some)
    groups = components(len(some), links)
    broken = []
    for group in groups:
        members = [some[place] for place, _ in group]
        speeds = normalised([sign / some[place].jump for place, sign in group])
        if (slope := smooth_slope(probe, members, speeds)) is None:
            continue
        sizes = sum(
            abs(speed) * max(abs(each.right), abs(each.left)) for speed, each in zip(speeds, members, strict=True)
        )
        found = sum(speed * each.analytic for speed, each in zip(speeds, members, strict=True))
        if abs(found - slope) > OFF * max(abs(slope), sizes / len(members)):
            broken.append(Tie(tuple(members), tuple(speeds), slope, found))
    return broken


def normalised(speeds: list[float]) -> list[float]:
    most = max(abs(speed) for speed in speeds)
    return [speed / most for speed in speeds]


def slopes(probe: Probe, groups: Sequence[tuple[Sequence[Kinked], Sequence[float]]], step: float) -> list[float]:
    """One-sided slopes along directions: F(step * scale * d) / (step * scale)."""
    rows, steps = [], []
    for members, speeds in groups:
        size = step * min(each.scale for each in members)
        rows.append([(each.leaf, each.place, speed * size) for each, speed in zip(members, speeds, strict=True)])
        steps.append(size)
    change = probe.along(rows).change.double().cpu()
    return [float(each) / size for each, size in zip(change, steps, strict=True)]


def interactions(probe: Probe, some: Sequence[Kinked]) -> list[tuple[int, int, int]]:
    """(one, other, relative sign) of pairs that do something else together than each alone."""
    pairs = [(i, j, sign) for i in range(len(some)) for j in range(i) for sign in (1, -1)]
    groups: list[tuple[list[Kinked], list[float]]] = []
    for i, j, sign in pairs:
        speeds = normalised([1 / some[i].jump, sign / some[j].jump])
        for way in (1, -1):
            groups.append(([some[i], some[j]], [way * speed for speed in speeds]))
    found = slopes(probe, groups, STEP)
    links = []
    for place, pair in enumerate(pairs):
        for (members, speeds), slope in zip(
            groups[2 * place : 2 * place + 2], found[2 * place : 2 * place + 2], strict=True
        ):
            alone = [each.slope(speed) for each, speed in zip(members, speeds, strict=True)]
            if abs(slope - sum(alone)) > OFF * max(map(abs, [*alone, slope])):
                links.append(pair)
                break
    return links


def components(count: int, links: Sequence[tuple[int, int, int]]) -> list[list[tuple[int, int]]]:
    """Connected groups of at least two, as (element, sign relative to the first)."""
    near: dict[int, list[tuple[int, int]]] = {place: [] for place in range(count)}
    for one, other, sign in links:
        near[one].append((other, sign))
        near[other].append((one, sign))
    seen: set[int] = set()
    groups = []
    for start in range(count):
        if start in seen:
            continue
        seen.add(start)
        group, queue = [], [(start, 1)]
        while queue:
            place, sign = queue.pop(0)
            group.append((place, sign))
            for other, relative in near[place]:
                if other not in seen:
                    seen.add(other)
                    queue.append((other, sign * relative))
        if len(group) > 1:
            groups.append(group)
    return groups


def smooth_slope(probe: Probe, members: Sequence[Kinked], speeds: Sequence[float]) -> float | None:
    """The derivative along a direction, None where the function has a kink along it too."""
    back = [-speed for speed in speeds]
    found = []
    for step in (STEP, STEP / 10):
        ahead, behind = slopes(probe, [(members, speeds), (members, back)], step)
        found += [ahead, -behind]
    sizes = max(abs(speed) * max(abs(each.right), abs(each.left)) for speed, each in zip(speeds, members, strict=True))
    if not all(abs(slope - found[0]) <= SAME * max(abs(found[0]), sizes) for slope in found):
        return None
    return sum(found) / len(found)


def kinked_elements(
    leaf: int, places: Tensor, analytic: Tensor, right: Tensor, left: Tensor, scale: Tensor
) -> list[Kinked]:
    """The first `MOST` of the elements `places` of a leaf."""
    some = places[:MOST]
    columns = zip(some, analytic[some], right[some], left[some], scale[:MOST], strict=True)
    return [Kinked(leaf, int(p), float(a), float(r), float(b), float(s)) for p, a, r, b, s in columns]
