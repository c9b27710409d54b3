"""A check in progress: the backward is rehearsed, then each tensor compared, then what the elements share is judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

import torch
from torch import Tensor

from dltui.gradcheck.appeal import excuse, expose, hidden
from dltui.gradcheck.budget import Clock
from dltui.gradcheck.compare import Comparison
from dltui.gradcheck.exempt import exempt
from dltui.gradcheck.foreign import Failure, attempt
from dltui.gradcheck.frozen import Frozen
from dltui.gradcheck.pair import Backward, Pair, pair_of
from dltui.gradcheck.precision import Slack, probe_of, slack_of
from dltui.gradcheck.probe import Probe
from dltui.gradcheck.rehearsal import Rehearsal, Unusable, extent, rehearse
from dltui.gradcheck.report import GradientReport, TensorReport, verdict_of
from dltui.gradcheck.rounding import spread
from dltui.gradcheck.subject import Subject
from dltui.gradcheck.ties import Tie, broken_ties
from dltui.gradcheck.verdicts import UNCHECKED, UNSURE, WRONG

ULPS = 32.0
"""A gradient may be off by so many units in the last place of grad_output: `p - 1` for a p close to 1 is."""


@dataclass(frozen=True)
class Options:
    """How to check."""

    seed: int = 0
    budget_s: float | None = None
    chunk: int | None = None
    samples: int | None = None
    native32: bool = False
    directions: int = 8


@dataclass
class Inspection:
    """Everything known about a subject, filled step by step."""

    rehearsal: Rehearsal
    probe: Probe
    frozen: Frozen
    slack: Slack
    clock: Clock
    notes: list[str]
    options: Options
    compared: list[Comparison] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)

    @property
    def subject(self) -> Subject:
        return self.rehearsal.subject

    @property
    def elements(self) -> int:
        return sum(gradient.numel() for gradient in self.rehearsal.gradients)

    @property
    def broken(self) -> bool:
        """The backward raised: there is no gradient to compare."""
        return any(fault.code == "raises" for fault in self.rehearsal.faults)

    @property
    def left_out(self) -> bool:
        """Elements that have a gradient were not compared."""
        tables = [each.table for place, each in enumerate(self.compared) if not self.silent(place)]
        return any(bool((table.code == UNCHECKED).any()) for table in tables)

    def compare(self, chosen: Sequence[Tensor] | None = None) -> None:
        """Judge the elements `chosen` (flat indices, one tensor per leaf), or all."""
        left = sum(map(len, chosen)) if chosen is not None else self.elements
        for place, gradient in enumerate(self.rehearsal.gradients):
            comparison = Comparison(self.probe, place, gradient, self.rehearsal.noise[place], self.slack, self.clock)
            self.compared.append(comparison)
            index = torch.arange(gradient.numel(), device=gradient.device) if chosen is None else chosen[place]
            comparison.run(self.due(place, comparison, index), share=len(index) / max(1, left))
            left -= len(index)
        self.forgive()
        self.tie()

    def due(self, place: int, comparison: Comparison, index: Tensor) -> Tensor:
        """The elements of `index` that are to be compared."""
        leaf = self.subject.leaves[place]
        if self.broken:
            return index[:0]
        if self.silent(place):
            self.notes.append(f"the backward returns None for {leaf.name}: not checked")
            return index[:0]
        free = exempt(self.subject, leaf)
        free = free[comparison.table.analytic[free] == 0]
        if len(free):
            comparison.accept(free)
            self.notes.append(f"{len(free)} elements of {leaf.name} are padding and need no gradient")
            index = index[~torch.isin(index, free)]
        return index

    def silent(self, place: int) -> bool:
        """A plain backward that returns None for an input nobody asked a gradient for, a target, say, and something for
        another. One that gives nothing at all has forgotten its `return`."""
        asked = any(leaf.value.requires_grad for leaf in self.subject.leaves)
        given = self.rehearsal.given
        return isinstance(self.subject, Pair) and not asked and not given[place] and any(given)

    def forgive(self) -> None:
        """Rounding and kinks of the gradient itself are looked for only where something seems wrong."""
        if any(comparison.wrong() for comparison in self.compared):
            moves = spread(self.subject, self.rehearsal.cotangents, self.frozen)
            for comparison, moved in zip(self.compared, moves, strict=True):
                excuse(comparison, moved)
        places = [hidden(comparison) for comparison in self.compared]
        if any(map(len, places)):
            moves = spread(self.subject, self.rehearsal.cotangents, self.frozen, own=True)
            least = ULPS * self.slack.eps * max(map(extent, self.rehearsal.cotangents))
            for comparison, some, moved in zip(self.compared, places, moves, strict=True):
                expose(comparison, some, moved, least)

    def tie(self) -> None:
        turns = zip_longest(*(comparison.kinks() for comparison in self.compared))
        self.ties = broken_ties(self.probe, [kinked for turn in turns for kinked in turn if kinked])
        for tie in self.ties:
            for member in tie.members:
                table = self.compared[member.leaf].table
                table.code[member.place] = WRONG
                table.right[member.place], table.left[member.place] = member.right, member.left

    def tensors(self) -> dict[str, TensorReport]:
        return {
            leaf.name: comparison.table.report(leaf.name, gradient.shape)
            for leaf, comparison, gradient in zip(
                self.subject.leaves, self.compared, self.rehearsal.gradients, strict=True
            )
        }

    def report(self, mode: str, asked: int | None = None) -> GradientReport:
        """The report; `asked`: how many elements were to be checked."""
        tensors = self.tensors()
        faults = [fault for fault in self.rehearsal.faults if fault.wrong]
        notes = [*self.notes, *(fault.sentence for fault in self.rehearsal.faults if not fault.wrong)]
        counts = {code: sum(tensor.count(code) for tensor in tensors.values()) for code in (UNCHECKED, UNSURE)}
        quiet = [gradient.numel() for place, gradient in enumerate(self.rehearsal.gradients) if self.silent(place)]
        wanted = 0 if self.broken else self.elements - sum(quiet) if asked is None else asked
        seen = self.elements - counts[UNCHECKED]
        if seen < wanted:
            notes.append(
                f"{seen} of {self.elements} elements were checked in the time given ({self.clock.seconds:g} s)"
            )
        verdict = verdict_of(tensors, bool(faults), unusable=not tensors or (seen == 0 and self.elements > 0))
        if verdict == "right" and counts[UNSURE]:
            notes.append(f"{counts[UNSURE]} of {self.elements} elements are too small to be told from rounding")
        return GradientReport(
            self.subject.title, verdict, tensors, faults=tuple(fault.sentence for fault in faults), notes=tuple(notes),
            mode=mode, evaluations=self.probe.evaluations, details=chances(seen, self.elements),
        )  # fmt: skip


def chances(seen: int, elements: int) -> dict[str, float]:
    """How many elements were checked, and the chance that one wrong element is among the others."""
    return {"checked": float(seen), "elements": float(elements), "miss": 1 - seen / elements if elements else 0.0}


def inspect(subject: Subject, frozen: Frozen, backward: Backward | None, options: Options) -> Inspection:
    """Pass 0. Raises `Unusable` with the reason when there is nothing to compare."""
    if backward is not None:
        frozen.rewind()
        pair = attempt(lambda: pair_of(subject, backward))
        if isinstance(pair, Failure):
            raise Unusable(f"the forward raised {pair}")
        subject = pair
    rehearsal = rehearse(subject, frozen, options.seed)
    probe, native, notes = probe_of(rehearsal, frozen, options.native32, options.chunk)
    clock = Clock(options.budget_s, sum(gradient.numel() for gradient in rehearsal.gradients))
    return Inspection(rehearsal, probe, frozen, slack_of(rehearsal, native), clock, [*rehearsal.notes, *notes], options)
