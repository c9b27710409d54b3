"""Elements far smaller than others of their tensor, coarse functions and jumps: what a first look would get wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from dltui.gradcheck import check
from dltui.gradcheck.report import GradientReport

D = torch.float64
SPAN = torch.logspace(-12, 6, 10, dtype=D)
"""18 decades in one tensor."""
ONES = torch.ones(10, dtype=D)
PLACE = torch.arange(10)


def outputs(factor: Tensor) -> GradientReport:
    return check((lambda x: SPAN * x.sin(), lambda g, x: g * SPAN * x.cos() * factor), (ONES + PLACE / 7,))


def inputs(factor: Tensor) -> GradientReport:
    return check((lambda x: x**2, lambda g, x: 2 * g * x * factor), (SPAN.clone(),))


@pytest.mark.parametrize("span", [outputs, inputs])
@pytest.mark.parametrize("factor", [2.0, 1.02, 0.0])
def test_a_small_element_beside_large_ones_does_not_pass_wrong(
    span: Callable[[Tensor], GradientReport], factor: float
) -> None:
    for place in (0, 2, 5):
        report = span(torch.where(place == PLACE, factor, 1.0))
        (tensor,) = report.tensors.values()
        assert report.verdict == "wrong" and tensor.count(1) == 1, str(report)
        assert tensor.element(place).verdict == "wrong"


@pytest.mark.parametrize("span", [outputs, inputs])
def test_the_correct_twin_of_mixed_scales_passes(span: Callable[[Tensor], GradientReport]) -> None:
    assert span(ONES).ok


def test_a_small_element_lost_in_the_rounding_of_the_others_is_excused() -> None:
    """`p - 1` for a p close to 1 has no better value in float64."""
    x = torch.tensor([0.0, 5.0, 30.0, 34.0], dtype=D)
    report = check((lambda x: torch.nn.functional.softplus(-x), lambda g, x: g * (x.sigmoid() - 1)), (x,))
    assert report.ok, str(report)


@pytest.mark.parametrize("offset", [1e8, 1e10, 1e11])
@pytest.mark.parametrize("factor", [1.0, 2.0])
def test_a_coarse_function_is_no_staircase(offset: float, factor: float) -> None:
    x = torch.linspace(0.3, 2, 6, dtype=D)
    report = check((lambda x: (x + offset) - offset, lambda g, x: factor * g), (x,))
    assert report.verdict == ("right" if factor == 1 else "wrong"), str(report)


@pytest.mark.parametrize("jump", [torch.round, torch.floor, torch.sign])
def test_a_step_function_has_no_slope_to_pass_on(jump: Callable[[Tensor], Tensor]) -> None:
    x = torch.tensor([-2.8, -0.71, 0.37, 1.93, 3.4], dtype=D)
    assert check((jump, lambda g, x: torch.zeros_like(x)), (x,)).ok
    assert check((jump, lambda g, x: g.clone()), (x,)).verdict == "wrong"
