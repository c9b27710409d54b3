"""Which mistake would give exactly these numbers? Mistakes are made on purpose, one after the other, in the autograd
graph of the same forward, until the gradients under test come out.

This names what no rule about one tensor can see: a forgotten path through a mean, the missing carry of a recurrent net,
a cross term of a softmax inside an attention. The statement is exact in its numbers: **all** gradients equal those of
the mistaken backward to nine digits.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from dltui.gradcheck.inspection import Inspection
from dltui.gradcheck.mutations import mutations
from dltui.gradcheck.reference import Node, Reference, reference
from dltui.gradcheck.report import Hint

SECONDS = 1.5
"""For the search, where the caller gives no less."""
PAIRS = 12
"""Nodes whose paths are left out two by two."""
SAME, SAME32 = 1e-8, 1e-4


def cause(inspection: Inspection) -> Hint | None:
    """The mistake that gives the gradients under test, if one is found."""
    rehearsal = inspection.rehearsal
    if any(fault.wrong for fault in rehearsal.faults):
        return None
    graph = reference(rehearsal, inspection.frozen)
    if graph is None or not sound(graph, inspection):
        return None
    wanted = [gradient.detach().double() for gradient in rehearsal.gradients]
    share = SAME if inspection.slack.eps < 1e-10 else SAME32
    end = time.perf_counter() + min(SECONDS, max(0.1, inspection.clock.left()))
    for text, found in attempts(graph):
        if found is not None and equal(found, wanted, share) and not equal(found, graph.right, share):
            return Hint("path", f"the gradients are those of a backward in which {text}", "", exact=True)
        if time.perf_counter() > end:
            break
    return None


def sound(graph: Reference, inspection: Inspection) -> bool:
    """Whether the graph agrees with the differences where the backward under test does not."""
    for right, comparison in zip(graph.right, inspection.compared, strict=True):
        table = comparison.table
        right = right.reshape(-1)
        seen = table.numeric.isfinite() & ~comparison.bent()
        gap = (right - table.numeric).abs()[seen]
        slack = (table.error.nan_to_num(0.0, 0.0, 0.0) + 1e-4 * right.abs() + 1e-6 * right.abs().max())[seen]
        if not bool((gap <= slack).all()):
            return False
    return True


def equal(one: Sequence[Tensor], two: Sequence[Tensor], share: float) -> bool:
    """Whether all gradients agree, to a share of the largest of their tensor."""
    for a, b in zip(one, two, strict=True):
        if a.numel() and not bool((a - b).abs().max() <= share * torch.maximum(a.abs().max(), b.abs().max())):
            return False
    return True


def attempts(graph: Reference) -> Iterator[tuple[str, list[Tensor] | None]]:
    """(what went wrong, gradients) of mistakes: at one node, at all nodes of a kind, at two, at the cotangent."""
    names = titles(graph.nodes)
    plans = [(node, list(mutations(node))) for node in graph.nodes]
    for node, made in plans:
        for text, hook in made:
            yield text.format(op=names[id(node)]), graph.with_hooks([(node, hook)])
    yield from everywhere(graph)
    yield from by_cotangent(graph)
    zeros = [
        (node, text, hook)
        for node, made in plans
        for text, hook in made
        if text.startswith("the path") and "missing" in text
    ][: 2 * PAIRS]  # fmt: skip
    for (one, text, hook), (two, other, second) in itertools.combinations(zeros, 2):
        if one is not two:
            both = f"{text.format(op=names[id(one)])}, and {other.format(op=names[id(two)])}"
            yield both, graph.with_hooks([(one, hook), (two, second)])


def everywhere(graph: Reference) -> Iterator[tuple[str, list[Tensor] | None]]:
    """The same mistake at all nodes of a kind that share a leaf: at every time step."""
    groups: dict[tuple[str, tuple[int | None, ...]], list[Node]] = {}
    for node in graph.nodes:
        groups.setdefault((node.name, node.leaves), []).append(node)
    for members in groups.values():
        if len(members) < 2:
            continue
        made = [dict(mutations(node)) for node in members]
        for text in made[-1]:
            # The first step may start from a constant, where there is no path to lose.
            hooks = [(node, each[text]) for node, each in zip(members, made, strict=True) if text in each]
            title = f"{members[0].name} (every time{where(members[-1])})"
            yield text.format(op=title), graph.with_hooks(hooks)


def by_cotangent(graph: Reference) -> Iterator[tuple[str, list[Tensor] | None]]:
    """Mistakes with grad_output itself."""
    vs = graph.cotangents
    for dim in range(max(v.dim() for v in vs)):
        some = [v.mean(dim, keepdim=True).expand_as(v) if v.dim() > dim else v for v in vs]
        yield f"grad_output is averaged over dimension {dim} first", graph.gradients(some)
        some = [v.sum(dim, keepdim=True).expand_as(v) if v.dim() > dim else v for v in vs]
        yield f"grad_output is summed over dimension {dim} first", graph.gradients(some)
        some = [v.flip(dim) if v.dim() > dim else v for v in vs]
        yield f"grad_output is taken in the reverse order of dimension {dim}", graph.gradients(some)
    yield "grad_output is averaged first", graph.gradients([v.mean().expand_as(v) for v in vs])
    yield "grad_output is summed first", graph.gradients([v.sum().expand_as(v) for v in vs])
    for place in range(len(vs)) if len(vs) > 1 else ():
        some = [torch.zeros_like(v) if number == place else v for number, v in enumerate(vs)]
        yield f"the gradient of output {place} is ignored", graph.gradients(some)


def titles(nodes: Sequence[Node]) -> dict[int, str]:
    """What to call each node: its operation, which of several it is, and the line that made it."""
    totals: dict[str, int] = {}
    for node in nodes:
        totals[node.name] = totals.get(node.name, 0) + 1
    seen: dict[str, int] = {}
    found = {}
    for node in nodes:
        seen[node.name] = seen.get(node.name, 0) + 1
        which = f" ({seen[node.name]} of {totals[node.name]}{where(node)})" if totals[node.name] > 1 else ""
        found[id(node)] = f"{node.name}{which or (f' ({where(node)[2:]})' if where(node) else '')}"
    return found


def where(node: Node) -> str:
    return f", in `{node.line}`" if node.line else ""
