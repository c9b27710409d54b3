"""Samples of PyTorch's operator database: correct gradients pass, a percent in one element is found.

`python tests/bench/opinfo.py --mutants` takes all of them.
"""

from __future__ import annotations

import sys
import warnings
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from dltui.gradcheck import check

pytestmark = pytest.mark.skipif(find_spec("expecttest") is None, reason="expecttest is not installed")
OPS = [
    "abs", "amax", "atan2", "cumprod", "clamp", "expm1", "gather", "index_add", "kthvalue", "linalg.det", "linalg.inv",
    "linalg.vector_norm", "logsumexp", "masked_fill", "matmul", "max.binary", "median", "nn.functional.conv1d",
    "nn.functional.cross_entropy", "nn.functional.gelu", "nn.functional.group_norm", "nn.functional.hardswish",
    "nn.functional.layer_norm", "nn.functional.max_pool1d", "nn.functional.pad.reflect", "prod", "rsqrt", "sort",
    "std_mean", "svd", "topk", "var", "where",
]  # fmt: skip
SMALL = 400
"""Elements of a sample that is quick to check."""


@pytest.fixture(scope="module")
def opinfo() -> Any:
    """The script. To import the database takes seconds, which only those should wait who try it."""
    sys.path.insert(0, str(Path(__file__).parent.parent / "bench"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return import_module("opinfo")


@pytest.mark.parametrize("name", OPS)
def test_correct_samples_pass_and_mutants_are_found(name: str, opinfo: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = opinfo.samples(f"^{name.replace('.', '[.]')}$")
        sample = next(each for each in found if 0 < sum(value.numel() for value in each.inputs) <= SMALL)
        report = check(sample.function, sample.inputs)
        assert report.ok, f"{sample.name}: {report}"
        score = opinfo.Score()
        score.mutate(sample, report)
        assert score.mutants and not score.missed
