"""One tensor: pass A for all of its elements, pass B for the suspects, and a second engine for what seems wrong."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from dltui.gradcheck.budget import Clock
from dltui.gradcheck.differences import central, first_pass, scale
from dltui.gradcheck.ladder import climb
from dltui.gradcheck.plateau import RUNGS, crisp
from dltui.gradcheck.precision import Slack
from dltui.gradcheck.probe import Probe
from dltui.gradcheck.table import Table
from dltui.gradcheck.ties import MOST, Kinked, kinked_elements
from dltui.gradcheck.verdicts import BARS, KINK, OK, SETTLED, UNCHECKED, UNSURE, WRONG, Judged, judge

SURE = 2e-3
"""A rounding bar below this share of the value leaves no room for an error that matters."""
BEND = 1e-2
"""One-sided differences this far apart, as a share, may belong to a kink."""
MANY, SAMPLE = 512, 256
"""From this many suspects on, a sample is judged first."""
HOUR = 3600.0
STIRRED, STIR = 32, 0.01
"""So many zeros are looked at again, at this share of the scale."""
TINY = 1e-6
"""A tensor this small, as one of zeros may be, is moved on the scale of 1."""
FINE = 1e-8
"""Of the scale: the last resort beside the edge of a domain."""
NEAR, SMALL = 0.05, 3
"""Sides that differ by less than this share of a jump are the same, at this rung of the last resort and the next."""
TRIAL = 32
"""Elements whose cost is measured first."""
FINER = 1 / 64
"""A second step for suspects: most stand beside a kink."""
FIRST, BLOCK = 128, 4096
"""Suspects judged together, to bound memory."""
WITNESSES = 4
"""Wrong elements that are evaluated again one by one."""


def straight(side: Tensor, step: Tensor) -> Tensor:
    """Whether one-sided differences (n, rungs) are all 0 or those of no coarse function, (n,)."""
    return (side == 0).all(1) | crisp(side, step)[:, 0]


class Comparison:
    """Compares one leaf's gradient with differences."""

    def __init__(self, probe: Probe, leaf: int, gradient: Tensor, noise: float, slack: Slack, clock: Clock) -> None:
        self.probe, self.leaf, self.gradient, self.noise = probe, leaf, gradient, noise
        self.slack, self.clock = slack, clock
        self.table = Table.of(gradient)
        self.value = probe.values[leaf]
        self.smooth = torch.zeros_like(self.table.code, dtype=torch.bool)
        """Elements that disagree where the function is smooth."""
        self.still = torch.zeros_like(self.smooth)
        """Elements that moved nothing when last judged."""

    def run(self, index: Tensor, share: float = 1.0, late: bool = False) -> None:
        """Judge the elements `index`, or as many of them at random as fit into this share of the time left; all of
        them if `late`, whatever the time."""
        if late:
            self.clock = Clock(HOUR, 0)
        index = self.affordable(index[self.movable(index)], share)
        if not len(index):
            return
        suspects = self.first(index)
        zeros = index[(self.table.analytic[index] == 0) & (self.table.numeric[index] == 0)]
        if len(suspects):
            suspects = self.first(suspects, FINER)
        stirred = self.stirred(zeros)
        self.refine(torch.cat([suspects, stirred]))
        if bool((self.table.code[stirred] == WRONG).any()):
            self.refine(zeros[~torch.isin(zeros, stirred)])
        self.verify(index)

    def stirred(self, zeros: Tensor) -> Tensor:
        """Of elements whose gradient and difference are both 0, some that move the function at a large step: is the
        derivative zero, or was the step too small to show it?"""
        if not len(zeros):
            return zeros
        order = torch.randperm(len(zeros), generator=torch.Generator().manual_seed(2)).to(zeros.device)
        some = zeros[order[:STIRRED]]
        size = scale(self.value, some)
        seen = central(self.probe, self.leaf, some, STIR * torch.where(size < TINY, torch.ones_like(size), size))
        moved = some[(seen.forward != 0) | (seen.backward != 0)]
        self.table.code[moved] = UNSURE
        return moved

    def affordable(self, index: Tensor, share: float) -> Tensor:
        """The elements there is time for. What an element costs is measured on some of them."""
        if self.clock.late():
            return index[:0]
        if len(index) <= TRIAL or 4 * len(index) * self.probe.cost < self.clock.left() * share:
            return index
        order = torch.randperm(len(index), generator=torch.Generator().manual_seed(0)).to(index.device)
        left, begin = self.clock.left(), self.clock.now()
        first_pass(self.probe, self.leaf, index[order[:TRIAL]])
        cost = (self.clock.now() - begin) / TRIAL
        count = int(0.5 * left * share / cost)
        return index if count >= len(index) else index[order[:count]].sort().values

    def movable(self, index: Tensor) -> Tensor:
        """Which elements can be moved: one that is infinite or NaN stays where it is, and a zero gradient is right."""
        stuck = index[~self.value.reshape(-1)[index].isfinite()]
        settled = (self.table.analytic[stuck] == 0) & (self.probe.finite or not self.value.isnan().any())
        self.table.code[stuck] = torch.where(settled, OK, UNSURE).to(torch.uint8)
        self.table.numeric[stuck] = self.table.error[stuck] = self.table.tolerance[stuck] = 0.0
        return self.value.reshape(-1)[index].isfinite()

    def accept(self, index: Tensor) -> None:
        """Take elements for right that are not compared."""
        self.table.code[index] = OK
        self.table.numeric[index] = self.table.error[index] = self.table.tolerance[index] = 0.0

    def first(self, index: Tensor, finer: float = 1.0) -> Tensor:
        """Pass A, at the usual step times `finer`; returns the elements it cannot accept."""
        seen = first_pass(self.probe, self.leaf, index, finer)
        a = self.table.analytic[index]
        size = torch.maximum(a.abs(), seen.numeric.abs())
        gap = (a - seen.numeric).abs()
        bent = (seen.forward - seen.backward).abs() > BEND * torch.maximum(seen.forward.abs(), seen.backward.abs())
        bar = BARS * seen.rounding
        accepted = ((gap <= self.slack.tau * size) | ((gap <= bar) & (bar <= SURE * size))) & ~bent & a.isfinite()
        if finer < 1:
            # A step too small to move anything reads 0 without error.
            accepted &= seen.weight > 0
        self.table.put(
            index,
            Judged(
                torch.where(accepted, OK, UNSURE), seen.numeric, seen.rounding, seen.step,
                seen.forward, seen.backward,
            ),
        )  # fmt: skip
        floor = self.floor(seen.weight, scale(self.value, index))
        self.table.tolerance[index] = seen.rounding + self.slack.tau * size + floor
        self.smooth[index] |= (gap > 1e-3 * size) & (5 * seen.rounding < 1e-4 * size) & ~bent
        return index[~accepted]

    def floor(self, weight: Tensor, size: Tensor) -> Tensor:
        return self.slack.floor(self.gradient, self.noise, self.probe, weight, size)

    def refine(self, suspects: Tensor) -> None:
        """Pass B. Where a sample of very many suspects is all wrong, the smooth ones among the others are as well."""
        if len(suspects) > MANY:
            dice = torch.Generator().manual_seed(0)
            order = torch.randperm(len(suspects), generator=dice).to(suspects.device)
            sample, others = suspects[order[:SAMPLE]], suspects[order[SAMPLE:]]
            self.judge(sample)
            if bool((self.table.code[sample] == WRONG).all()):
                self.table.code[others[self.smooth[others]]] = WRONG
                others = others[~self.smooth[others]]
            suspects = others
        cost, start = 2 * RUNGS * self.probe.cost, 0
        if len(suspects) > FIRST:
            suspects = suspects[torch.randperm(len(suspects), generator=torch.Generator().manual_seed(1))]
        while start < len(suspects) and not self.clock.late():
            size = max(8, min(FIRST if not start else BLOCK, int(self.clock.left() / (8 * cost))))
            begin = self.clock.now()
            self.judge(suspects[start : start + size])
            start += size
            cost = (self.clock.now() - begin) / size
        self.table.code[suspects[start:]] = UNCHECKED

    def judge(self, index: Tensor) -> None:
        """Ladders for the elements `index`, at other scales too where the first leaves a doubt."""
        size = scale(self.value, index)
        self.table.error[index] = torch.inf
        self.judge_at(index, size)
        own = self.value.reshape(-1)[index].abs()
        for other in (own, torch.ones_like(size), FINE * size, 30 * size):
            code = self.table.code[index]
            # An element much smaller than its tensor may live on a scale of its own, and seem wrong on another.
            doubtful = (code == UNSURE) | ((self.weak(index) | self.still[index]) & (other == 1))
            doubtful |= ((code == WRONG) | self.blurred(index)) & (other == own)
            differs = (other > 0) & ((other < size / 30) | (other > 25 * size)) & doubtful
            if bool(differs.any()) and not self.clock.late():
                self.judge_at(index[differs], other[differs])
        self.look_closer(index[self.table.code[index] == KINK])

    def weak(self, index: Tensor) -> Tensor:
        """Elements that count as right though the difference says otherwise: it was too small to matter."""
        table = self.table
        gap = (table.analytic[index] - table.numeric[index]).abs()
        size = torch.maximum(table.analytic[index].abs(), table.numeric[index].abs())
        return (table.code[index] == OK) & (gap > table.error[index] + self.slack.tau * size)

    def blurred(self, index: Tensor) -> Tensor:
        """Elements that count as right though the difference is too coarse to see their gradient at all."""
        table = self.table
        size = torch.maximum(table.analytic[index].abs(), table.numeric[index].abs())
        return (table.code[index] == OK) & (table.error[index] > SETTLED * size) & (size > 0)

    def judge_at(self, index: Tensor, size: Tensor) -> None:
        steps = climb(self.probe, self.leaf, index, size)
        floor = self.floor(steps.weight, size)
        judged = judge(self.table.analytic[index], steps, self.slack.tau, floor)
        if not self.probe.finite:
            lost = (judged.code == WRONG) & ~self.table.analytic[index].isfinite()
            judged = replace(judged, code=torch.where(lost, UNSURE, judged.code))
        code, a, sharper = self.table.code[index], self.table.analytic[index], judged.error < self.table.error[index]
        # What agrees only within a slack larger than itself does not speak against a difference that disagrees.
        near = (a - judged.numeric).abs() <= judged.error + 10 * self.slack.tau * torch.maximum(a.abs(), judged.numeric)
        better = (code == UNSURE) & ((judged.code != UNSURE) | sharper)
        better |= (code == WRONG) & (((judged.code == OK) & near) | (judged.code == KINK))
        better |= sharper & (((code == WRONG) & (judged.code == WRONG)) | self.blurred(index))
        better |= self.weak(index) & (judged.code == WRONG)
        # Steps that move nothing, or to one height alone, say nothing where larger ones said more.
        silent = ~steps.moves | (steps.level & (size < scale(self.value, index)))
        better &= ~silent | self.table.error[index].isinf()
        better |= self.still[index] & steps.moves
        self.still[index] = ~steps.moves & (self.still[index] | self.table.error[index].isinf())
        self.take(index, judged, floor, better)

    def take(self, index: Tensor, judged: Judged, floor: Tensor, some: Tensor) -> None:
        """Put `some` of the verdicts into the table."""
        chosen = index[some]
        self.table.put(chosen, Judged(*(getattr(judged, name)[some] for name in judged.__dataclass_fields__)))
        size = torch.maximum(self.table.analytic[chosen].abs(), judged.numeric[some].abs())
        self.table.tolerance[chosen] = judged.error[some] + self.slack.tau * size + floor[some]

    def look_closer(self, index: Tensor) -> None:
        """Kinks that lie beside the point, by less than the ladder could see: where steps far below agree from both
        sides, their verdict counts."""
        if not len(index) or self.clock.late():
            return
        size = FINE * scale(self.value, index)
        steps = climb(self.probe, self.leaf, index, size)
        jump = (self.table.right[index] - self.table.left[index]).abs()
        noise = 4 * steps.eps * steps.weight.unsqueeze(1) / steps.step
        same = ((steps.right - steps.left).abs() + noise <= NEAR * jump.unsqueeze(1))[:, SMALL : SMALL + 2].all(1)
        if bool((still := same & ~steps.moves).any()):
            # A function that moves in coarse units would stand still as well.
            above = climb(self.probe, self.leaf, index[still], scale(self.value, index[still]))
            same[still] = straight(above.right, above.step) & straight(above.left, above.step)
        floor = self.floor(steps.weight, size)
        judged = judge(self.table.analytic[index], steps, self.slack.tau, floor)
        self.take(index, judged, floor, same & ((judged.code == OK) | (judged.code == WRONG)))

    def verify(self, index: Tensor) -> None:
        """Look at some wrong elements again without batching: a batching rule of the library may be wrong itself."""
        wrong = index[self.table.code[index] == WRONG]
        if not len(wrong) or not self.probe.batched.get(self.leaf, False):
            return
        some = wrong[torch.linspace(0, len(wrong) - 1, min(WITNESSES, len(wrong))).long()]
        step = torch.where(self.table.step[some] > 0, self.table.step[some], 1e-6).to(self.value.dtype)
        batched = central(self.probe, self.leaf, some, step)
        self.probe.batched[self.leaf] = False
        single = central(self.probe, self.leaf, some, step)
        apart = (batched.numeric - single.numeric).abs()
        bar = 10 * (batched.rounding + single.rounding) + 1e-3 * single.numeric.abs()
        if bool((apart <= bar).all()):
            self.probe.batched[self.leaf] = True
            return
        self.run(index)

    def kinks(self) -> list[Kinked]:
        """The first elements at kinks."""
        table = self.table
        places = (table.code == KINK).nonzero()[:, 0]
        places = places[table.right[places].isfinite() & table.left[places].isfinite()][:MOST]
        size = scale(self.value, places)
        return kinked_elements(self.leaf, places, table.analytic, table.right, table.left, size)

    def bent(self) -> Tensor:
        """Elements whose two sides were judged to differ, (n,)."""
        table = self.table
        gap = (table.right - table.left).abs()
        return gap > BEND * torch.maximum(table.right.abs(), table.left.abs())

    def wrong(self) -> bool:
        return bool((self.table.code == WRONG).any())
