"""How far a correct gradient may be off because of rounding alone, measured.

Every tensor is moved by a unit in its last place, at random, and the backward is called again: what its result does
is what rounding does to it (stochastic arithmetic: Vignes 1993; Parker, *Monte Carlo Arithmetic*, 1997). A correct
backward that is ill-conditioned moves a lot; a wrong one stays where it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from dltui.gradcheck.differences import scale
from dltui.gradcheck.foreign import Failure, attempt
from dltui.gradcheck.frozen import Frozen
from dltui.gradcheck.subject import Leaf, Subject, real, unreal

TRIALS = 4
TIMES = 8.0
"""A gradient may be this many times as far off as it moved."""
ROUGH = 0.01
"""A gradient that moves by more than this share jumps: that is no rounding, but a kink."""


def spread(subject: Subject, cotangents: Sequence[Tensor], frozen: Frozen, own: bool = False) -> list[Tensor]:
    """Per leaf and element, by how much the gradient moves when all leaves move by their last digit; zeros where the
    backward cannot be called again.

    The last digit is that of the tensor, which stands for what is added up inside; with `own`, that of each element,
    and the cotangents move as well."""
    base = gradients(fixed(subject), cotangents, frozen)
    found = [torch.zeros_like(real(leaf.value.detach()), dtype=torch.float64) for leaf in subject.leaves]
    if base is None:
        return found
    for trial in range(TRIALS):
        vs = [shaken(v, trial) for v in cotangents] if own else cotangents
        moved = gradients(jittered(subject, trial, own), vs, frozen)
        if moved is None:
            continue
        for total, one, two in zip(found, base, moved, strict=True):
            gap = (one - two).abs() if one.shape == two.shape == total.shape else torch.zeros_like(total)
            torch.maximum(total, gap.nan_to_num(0.0, 0.0, 0.0), out=total)
    return found


def fixed(subject: Subject) -> Subject:
    """The subject away from its live parameters, in the dtype of its leaves."""
    return replace(subject, dtype=subject.leaves[0].value.dtype if not subject.leaves[0].value.is_complex() else None)


def shaken(value: Tensor, seed: int) -> Tensor:
    """Each element moved by a unit in its last place, at random."""
    dice = torch.Generator().manual_seed(seed)
    shake = torch.randn(value.shape, generator=dice, dtype=torch.float64).to(value.device, value.dtype)
    return value * (1 + torch.finfo(value.dtype).eps * shake)


def jittered(subject: Subject, seed: int, own: bool) -> Subject:
    dice = torch.Generator().manual_seed(seed)

    def moved(leaf: Leaf) -> Leaf:
        value = leaf.value.detach()
        flat = real(value).double()
        shake = torch.randn(flat.shape, generator=dice, dtype=torch.float64).to(value.device)
        size = flat.abs() if own else scale(flat).view(flat.shape)
        flat = flat + torch.finfo(value.dtype).eps * size * shake
        return replace(leaf, value=unreal(flat, value).to(value.dtype))

    return replace(fixed(subject), leaves=tuple(moved(leaf) for leaf in subject.leaves))


def gradients(subject: Subject, cotangents: Sequence[Tensor], frozen: Frozen) -> list[Tensor] | None:
    """The gradients in float64, None where the run fails."""
    frozen.rewind()

    def run() -> list[Tensor | None]:
        outputs, backward, _ = subject.tracked()
        return backward([v.to(y.dtype) for v, y in zip(cotangents, outputs, strict=True)])

    found = attempt(run)
    if isinstance(found, Failure):
        return None
    return [
        torch.zeros_like(real(leaf.value.detach()), dtype=torch.float64) if each is None else each.detach().double()
        for each, leaf in zip(found, subject.leaves, strict=True)
    ]
