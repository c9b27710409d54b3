"""Before any difference: the backward under test is called five times, and asked whether it is a backward at all.

A backward is a linear function of its cotangent `v` and of nothing else: not of an earlier call, not of chance. These
are facts of two equal or proportional calls, found without a finite difference and stated without a tolerance guess.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from dltui.gradcheck.decoy import decoyed
from dltui.gradcheck.foreign import Failure, attempt
from dltui.gradcheck.frozen import Frozen, same
from dltui.gradcheck.rounding import spread
from dltui.gradcheck.subject import Leaf, Subject, real

FACTORS = (-0.37, 1e4, 1e-4)
"""A negative one shows clipping at small and `abs`; large and small ones show clipping and thresholds on `v`."""
BEND = 10.0
"""Deviation from linearity, in units of sqrt(eps): a matrix exponential loses digits for large v, clipping all."""


@dataclass(frozen=True)
class Fault:
    """Something wrong before any comparison, stated as a fact."""

    code: str
    """"nondeterministic", "stale", "ignores", "nonlinear", "offset", "inplace", "shape" or "raises"."""
    sentence: str
    leaf: str = ""
    """Name of the tensor it was seen at; empty for all."""
    wrong: bool = True
    """The gradient is wrong for this reason alone."""


@dataclass(frozen=True)
class Rehearsal:
    """Base outputs and the gradients under test."""

    subject: Subject
    """The subject with its counted outputs settled."""
    outputs: list[Tensor]
    cotangents: list[Tensor]
    gradients: list[Tensor]
    """One per leaf, in real coordinates, in the dtype the backward returned."""
    given: list[bool]
    """Whether the backward gave a gradient for the leaf; zeros stand for one that is missing."""
    noise: list[float]
    """Per leaf: by how much the backward strays from being linear in `v`, an estimate of its own rounding error."""
    faults: list[Fault]
    notes: list[str]
    scaled: dict[float, list[Tensor]] = field(default_factory=dict)
    """Gradients, one per leaf, for the multiples of `v` in `FACTORS`."""
    misshapen: dict[str, Tensor] = field(default_factory=dict)
    """By leaf: a gradient of the wrong shape, as it came."""


class Unusable(Exception):
    """The function cannot be checked at this point; the text says why."""


def cotangents(outputs: Sequence[Tensor], seed: int) -> list[Tensor]:
    """Random, magnitude 0.5 to 1.5, random sign. Ones would hide what cancels in a sum (batch norm), and equal values
    hide a permutation. A single number has nothing to hide: 1, and what is compared is its gradient itself."""
    if len(outputs) == 1 and outputs[0].numel() == 1:
        return [torch.ones_like(outputs[0])]
    dice = torch.Generator().manual_seed(seed)
    made = []
    for output in outputs:
        size = 0.5 + torch.rand(output.shape, generator=dice, dtype=torch.float64)
        sign = torch.randint(0, 2, output.shape, generator=dice, dtype=torch.float64) * 2 - 1
        made.append((size * sign).to(output.device, output.dtype))
    return made


def rehearse(subject: Subject, frozen: Frozen, seed: int, brief: bool = False) -> Rehearsal:
    """Run forward and backward under all conditions of pass 0. Raises `Unusable`.

    `brief`: two forwards and two backwards, with a cotangent and with its negative multiple, and no more.
    """
    stage = Stage(subject, frozen, seed, brief)
    return stage.rehearsal()


class Stage:
    """The runs of one rehearsal."""

    def __init__(self, subject: Subject, frozen: Frozen, seed: int, brief: bool) -> None:
        self.subject, self.frozen, self.seed, self.brief = subject, frozen, seed, brief
        self.faults: list[Fault] = []
        self.notes: list[str] = []
        self.scaled: dict[float, list[Tensor]] = {}
        self.spreads: list[float] = []
        self.misshapen: dict[str, Tensor] = {}
        self.settle()

    def settle(self) -> None:
        """First forward: which outputs count, whether it works at all, what state it changes."""
        self.frozen.rewind()
        first = attempt(self.subject.tracked)
        if isinstance(first, Failure):
            raise Unusable(f"the forward raised {first}{copied(self.subject)}")
        self.frozen.learn()
        outputs, self.opening, needs = first
        if any(needs) and not all(needs):
            self.subject = replace(self.subject, counted=needs)
            outputs = [output for output, need in zip(outputs, needs, strict=True) if need]
            self.notes.append(f"{len(needs) - sum(needs)} of {len(needs)} outputs need no gradient and are left out")
        self.needs = needs if any(needs) else (True,) * len(needs)
        if not outputs:
            raise Unusable("the function returns no floating-point tensor")
        self.first = [output.detach().clone() for output in outputs]
        self.v = cotangents(self.first, self.seed)
        self.finite = all(bool(output.isfinite().all()) for output in self.first)
        if not self.finite:
            self.v = [v * y.isfinite() for v, y in zip(self.v, self.first, strict=True)]
            self.notes.append("some outputs are not finite; they are left out")

    def run(self, factor: float = 1.0, decoy: bool = False, reseed: bool = False) -> list[Tensor | None]:
        """Gradients for `factor * v`, after a forward of their own. Raises `Unusable` when the backward fails.

        `decoy`: another forward with other values comes first, and must not matter. `reseed`: chance goes on
        differently between forward and backward.
        """
        if decoy:
            self.frozen.rewind()
            self.frozen.reseed(self.seed + 2)
            attempt(decoyed(self.subject).tracked)
        self.frozen.rewind()
        outputs, gradients, _ = self.subject.tracked()
        self.check_forward(outputs)
        if reseed:
            self.frozen.reseed(self.seed + 1)
        cotangent = [v * factor for v in self.v]
        kept = [v.clone() for v in cotangent]
        found = attempt(lambda: gradients(cotangent))
        if isinstance(found, Failure):
            raise BackwardFailed(found)
        if factor == 1 and any(not same(now, then) for now, then in zip(cotangent, kept, strict=True)):
            self.fault(
                "inplace", "the backward changes grad_output in place: others that share it get a wrong gradient"
            )
        return found

    def opened(self) -> list[Tensor | None]:
        """The gradients of the first forward of all."""
        copies = iter([v.clone() for v in self.v])
        everything = [next(copies) if need else torch.empty(0) for need in self.needs]
        found = attempt(lambda: self.opening(everything))
        if isinstance(found, Failure):
            raise BackwardFailed(found)
        return found

    def fault(self, code: str, sentence: str, leaf: str = "", wrong: bool = True) -> None:
        if not any(each.code == code and each.leaf == leaf for each in self.faults):
            self.faults.append(Fault(code, sentence, leaf, wrong))

    def check_forward(self, outputs: Sequence[Tensor]) -> None:
        if [one.shape for one in outputs] != [two.shape for two in self.first]:
            raise Unusable("the forward is not deterministic: equal calls return different shapes")
        pairs = [(one.detach(), two) for one, two in zip(outputs, self.first, strict=True)]
        if all(same(one, two) for one, two in pairs):
            return
        gap = max(extent(one - two) for one, two in pairs)
        size = max(extent(two) for _, two in pairs)
        if gap > 1e3 * torch.finfo(self.first[0].dtype).eps * size:
            raise Unusable(f"the forward is not deterministic: equal calls differ by {gap:.3g}")

    def rehearsal(self) -> Rehearsal:
        try:
            return self.played()
        except BackwardFailed as error:
            failure: Failure = error.args[0]
            wrong = failure.kind != "NotImplementedError"
            # A backward whose result does not fit did not raise itself.
            text = failure.text if failure.kind == "PairError" else f"the backward raised {failure}"
            none = [torch.zeros_like(value) for value in self.subject.values()]
            given, noise, faults = [False] * len(none), [0.0] * len(none), [Fault("raises", text, wrong=wrong)]
            return Rehearsal(self.subject, self.first, self.v, none, given, noise, faults, self.notes)

    def played(self) -> Rehearsal:
        leaves = self.subject.leaves
        plain = self.opened() if self.brief else self.run()
        given = [each is not None for each in plain]
        shaped = [self.shape(leaf, gradient) for leaf, gradient in zip(leaves, plain, strict=True)]
        noise = self.linear(shaped)
        return Rehearsal(
            self.subject, self.first, self.v, shaped, given, noise, self.faults, self.notes, self.scaled, self.misshapen
        )

    def filled(self, gradients: Sequence[Tensor | None]) -> list[Tensor]:
        return [self.shape(leaf, each) for leaf, each in zip(self.subject.leaves, gradients, strict=True)]

    def shape(self, leaf: Leaf, gradient: Tensor | None) -> Tensor:
        """The gradient in the shape of its leaf; a wrong shape is a fault, and NaN takes its place."""
        like = real(leaf.value.detach())
        if gradient is None:
            return torch.zeros_like(like)
        if gradient.numel() == like.numel() == 1:
            gradient = gradient.reshape(like.shape)
        if gradient.shape == like.shape:
            return gradient.detach().clone()
        text = f"the gradient of {leaf.name} has shape {tuple(gradient.shape)}, {leaf.name} itself {tuple(like.shape)}"
        self.fault("shape", text, leaf.name)
        self.misshapen[leaf.name] = gradient.detach().clone()
        return torch.full_like(like, torch.nan)

    def compare(self, first: Sequence[Tensor], second: Sequence[Tensor]) -> None:
        """Equal calls: what differs is chance, or memory of the call before."""
        for place, (leaf, one, two) in enumerate(zip(self.subject.leaves, first, second, strict=True)):
            slack = 1e3 * torch.finfo(one.dtype).eps * extent(one)
            if (gap := extent(one - two)) <= slack:
                continue
            chance = max(extent(self.filled(self.run(reseed=True))[place] - one) for _ in range(2))
            if chance <= slack:
                text = f"the gradient of {leaf.name} depends on an earlier forward call: stale values"
                self.fault("stale", text, leaf.name)
            else:
                text = f"two equal backward calls differ at {leaf.name} by {chance:.3g}"
                self.fault("nondeterministic", text, leaf.name, wrong=max(gap, chance) > 1e-6 * extent(one))

    def linear(self, base: Sequence[Tensor]) -> list[float]:
        """Homogeneity in `v`; returns the deviation per leaf in units of the gradient."""
        noise = [0.0] * len(base)
        for factor in FACTORS[: 1 if self.brief else None]:
            # With the first multiple goes what must not matter either: another forward before, other chance after.
            mixed = factor == FACTORS[0] and not self.brief
            self.scaled[factor] = self.filled(self.run(factor, decoy=mixed, reseed=mixed))
            if mixed and not self.proportional(base, factor):
                self.compare(base, self.filled(self.run(decoy=True, reseed=True)))
                self.scaled[factor] = self.filled(self.run(factor))
            for place, (leaf, one) in enumerate(zip(self.subject.leaves, base, strict=True)):
                eps = torch.finfo(one.dtype).eps
                gap = extent(self.scaled[factor][place].double().div(factor).sub_(one))
                slack = BEND * eps**0.5 * extent(one)
                if gap > slack and gap > slack + self.summed(leaf, eps) and gap > 30 * self.rounding(place):
                    self.blame(leaf, one, self.scaled[factor][place], factor)
                elif factor == FACTORS[0]:
                    noise[place] = gap
        return noise

    def summed(self, leaf: Leaf, eps: float) -> float:
        """What rounding in the sum over all outputs may do to a gradient."""
        total = sum(float((v * y).abs().nan_to_num().sum()) for v, y in zip(self.v, self.first, strict=True))
        rms = float(leaf.value.detach().abs().double().square().mean().sqrt()) if leaf.value.numel() else 1.0
        return 1e3 * eps * total / (rms or 1.0)

    def proportional(self, base: Sequence[Tensor], factor: float) -> bool:
        """Whether the gradients for `factor * v` are `factor` times those for v, to rounding."""
        pairs = zip(base, self.scaled[factor], strict=True)
        return all(
            extent(other.double() / factor - one.double()) <= 1e3 * torch.finfo(one.dtype).eps * extent(one)
            for one, other in pairs
        )

    def rounding(self, place: int) -> float:
        """By how much rounding moves the gradient of a leaf; asked only where linearity is in doubt."""
        if not self.spreads:
            self.spreads = [extent(each) for each in spread(self.subject, self.v, self.frozen)]
        return self.spreads[place]

    def blame(self, leaf: Leaf, one: Tensor, other: Tensor, factor: float) -> None:
        if any(fault.leaf == leaf.name for fault in self.faults):
            return
        if extent(other - one) <= 1e3 * torch.finfo(one.dtype).eps * extent(one):
            text = f"the gradient of {leaf.name} ignores grad_output: it is the same for v and {factor:g}*v"
            self.fault("ignores", text, leaf.name)
        else:
            text = f"the gradient of {leaf.name} does not scale with grad_output (factor {factor:g})"
            self.fault("nonlinear", text, leaf.name)


def copied(subject: Subject) -> str:
    """What a forward may have missed: it gets copies of its arguments, and a copy of a view has no memory beside it."""
    inputs = [leaf for leaf in subject.leaves if not leaf.parameter]
    views = [leaf.name for leaf in inputs if leaf.value.untyped_storage().nbytes() > leaf.value.nbytes]
    return f"; {', '.join(views)}: a view of something larger, checked as a copy of that view alone" if views else ""


class BackwardFailed(Exception):
    """The backward raised; carries the `Failure`."""


def extent(value: Tensor) -> float:
    """Largest magnitude of the finite elements, 0 for an empty tensor."""
    if not value.numel():
        return 0.0
    largest = float(value.abs().max())
    return largest if math.isfinite(largest) else float(value.abs().nan_to_num(0.0, 0.0, 0.0).max())
