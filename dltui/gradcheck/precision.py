"""How exact the two sides can be: the precision of the backward under test, and of the differences.

float32 gradients are compared with differences in float64 (a shadow of the same function): native float32 differences
have errors of 1e-3 where float64 has 1e-10. What remains is the rounding of the gradient itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from dltui.gradcheck.foreign import Failure, attempt
from dltui.gradcheck.frozen import Frozen
from dltui.gradcheck.probe import Probe, ProbeError, close
from dltui.gradcheck.rehearsal import Rehearsal, Unusable, extent
from dltui.gradcheck.subject import Subject


@dataclass(frozen=True)
class Slack:
    """What rounding may do to a correct gradient."""

    tau: float
    """Relative tolerance."""
    eps: float
    """Precision of the backward under test."""
    native: bool
    """The differences themselves are in low precision."""

    def floor(self, gradient: Tensor, noise: float, probe: Probe, weight: Tensor, scale: Tensor) -> Tensor:
        """Absolute slack per element, (n,): rounding of sums over the tensor and over the outputs.

        gradient: the whole tensor; weight: S of the elements, (n,); scale: their scale, (n,).
        """
        share = 2e-6 if self.eps > 1e-10 else 200 * self.eps
        loud = torch.clamp(weight.double(), min=probe.loudest)
        units = 100 if self.native else 50
        summed = loud / scale.double()
        return (
            share * extent(gradient) + torch.clamp(30 * self.eps * summed, max=3 * noise) + units * probe.eps * summed
        )


def slack_of(rehearsal: Rehearsal, native: bool) -> Slack:
    """By the least precise floating-point tensor in play."""
    eps = worst_eps([*rehearsal.outputs, *rehearsal.gradients, *(leaf.value for leaf in rehearsal.subject.leaves)])
    if eps < 1e-10:
        return Slack(1e-5, eps, native=False)
    return Slack(max(1e-4, min(0.05, 840 * eps)) if not native else 2e-3, eps, native)


def worst_eps(values: Sequence[Tensor]) -> float:
    return max((torch.finfo(value.dtype).eps for value in values), default=torch.finfo(torch.float64).eps)


def probe_of(rehearsal: Rehearsal, frozen: Frozen, native: bool, chunk: int | None) -> tuple[Probe, bool, list[str]]:
    """A probe in float64 where the function allows it: (probe, whether it is in low precision, notes).

    Raises `Unusable` when the function cannot be evaluated without autograd at all.
    """
    low = worst_eps([leaf.value for leaf in rehearsal.subject.leaves]) > 1e-10
    shadow = rehearsal.subject.shadow()
    plain = rehearsal.subject
    ways = [(plain, low), (replace(plain, graded=True), low)]
    if low and not native:
        ways = [(shadow, False), (replace(shadow, graded=True), False), *ways]
    reason: Failure | str = ""
    for subject, is_low in ways:
        probe = probe_in(subject, frozen, rehearsal, chunk)
        if isinstance(probe, Probe):
            notes = []
            if low and is_low and not native:
                notes.append(f"differences are in float32: in float64 the function fails or differs ({reason})")
            return probe, is_low, notes
        reason = reason or probe
    raise Unusable(f"the function cannot be evaluated a second time: {reason}")


def probe_in(subject: Subject, frozen: Frozen, rehearsal: Rehearsal, chunk: int | None) -> Probe | Failure | str:
    """A probe whose outputs are those of the rehearsal, or why there is none."""
    probe = attempt(lambda: Probe(subject, frozen, rehearsal.cotangents, chunk))
    if isinstance(probe, Failure):
        return probe
    if [y.shape for y in probe.base] != [y.shape for y in rehearsal.outputs]:
        return "other shapes"
    eps = worst_eps([*rehearsal.outputs, *probe.base])
    if all(close(y.double(), base.double(), eps) for y, base in zip(rehearsal.outputs, probe.base, strict=True)):
        return probe
    return "other values"


__all__ = ["ProbeError", "Slack", "probe_of", "slack_of"]
