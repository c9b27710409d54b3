"""The gradient checker on PyTorch's own operator database: false alarms, hangs, and wrong gradients found.

    python tests/bench/opinfo.py [--ops REGEX] [--samples N] [--mutants] [--each S] [--total S] [--json FILE]

Every differentiable operator of `op_db`, float64, on CPU, with the samples PyTorch tests itself with. A sample counts
as correct when `torch.autograd.gradcheck` (slow) accepts it; on those our verdict must be "right". Mutants are the same
samples with the gradient scaled by 1.01 in one element, and in all.

`--each`: processor seconds per operator, after which its other samples are left out. `--total`: seconds for all. With
`--json`, finished operators are kept in FILE, and a second run goes on after them.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import sys
import time
import warnings
from collections.abc import Callable, Container, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from torch import Tensor
from torch.testing._internal.common_methods_invocations import op_db

from dltui.gradcheck import GradientReport, check
from dltui.gradcheck.tree import replaced, tensors

SKIP = {"normal", "uniform", "bernoulli"}


@dataclass(frozen=True)
class Sample:
    """One function of the tensors that require a gradient."""

    name: str
    function: Callable[..., object]
    inputs: tuple[Tensor, ...]


def samples(pattern: str = "", most: int = 1000, done: Container[str] = ()) -> Iterator[Sample]:
    """Samples as torch's own gradient tests prepare them, without the operators `done`."""
    for op in op_db:
        name = op.name + (f".{op.variant_test_name}" if op.variant_test_name else "")
        if (
            name in done
            or not re.search(pattern, name)
            or not op.supports_autograd
            or torch.float64 not in op.supported_backward_dtypes("cpu")
        ):
            continue
        torch.manual_seed(0)
        try:
            found = list(op.sample_inputs("cpu", torch.float64, requires_grad=True))
        except Exception as error:  # the database itself needs packages for some operators
            print(f"# {name}: no samples ({error})", file=sys.stderr)
            continue
        for number, sample in enumerate(found[:most]):
            everything = (sample.input, sample.args, sample.kwargs)
            leaves = {path: t for path, t in tensors(everything) if t.requires_grad and not t.is_sparse}
            if leaves and all(t.layout == torch.strided for t in leaves.values()):
                yield Sample(
                    f"{name}#{number}",
                    function(op, sample, list(leaves)),
                    tuple(t.detach().requires_grad_() for t in leaves.values()),
                )


def function(op: object, sample: object, paths: list[str]) -> Callable[..., object]:
    def call(*values: Tensor) -> object:
        given = dict(zip(paths, values, strict=True))
        everything = (sample.input, sample.args, sample.kwargs)

        def change(path: str, value: Tensor) -> Tensor:
            return given[path] if path in given else value.clone()

        first, args, kwargs = replaced(everything, change)
        result = op.gradcheck_wrapper(op.get_op(), first, *args, **kwargs)
        return sample.output_process_fn_grad(result)

    return call


def torch_accepts(sample: Sample) -> bool:
    def tensors_only(*values: Tensor) -> tuple[Tensor, ...]:
        return tuple(t for _, t in tensors(sample.function(*values)) if t.is_floating_point() or t.is_complex())

    try:
        return bool(
            torch.autograd.gradcheck(tensors_only, sample.inputs, check_batched_grad=False, raise_exception=False)
        )
    except Exception:
        return False


class Mutant(torch.autograd.Function):
    """The identity, whose gradient is scaled by 1.01, in all elements or in one."""

    @staticmethod
    def forward(ctx: object, value: Tensor, place: int) -> Tensor:
        ctx.place = place
        return value.clone()

    @staticmethod
    def backward(ctx: object, gradient: Tensor) -> tuple[Tensor, None]:
        if ctx.place < 0:
            return gradient * 1.01, None
        changed = gradient.clone()
        changed.view(-1)[ctx.place] *= 1.01
        return changed, None


def mutant(sample: Sample, place: int) -> Callable[..., object]:
    def call(*values: Tensor) -> object:
        first, *others = values
        return sample.function(Mutant.apply(first, place) if torch.is_grad_enabled() else first, *others)

    return call


@dataclass
class Score:
    """What came out for one operator."""

    right: int = 0
    unjudged: int = 0
    """Samples that gradcheck rejects and that are not right here either."""
    alarms: list[str] = field(default_factory=list)
    """Samples that gradcheck accepts and that are not right here."""
    refused: list[str] = field(default_factory=list)
    """Samples that look at memory beside their argument, named as such."""
    left_out: int = 0
    mutants: int = 0
    missed: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def take(self, sample: Sample, mutants: bool) -> None:
        begin = time.process_time()
        report = check(sample.function, sample.inputs)
        if report.ok:
            self.right += 1
            if mutants:
                self.mutate(sample, report)
        elif any("a view of something larger" in note for note in report.notes):
            self.refused.append(f"{sample.name}: {report}")
        elif torch_accepts(sample):
            self.alarms.append(f"{sample.name}: {report}")
            print(self.alarms[-1], flush=True)
        else:
            self.unjudged += 1
        self.seconds += time.process_time() - begin

    def mutate(self, sample: Sample, report: GradientReport) -> None:
        places = spots(sample, report)
        for place in places:
            verdict = check(mutant(sample, place), sample.inputs).verdict
            self.mutants += 1
            if verdict != "wrong":
                self.missed.append(f"{sample.name} at {place}: {verdict}")
                print(f"not found: {self.missed[-1]}", flush=True)


def spots(sample: Sample, report: GradientReport) -> list[int]:
    """Where to plant a percent: one element that is known and not nearly zero, and all (-1); none where none is."""
    tensor = next(iter(report.tensors.values()))
    analytic = tensor.analytic.reshape(-1)
    if not len(analytic) or sample.inputs[0].is_complex():
        return []
    known = tensor.numeric.reshape(-1).abs() > 100 * tensor.error.reshape(-1)  # a true zero is zero times 1.01 as well
    large = analytic.abs() > 1e-6 * analytic.abs().max()
    seen = ((tensor.verdict.reshape(-1) == 0) & known & large).nonzero()[:, 0]
    return [int(seen[len(seen) // 2]), -1] if len(seen) else []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ops", default="")
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--mutants", action="store_true")
    parser.add_argument("--each", type=float, default=float("inf"))
    parser.add_argument("--total", type=float, default=float("inf"))
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    known = json.loads(given.json.read_text()) if given.json and given.json.exists() else {}
    scores = {name: Score(**score) for name, score in known.items()}
    end = time.monotonic() + given.total
    found = samples(given.ops, given.samples, done=set(scores))
    for name, some in itertools.groupby(found, key=lambda sample: sample.name.partition("#")[0]):
        score = Score()
        for sample in some:
            if score.seconds > given.each:
                score.left_out += 1
            else:
                score.take(sample, given.mutants)
        scores[name] = score
        if given.json:
            given.json.write_text(json.dumps({name: asdict(score) for name, score in scores.items()}, indent=1))
        if time.monotonic() > end:
            break
    tell(scores)


def tell(scores: dict[str, Score]) -> None:
    everything = list(scores.values())
    alarms, missed = sum(len(s.alarms) for s in everything), sum(len(s.missed) for s in everything)
    mutants, right = sum(s.mutants for s in everything), sum(s.right for s in everything)
    print(f"{len(scores)} operators, {right + alarms} correct samples: {alarms} false alarms")
    print(f"{mutants - missed} of {mutants} mutants found")
    unjudged, left_out = sum(s.unjudged for s in everything), sum(s.left_out for s in everything)
    refused = sum(len(s.refused) for s in everything)
    print(f"{unjudged} samples that neither accepts, {refused} refused with the reason, {left_out} left out")
    slowest = sorted(scores, key=lambda name: -scores[name].seconds)[:5]
    print("slowest:", ", ".join(f"{name} {scores[name].seconds:.0f} s" for name in slowest))


if __name__ == "__main__":
    main()
