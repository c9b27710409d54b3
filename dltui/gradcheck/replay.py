"""Differences by replaying a tape: of every operation only what differs is computed, for many rows at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from dltui.gradcheck import passage
from dltui.gradcheck.foreign import Failure, attempt
from dltui.gradcheck.layers import LAYERS
from dltui.gradcheck.losses import LOSSES
from dltui.gradcheck.moved import Moved
from dltui.gradcheck.passage import Entry, Impassable, Target
from dltui.gradcheck.perturb import METADATA
from dltui.gradcheck.subject import Subject
from dltui.gradcheck.tape import Step, Tape

RULES: dict[Any, Callable[..., Moved | list[Moved]]] = {
    F.linear: passage.linear, torch.conv2d: passage.conv2d, F.max_pool2d: passage.pool2d,
    F.avg_pool2d: passage.pool2d, torch.flatten: passage.reshape, Tensor.flatten: passage.reshape,
    Tensor.view: passage.reshape, Tensor.view_as: passage.reshape, Tensor.unsqueeze: passage.reshape,
    Tensor.reshape: passage.reshape, torch.reshape: passage.reshape,
    Tensor.__getitem__: passage.selected,
    torch.matmul: passage.product, torch.mm: passage.product, Tensor.matmul: passage.product,
    Tensor.mm: passage.product, Tensor.__matmul__: passage.product,
    **dict.fromkeys(passage.ELEMENTWISE, passage.elementwise), **dict.fromkeys(passage.BINARY, passage.binary),
    **LOSSES, **LAYERS,
}  # fmt: skip

SHAPES = METADATA | {
    torch.zeros_like, torch.ones_like, torch.full_like, torch.rand_like, torch.randn_like, Tensor.new_zeros,
    Tensor.new_ones, Tensor.new_full, torch.is_tensor,
}  # fmt: skip
"""What looks at no value of its arguments."""


class Replay:
    """Sends changes of one tensor through the steps of a tape that depend on it."""

    def __init__(self, tape: Tape, outputs: Sequence[Tensor], value: Tensor) -> None:
        """Raises Impassable where an operation on the way has no rule."""
        self.outputs, self.value = outputs, value
        self.steps: list[Step] = []
        reached = {id(value)}
        for step in tape.steps:
            if step.func in SHAPES or not any(id(each) in reached for each in step.takes):
                continue
            if step.func not in RULES or not isinstance(step.result, Tensor | list | tuple):
                raise Impassable
            self.steps.append(step)
            reached |= {id(each) for each in step.gives}
        self.widest = 1
        """Most elements per row that a result had so far."""

    def rows(self, index: Tensor, step: Tensor) -> list[Tensor]:
        """The outputs, (rows, *output) each, with element `index[r]` moved by `step[r]` in row r.

        Raises Impassable for a use of an operation that its rule does not cover."""
        target = Target(self.value, index, step)
        arrived: dict[int, Moved] = {}
        for each in self.steps:
            found = RULES[each.func](Entry(each, target, arrived), *each.args, **each.kwargs)
            for moved in found if isinstance(found, list) else [found]:
                if moved.values.dtype != moved.base.dtype:
                    raise Impassable
                arrived[id(moved.base)] = moved
                self.widest = max(self.widest, moved.values.numel() // max(1, len(index)))
        return [self.output(each, target, arrived) for each in self.outputs]

    def output(self, output: Tensor, target: Target, arrived: dict[int, Moved]) -> Tensor:
        if output is self.value:
            return target.moved().whole()
        if id(output) in arrived:
            return arrived[id(output)].whole()
        return output.expand(len(target.index), *output.shape)


@dataclass(frozen=True)
class Recording:
    """One call of a function on tape; empty where it cannot be replayed."""

    tape: Tape | None
    outputs: Sequence[Tensor]

    def replay(self, value: Tensor) -> Replay | None:
        """The replay for one of the tensors, None where an operation on its way has no rule."""
        if self.tape is None:
            return None
        try:
            return Replay(self.tape, self.outputs, value)
        except Impassable:
            return None


def recording(subject: Subject, values: Sequence[Tensor], state: Mapping[str, Tensor], copied: bool) -> Recording:
    """Record one call at `values`. `copied`: the function works in place on its arguments."""
    if subject.graded or copied or not isinstance(subject.within, nullcontext):
        return Recording(None, [])
    tape = Tape()
    with torch.no_grad(), tape:
        outputs = attempt(lambda: subject.outputs(values, {name: buffer.clone() for name, buffer in state.items()}))
    return Recording(None, []) if isinstance(outputs, Failure) or not tape.intact else Recording(tape, outputs)
