"""Values of the function around the point, many at a time.

The one measurement everything rests on is the change along a direction,

    F(d) = sum over outputs of  v * (y(x + d) - y(x)),

with the outputs subtracted element by element **before** the dot product with the cotangent `v`: outputs that do not
move then cancel exactly, and the rounding error is that of the outputs that do.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from dltui.gradcheck.foreign import Failure, attempt
from dltui.gradcheck.frozen import Frozen
from dltui.gradcheck.functions import forwards_alone
from dltui.gradcheck.perturb import Perturbed
from dltui.gradcheck.replay import Recording, Replay, recording
from dltui.gradcheck.subject import Subject

CACHE = 196_608
"""Elements of the widest batched result per chunk: 1.5 MB of float64, what stays in a second-level cache."""
FIRST, MOST = 24, 2048
"""Rows of the first chunk, which finds out how wide the results are, and most rows of any."""

SAME = 1e-6
"""How far apart two changes of one row may be, as a share."""


@dataclass(frozen=True)
class Moves:
    """What perturbations did."""

    change: Tensor
    """F, shape (rows,); NaN where the function could not be evaluated."""
    weight: Tensor
    """S = sum |v * y| over the outputs that moved, shape (rows,): rounding errors of F are a few eps * S."""


class Probe:
    """Evaluates a subject beside the point `values`."""

    def __init__(
        self, subject: Subject, frozen: Frozen, cotangents: Sequence[Tensor], chunk: int | None = None,
        values: Sequence[Tensor] = (),
    ) -> None:  # fmt: skip
        self.subject, self.frozen, self.chunk = subject, frozen, chunk
        self.evaluations = 0
        self.batched: dict[int, bool] = {}
        """Per leaf: whether many rows can go into one call; unknown until tried."""
        self.widths: dict[int, int] = {}
        self.recording: Recording | None = None
        self.replays: dict[int, Replay | None] = {}
        """Per leaf: the operations that depend on it, where all of them are known."""
        self.values = list(values) if values else subject.values()
        self.state = subject.state()
        self.spoils = False
        """The function works in place on its arguments: it gets copies."""
        begin, before = time.perf_counter(), [value._version for value in self.values]
        base = self.evaluate(self.values)
        if [value._version for value in self.values] != before:
            self.spoils = True
            self.values = list(values) if values else subject.values()
        self.cost = time.perf_counter() - begin
        """Seconds of one evaluation."""
        if isinstance(base, Failure):
            raise ProbeError(str(base))
        self.base = [y.detach().clone() for y in base]
        self.dtype = torch.promote_types(self.base[0].dtype, torch.float32)
        self.v = [v.to(y.dtype) for v, y in zip(cotangents, self.base, strict=True)]
        self.loud = [(v * y).abs().nan_to_num(0.0, 0.0, 0.0) for v, y in zip(self.v, self.base, strict=True)]
        self.finite = all(bool(y.isfinite().all()) for y in self.base)
        self.total = sum(float(each.sum()) for each in self.loud)
        self.loudest = max((float(each.max()) for each in self.loud if each.numel()), default=0.0)
        self.eps = max(torch.finfo(y.dtype).eps for y in self.base)

    def evaluate(self, values: Sequence[Tensor]) -> list[Tensor] | Failure:
        """Outputs at `values`, with chance and state put back before."""
        self.frozen.rewind()
        self.evaluations += 1
        if self.subject.graded:
            values = [value.detach().clone().requires_grad_() for value in values]
        elif self.spoils:
            values = [value.clone() for value in values]
        with torch.set_grad_enabled(self.subject.graded):
            found = attempt(lambda: self.subject.outputs(values))
        return found if isinstance(found, Failure) else [output.detach() for output in found]

    def beside(self, values: Sequence[Tensor], within: AbstractContextManager[object] | None = None) -> Probe:
        """A probe of the same function at other values, or of the function `within` something. Raises ProbeError where
        it cannot be evaluated."""
        subject = replace(self.subject, within=within) if within else self.subject
        other = Probe(subject, self.frozen, self.v, self.chunk, values)
        other.batched, other.widths = dict(self.batched), dict(self.widths)
        return other

    def moves(self, leaf: int, index: Tensor, step: Tensor) -> Moves:
        """Element `index[r]` of leaf number `leaf` moved by `step[r]`, for every row r.

        index: int64 (rows,), step: (rows,) in the dtype of the leaf.
        """
        rows, start, parts = len(index), 0, []
        while start < rows:
            here = slice(start, start + self.size(leaf))
            parts.append(self.part(leaf, index[here], step[here]))
            start = here.stop
        if not parts:
            return Moves(step.new_zeros(0), step.new_zeros(0))
        return Moves(torch.cat([each.change for each in parts]), torch.cat([each.weight for each in parts]))

    def part(self, leaf: int, index: Tensor, step: Tensor) -> Moves:
        """One chunk: in one call where the function allows it."""
        if self.batched.get(leaf, True) and (replay := self.replay(leaf)):
            replayed = attempt(lambda: self.replayed(replay, leaf, index, step))
            if not isinstance(replayed, Failure):
                return replayed
            self.replays[leaf] = None
            self.batched.pop(leaf, None)
            self.widths.pop(leaf, None)
        if self.batched.get(leaf, True):
            begin = time.perf_counter()
            found = attempt(lambda: self.together(leaf, index, step))
            if not isinstance(found, Failure):
                first = not self.batched.get(leaf, False)
                self.batched[leaf] = not (first and self.slow(leaf, (time.perf_counter() - begin) / (len(index) + 1)))
                return found
            if leaf not in self.batched:
                # A batch may fail because of one row that leaves the domain: ask again without moving.
                still = attempt(lambda: self.together(leaf, index[:1], torch.zeros_like(step[:1])))
                self.batched[leaf] = not isinstance(still, Failure)
        return self.one_by_one(leaf, index, step)

    def replay(self, leaf: int) -> Replay | None:
        """The replay for a leaf, None where there is none."""
        if leaf not in self.replays:
            if self.recording is None:
                self.frozen.rewind()
                self.recording = recording(self.subject, self.values, self.state, copied=self.spoils)
            self.replays[leaf] = self.recording.replay(self.values[leaf])
        return self.replays[leaf]

    def replayed(self, replay: Replay, leaf: int, index: Tensor, step: Tensor) -> Moves:
        """All rows by replay, with one that moves nothing. The first time, one row is compared with a call of its
        own: part of the function may have been hidden from the tape."""
        with torch.no_grad():
            still = index.new_zeros(1)
            outputs = replay.rows(torch.cat([still, index]), torch.cat([still.to(step.dtype), step]))
            self.evaluations += len(index)
            bases = [output[0] for output in outputs]
            if not all(close(one, two, self.eps) for one, two in zip(bases, self.base, strict=True)):
                raise ProbeError("a replay does not return what a call returns")
            moves = self.measured([output[1:] for output in outputs], bases)
        if leaf not in self.batched:
            last = slice(len(index) - 1, None)
            alone = self.one_by_one(leaf, index[last], step[last])
            gap = (moves.change[last] - alone.change).abs()
            if bool((gap > SAME * alone.change.abs() + 1e4 * self.eps * (alone.weight + moves.weight[last])).any()):
                raise ProbeError("a replay does not move as a call does")
            self.batched[leaf] = True
        self.widths[leaf] = replay.widest
        return moves

    def slow(self, leaf: int, cost: float) -> bool:
        """Whether a row of a batch costs more than a call of its own: where results are larger than the cache."""
        if self.widths[leaf] < CACHE // FIRST or cost < 2 * self.cost:
            return False
        trial = torch.zeros(4, dtype=torch.int64, device=self.values[leaf].device)
        begin = time.perf_counter()
        self.one_by_one(leaf, trial, trial.to(self.values[leaf].dtype))
        return time.perf_counter() - begin < 4 * cost

    def size(self, leaf: int) -> int:
        if self.chunk:
            return self.chunk
        if leaf not in self.widths:
            return FIRST
        return max(8, min(MOST, CACHE // self.widths[leaf]))

    def together(self, leaf: int, index: Tensor, step: Tensor) -> Moves:
        """All rows in one vectorised call.

        A row that moves nothing goes with them and is what the others are compared with: a library may round a batch
        otherwise than a single call. It must agree with the single call, or the batch is not to be trusted.
        """
        widest = 1

        def row(index: Tensor, step: Tensor, state: dict[str, Tensor]) -> list[Tensor]:
            nonlocal widest
            with Perturbed(self.values[leaf], index, step) as mode:
                values = [value.clone() for value in self.values] if self.spoils else self.values
                outputs = mode.swapped(self.subject.outputs(values, state))
                widest = max(mode.widest, *(output.numel() for output in outputs))
            return list(outputs)

        self.frozen.rewind()
        rows = len(index) + 1
        state, batched_state = self.state, 0 if self.frozen.mutates else None
        if self.frozen.mutates:
            state = {name: buffer.expand(rows, *buffer.shape).clone() for name, buffer in state.items()}
        with torch.no_grad(), forwards_alone():
            batch = torch.func.vmap(row, in_dims=(0, 0, batched_state), randomness="same")
            still = index.new_zeros(1)
            outputs = batch(torch.cat([still, index]), torch.cat([still.to(step.dtype), step]), state)
            self.widths[leaf] = max(self.widths.get(leaf, 1), widest)
            self.evaluations += rows
            bases = [output[0] for output in outputs]
            if not all(close(one, two, self.eps) for one, two in zip(bases, self.base, strict=True)):
                raise ProbeError("a batch of calls does not return what single calls return")
            return self.measured([output[1:] for output in outputs], bases)

    def one_by_one(self, leaf: int, index: Tensor, step: Tensor) -> Moves:
        """The plain loop: works for every function."""
        pairs = []
        for place, amount in zip(index.tolist(), step, strict=True):
            moved = self.values[leaf].clone()
            moved.view(-1)[place] += amount
            pairs.append(self.at([*self.values[:leaf], moved, *self.values[leaf + 1 :]]))
        return gathered(pairs, self.values[leaf])

    def along(self, directions: Sequence[Sequence[tuple[int, int, float]]]) -> Moves:
        """Several elements at once: a direction is a list of (leaf, flat index, amount), one direction per row."""
        if all(self.batched.get(leaf, False) for leaf in range(len(self.values))):
            size = max(1, CACHE // max(self.widths.values(), default=1))
            parts = [directions[start : start + size] for start in range(0, len(directions), size)]
            found = attempt(lambda: [self.along_together(part) for part in parts])
            if not isinstance(found, Failure) and found:
                return Moves(torch.cat([each.change for each in found]), torch.cat([each.weight for each in found]))
        pairs = []
        for direction in directions:
            moved = [value.clone() for value in self.values]
            for leaf, place, amount in direction:
                moved[leaf].view(-1)[place] += amount
            pairs.append(self.at(moved))
        return gathered(pairs, self.values[0])

    def along_together(self, directions: Sequence[Sequence[tuple[int, int, float]]]) -> Moves:
        """The same in one vectorised call, on copies of the leaves that move."""
        moving = sorted({leaf for direction in directions for leaf, _, _ in direction})
        copies = {
            leaf: self.values[leaf].repeat(len(directions) + 1, *[1] * self.values[leaf].dim()) for leaf in moving
        }
        for row, direction in enumerate(directions):
            for leaf, place, amount in direction:
                copies[leaf][row + 1].view(-1)[place] += amount

        def outputs(copies: dict[int, Tensor]) -> list[Tensor]:
            return self.subject.outputs([copies.get(leaf, value) for leaf, value in enumerate(self.values)])

        self.frozen.rewind()
        with torch.no_grad(), forwards_alone():
            found = torch.func.vmap(outputs, randomness="same")(copies)
            self.evaluations += len(directions)
            return self.measured([output[1:] for output in found], [output[0] for output in found])

    def at(self, values: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        outputs = self.evaluate(values)
        if isinstance(outputs, Failure) or [y.shape for y in outputs] != [y.shape for y in self.base]:
            return torch.full((), torch.nan, dtype=self.dtype), torch.zeros((), dtype=self.dtype)
        with torch.no_grad():
            moves = self.measured([y.unsqueeze(0) for y in outputs], self.base)
        return moves.change[0], moves.weight[0]

    def measured(self, outputs: Sequence[Tensor], bases: Sequence[Tensor]) -> Moves:
        """F and S of many evaluations; outputs have the shape (rows, *output)."""
        change = weight = torch.zeros(len(outputs[0]), dtype=self.dtype, device=self.base[0].device)
        for output, base, v, loud in zip(outputs, bases, self.v, self.loud, strict=True):
            gap = (output - base).reshape(len(output), base.numel())
            if not self.finite:
                gap = torch.where(base.isfinite().flatten(), gap, 0.0)
            change = change + gap @ v.flatten()
            weight = weight + (gap != 0).to(loud.dtype) @ loud.flatten()
        return Moves(change, weight)


def gathered(pairs: Sequence[tuple[Tensor, Tensor]], like: Tensor) -> Moves:
    if not pairs:
        return Moves(like.new_zeros(0), like.new_zeros(0))
    return Moves(torch.stack([change for change, _ in pairs]), torch.stack([weight for _, weight in pairs]))


def close(one: Tensor, two: Tensor, eps: float) -> bool:
    """Whether two results agree but for rounding; NaN agrees with NaN."""
    gap = (one - two).abs().nan_to_num(0.0, 0.0, 0.0)
    size = two.abs().nan_to_num(0.0, 0.0, 0.0)
    return one.shape == two.shape and not bool((gap > 1e4 * eps * (size.max() if size.numel() else 0.0)).any())


class ProbeError(RuntimeError):
    """The function cannot be evaluated in the precision of the differences."""
