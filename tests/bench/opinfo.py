"""The gradient checker on PyTorch's own operator database: false alarms, hangs, and wrong gradients found.

    python tests/bench/opinfo.py [--ops REGEX] [--samples N] [--mutants] [--seconds S]

Every differentiable operator of `op_db`, float64, on CPU, with the samples PyTorch tests itself with. A sample counts
as
correct when `torch.autograd.gradcheck` (slow) accepts it; on those our verdict must be "right". Mutants are the same
samples with the gradient scaled by 1.01 in one random element, or in all.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.testing._internal.common_methods_invocations import op_db

from dltui.gradcheck import check
from dltui.gradcheck.tree import replaced, tensors

SKIP = {"normal", "uniform", "bernoulli"}


@dataclass(frozen=True)
class Sample:
    """One function of the tensors that require a gradient."""

    name: str
    function: Callable[..., object]
    inputs: tuple[Tensor, ...]


def samples(pattern: str = "", most: int = 1000, start: str = "") -> Iterator[Sample]:
    """Samples as torch's own gradient tests prepare them; from the operator `start` on."""
    began = not start
    for op in op_db:
        name = op.name + (f".{op.variant_test_name}" if op.variant_test_name else "")
        began = began or name == start
        if not began:
            continue
        if (
            not re.search(pattern, name)
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ops", default="")
    parser.add_argument("--start", default="")
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--skip", type=int, default=1)
    parser.add_argument("--mutants", action="store_true")
    parser.add_argument("--json", default="")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    count = {"right": 0, "wrong": 0, "inconclusive": 0, "skipped": 0}
    slow: list[tuple[float, str]] = []
    alarms = []
    mutants = [0, 0]
    for number, sample in enumerate(samples(given.ops, given.samples, given.start)):
        if number % given.skip:
            continue
        begin = time.perf_counter()
        report = check(sample.function, sample.inputs)
        slow.append((time.perf_counter() - begin, sample.name))
        if slow[-1][0] > 10:
            print(f"{sample.name}: {slow[-1][0]:.1f} s", flush=True)
        count[report.verdict] += 1
        if report.verdict != "right":
            accepted = torch_accepts(sample)
            print(f"{sample.name}: {report} | gradcheck {'accepts' if accepted else 'rejects'}", flush=True)
            if accepted:
                alarms.append(sample.name)
        elif given.mutants:
            mutate(sample, report, mutants)
    total = sum(count.values())
    share = 100 * len(alarms) / max(1, total)
    print(
        f"{total} samples: {count}; false alarms where gradcheck accepts: {len(alarms)} = {share:.2f} %"
    )
    print("mutants found:", mutants)
    print("slowest:", sorted(slow, reverse=True)[:8], "sum", round(sum(t for t, _ in slow)), "s")
    if given.json:
        with Path(given.json).open("w") as file:
            json.dump({"count": count, "alarms": alarms, "mutants": mutants}, file)


def mutate(sample: Sample, report: object, mutants: list[int]) -> None:
    tensor = next(iter(report.tensors.values()))
    analytic = tensor.analytic.reshape(-1)
    if not len(analytic):
        return
    seen = ((tensor.verdict.reshape(-1) == 0) & (analytic.abs() > 1e-6 * analytic.abs().max())).nonzero()[:, 0]
    if not len(seen) or sample.inputs[0].is_complex():
        return
    place = int(seen[len(seen) // 2])
    for spot in (place, -1):
        verdict = check(mutant(sample, spot), sample.inputs).verdict
        mutants[0] += verdict == "wrong"
        mutants[1] += 1
        if verdict != "wrong":
            print(f"{sample.name}: mutant at {spot} not found: {verdict}", flush=True)


if __name__ == "__main__":
    main()
