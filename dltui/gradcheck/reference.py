"""The right gradient by autograd, with its graph open for experiments.

A backward written by hand stands beside a forward that is made of torch operations. Running that forward under
autograd, every custom Function replaced by its forward, gives a graph of known derivatives. Once differences have shown
that this graph is right and the backward under test is not, the graph can be asked what a mistake at one of its nodes
would do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from dltui.gradcheck.foreign import Failure, attempt, printable
from dltui.gradcheck.frozen import Frozen
from dltui.gradcheck.functions import forwards_alone
from dltui.gradcheck.pair import Pair
from dltui.gradcheck.rehearsal import Rehearsal
from dltui.gradcheck.subject import Subject, real

Gradients = list[Tensor]
Hook = Callable[[Sequence[Tensor | None], Sequence[Tensor | None]], Sequence[Tensor | None] | None]
"""(gradients of a node's inputs, gradients of its outputs) -> other gradients of its inputs."""
MOST = 400
"""Nodes; larger graphs are left alone."""


@dataclass(frozen=True)
class Node:
    """An operation of the forward."""

    function: Any
    """Its autograd node."""
    name: str
    """Its operation: "tanh", "mm"."""
    leaves: tuple[int | None, ...]
    """Per input: the number of the leaf it is, None for others."""
    values: tuple[Tensor, ...]
    """The values of all leaves."""
    line: str
    """The line of the forward that made it, where known."""


@dataclass(frozen=True)
class Reference:
    """An autograd graph of the forward."""

    outputs: list[Tensor]
    leaves: list[Tensor]
    cotangents: list[Tensor]
    nodes: list[Node]
    right: Gradients

    def gradients(self, cotangents: Sequence[Tensor] | None = None) -> Gradients | None:
        """Gradients of all leaves under the hooks now in place; None where they fail."""
        given = self.cotangents if cotangents is None else cotangents
        found = attempt(
            lambda: torch.autograd.grad(
                self.outputs, self.leaves, given, retain_graph=True, allow_unused=True, materialize_grads=True
            )
        )
        return None if isinstance(found, Failure) else [real(each.detach()).double() for each in found]

    def with_hooks(self, hooks: Sequence[tuple[Node, Hook]]) -> Gradients | None:
        """Gradients with some nodes going wrong."""
        handles = [node.function.register_hook(hook) for node, hook in hooks]
        try:
            return self.gradients()
        finally:
            for handle in handles:
                handle.remove()


def reference(rehearsal: Rehearsal, frozen: Frozen) -> Reference | None:
    """The graph of the forward in float64, None where autograd cannot make one."""
    subject = rehearsal.subject.shadow()
    if isinstance(subject, Pair):
        subject = plain(subject)
    leaves = [subject.cast(leaf.value.detach()).clone().requires_grad_() for leaf in subject.leaves]
    frozen.rewind()

    def run() -> list[Tensor]:
        with torch.enable_grad(), torch.autograd.set_detect_anomaly(True), forwards_alone(everywhere=True):
            return subject.outputs([real(leaf) for leaf in leaves])

    outputs = attempt(run)
    if isinstance(outputs, Failure):
        return None
    pairs = [(y, v.to(y.dtype)) for y, v in zip(outputs, rehearsal.cotangents, strict=False) if y.requires_grad]
    if not pairs:
        return None
    outputs, cotangents = [y for y, _ in pairs], [v for _, v in pairs]
    nodes = attempt(lambda: walk(outputs, leaves))
    if isinstance(nodes, Failure) or len(nodes) > MOST:
        return None
    made = Reference(outputs, leaves, cotangents, nodes, [])
    right = made.gradients()
    return None if right is None else replace(made, right=right)


def plain(pair: Pair) -> Subject:
    """The forward of a pair, without its backward; a cache is dropped."""

    def forward(*args: object, **kwargs: object) -> object:
        return pair.split(pair.call(*args, **kwargs))[0]

    return Subject(pair.title, forward, pair.arguments, pair.leaves, pair.modules, pair.dtype, pair.counted)


def walk(outputs: Sequence[Tensor], leaves: Sequence[Tensor]) -> list[Node]:
    """The nodes of the graph in the order of the forward, leaves left out."""
    values = tuple(leaf.detach() for leaf in leaves)
    numbers = {id(leaf): number for number, leaf in enumerate(leaves)}
    seen: set[Any] = set()
    found: list[tuple[int, Node]] = []
    queue = [output.grad_fn for output in outputs]
    while queue:
        function: Any = queue.pop()
        if function is None or function in seen:
            continue
        seen.add(function)
        inputs = [each for each, _ in function.next_functions]
        queue += inputs
        if hasattr(function, "variable"):
            continue
        owners = tuple(numbers.get(id(getattr(each, "variable", None))) for each in inputs)
        found.append((sequence(function), Node(function, operation(function), owners, values, line_of(function))))
    return [node for _, node in sorted(found, key=lambda pair: pair[0])]


def sequence(function: Any) -> int:
    number = attempt(function._sequence_nr)
    return number if isinstance(number, int) else 0


def operation(function: Any) -> str:
    """ "TanhBackward0" -> "tanh"."""
    name = str(function.name()).split("::")[-1]
    return name.rstrip("0123456789").removesuffix("Backward").lower()


HERE, TORCH = str(Path(__file__).parent), str(Path(torch.__file__).parent)


def line_of(function: Any) -> str:
    """The innermost line of the forward that is neither torch nor this package."""
    frames = function.metadata.get("traceback_") or []
    for frame in reversed(frames):
        head, _, text = frame.partition("\n")
        if f'"{HERE}' in head or f'"{TORCH}' in head or not text.strip():
            continue
        return printable(text.strip().splitlines()[0])
    return ""
