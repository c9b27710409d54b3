"""The report as data, as one line, as JSON, as an assertion, as a drawing; and what its hints say."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
import torch
from rich.console import Console
from torch import Tensor, nn

from dltui.gradcheck import GradientReport, check
from dltui.gradcheck.bugs import planted
from dltui.gradcheck.render import render
from dltui.gradcheck.report import TensorReport, verdict_of
from dltui.gradcheck.verdicts import OK, UNSURE

D = torch.float64
X = torch.randn(16, 20, generator=torch.Generator().manual_seed(0), dtype=D)


def sine(factor: float | Tensor) -> GradientReport:
    return check(torch.sin, {"input": X}, backward=lambda g, input: factor * g * input.cos())


def drawn(report: GradientReport, width: int = 110) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(render(report))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_right_in_one_line() -> None:
    report = sine(1.0)
    assert report and report.ok and str(report) == "sin: right, 320 elements in 1 tensors"
    report.assert_ok()


def test_wrong_in_one_line_with_the_first_hint() -> None:
    report = sine(16.0)
    line = str(report)
    assert not report and line.startswith("sin: wrong, 320 of 320 elements wrong, in input — ") and "\n" not in line
    assert "analytic / numeric = 16.000 for all 320 elements; 16 is the batch size: a missing 1/16" in line


def test_an_assertion_shows_elements_and_hints() -> None:
    with pytest.raises(AssertionError, match="analytic / numeric = 2.000") as caught:
        sine(2.0).assert_ok()
    assert "backward" in str(caught.value) and "finite difference" in str(caught.value) and "±" in str(caught.value)


def test_json_can_be_parsed_whatever_the_numbers() -> None:
    broken = torch.ones_like(X)
    broken[0, 0], broken[3, 4] = float("nan"), float("inf")
    body = json.loads(sine(broken).to_json(elements=3))
    assert body["verdict"] == "wrong" and body["counts"]["wrong"] == 2
    worst = body["tensors"][0]["worst"]
    assert len(worst) == 3 and {each["analytic"] for each in worst[:2]} <= {"nan", "inf", "-inf"}
    assert body["tensors"][0]["shape"] == [16, 20]


def test_every_element_has_its_numbers() -> None:
    tensor = sine(2.0).tensors["input"]
    assert tensor.analytic.shape == tensor.numeric.shape == tensor.error.shape == tensor.verdict.shape == X.shape
    torch.testing.assert_close(tensor.analytic, 2 * tensor.numeric, rtol=1e-6, atol=1e-9)
    assert bool((tensor.excess > 1).all()) and tensor.worst(1)[0].relative == pytest.approx(0.5, rel=1e-6)


def test_the_worst_come_first() -> None:
    factor = torch.ones_like(X)
    factor[2, 3], factor[9, 9] = 1.01, 3.0
    worst = sine(factor).worst(3)
    assert [each.index for each in worst[:2]] == [(9, 9), (2, 3)] and worst[2].verdict == "ok"


HINTS: dict[str, tuple[Callable[[Tensor, Tensor], Tensor], str]] = {
    "sign": (lambda g, x: -g * x.cos(), "the sign is wrong"),
    "zero": (lambda g, x: 0 * x, "the gradient is all zero"),
    "identity": (lambda g, x: g.clone(), "grad_output itself"),
    "flipped": (lambda g, x: (g * x.cos()).flip(0), "in the reverse order of dimension 0"),
    "slice": (lambda g, x: torch.cat([0 * g[:1], (g * x.cos())[1:]]), "wrong only at index 0 (the first)"),
}


@pytest.mark.parametrize("code", HINTS)
def test_a_hint_names_the_cause(code: str) -> None:
    backward, words = HINTS[code]
    hint = check(torch.sin, (X,), backward=backward).hints[0]
    assert (hint.code, hint.exact) == (code, True) and words in hint.sentence


def test_a_factor_is_one_only_where_it_holds_for_each_element() -> None:
    """a / b^2 instead of a / b: the ratios differ element by element, however large the largest gradient."""
    a, b = torch.ones(4, dtype=D), torch.tensor([1e-6, 1, -1e-3, 2], dtype=D)
    report = check(lambda a, b: a / b, (a, b), backward=lambda g, a, b: (g / b, -g * a / b))
    assert report.verdict == "wrong" and all(hint.code != "ratio" for hint in report.hints)


def test_no_expression_is_named_that_fits_only_beside_a_huge_value() -> None:
    x = torch.tensor([1 - 1e-6, 0.2], dtype=D)
    report = check(torch.atanh, (x,), backward=lambda g, x: g / (1 + x * x))
    assert report.verdict == "wrong" and not any(hint.exact for hint in report.hints)


def test_a_small_error_is_not_another_order() -> None:
    report = check(torch.sin, (X,), backward=lambda g, x: g * x.cos() + 2e-4 * g * x.sin())
    assert report.verdict == "wrong" and all(hint.code != "order" for hint in report.hints)


def test_where_the_right_gradient_is_zero_no_mask_is_claimed() -> None:
    report = check(torch.floor, (X,), backward=lambda g, x: g.clone())
    assert report.hints[0].code == "identity" and "flat" in report.hints[0].sentence


def test_a_likeness_says_so() -> None:
    report = check(torch.relu, (X,), backward=lambda g, x: g * (x > 0) * (x < 1))
    assert any(str(hint).startswith("looks like: ") != hint.exact for hint in report.hints)


def test_one_sentence_for_a_factor_all_tensors_share() -> None:
    model = nn.Linear(20, 3).double()
    report = check(lambda w, x: 3 * (x @ w.T), (model.weight.detach(), X), backward=lambda g, w, x: (g.T @ x, g @ w))
    assert len(report.hints) == 1 and report.hints[0].tensor == "" and "of 2 tensors" in report.hints[0].sentence


def test_the_drawing_has_the_verdict_the_table_the_hint_and_a_map() -> None:
    text = drawn(sine(16.0))
    for words in ("✗ sin: wrong", "320 wrong", "backward", "finite difference", "16×20", "→ analytic / num", "log10"):
        assert words in text, words
    assert all(len(line) <= 110 for line in text.splitlines())


def test_a_right_report_is_drawn_without_a_map() -> None:
    text = drawn(sine(1.0))
    assert "✓ sin: right" in text and "log10" not in text and "forwards" in text


def test_the_drawing_names_the_guilty_module() -> None:
    model = nn.Sequential(nn.Linear(20, 4), nn.Tanh()).double()
    with planted(model[1], "no-activation-derivative"):
        assert "first wrong module: 1" in drawn(check(model, (X[:3],), mode="modular"))


def test_a_mask_that_has_the_values_of_another_is_told_as_a_fact_about_the_numbers() -> None:
    """A straight-through gradient cut off at 1, where all that is cut off happens to be positive."""
    x = torch.tensor([-0.5, -0.2, 1.5, 2.0, -0.7], dtype=torch.float64)
    hints = [str(hint) for hint in check((torch.sign, lambda g, x: g * (x.abs() <= 1)), (x,)).hints]
    assert any("is grad_output times (x < 0), for all 5 elements" in hint for hint in hints)
    assert not any("multiplies" in hint for hint in hints)


@pytest.mark.parametrize(
    ("size", "error", "few", "verdict"),
    [(1e-8, 1e-10, True, "right"), (1e-3, 1e-5, True, "inconclusive"), (1e-8, 1e-8, True, "inconclusive"),
     (1e-8, 1e-10, False, "inconclusive")],
)  # fmt: skip
def test_a_few_elements_far_below_the_others_may_stay_without_a_verdict(
    size: float, error: float, few: bool, verdict: str
) -> None:
    gradient = torch.ones(100, dtype=torch.float64)
    code = torch.full((100,), OK, dtype=torch.uint8)
    some = slice(0, 3 if few else 30)
    gradient[some], code[some] = size, UNSURE
    bars = torch.full_like(gradient, error)
    tensor = TensorReport("x", gradient, gradient.clone(), bars, bars, code, bars)
    assert verdict_of({"x": tensor}, wrong=False, unusable=False) == verdict
