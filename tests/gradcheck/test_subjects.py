"""What can be checked, and that it is left as it was found."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.autograd import Function

from dltui.gradcheck import check

D = torch.float64
X = torch.linspace(-2, 2, 24, dtype=D).view(4, 6)


class Sine(Function):
    """sin, with a wrong backward where `factor` is not 1."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, factor: float) -> Tensor:
        ctx.save_for_backward(x)
        ctx.factor = factor
        return x.sin()

    @staticmethod
    def backward(ctx: Any, g: Tensor) -> tuple[Tensor, None]:
        return ctx.factor * g * ctx.saved_tensors[0].cos(), None


def twins(x: Any, *rest: Any) -> tuple[str, str]:
    """Verdicts for the right and a wrong backward of sin at x."""
    return tuple(check(Sine, (x, factor, *rest)).verdict for factor in (1.0, 1.01))  # type: ignore[return-value]


@pytest.mark.parametrize(
    "x",
    [X.T, X[:, ::2], X.view(2, 2, 6).permute(2, 0, 1), X[1:3, 1:4], X[0].expand(3, 6), X.flip(1), X[2, 3],
     X.to(memory_format=torch.contiguous_format).view(1, 2, 2, 6).to(memory_format=torch.channels_last)],
    ids=["transposed", "strided", "permuted", "window", "expanded", "flipped", "scalar", "channels last"],
)  # fmt: skip
def test_strides_and_views_do_not_matter(x: Tensor) -> None:
    assert twins(x) == ("right", "wrong")


def test_outputs_that_are_views_of_the_input_are_seen_to_move() -> None:
    for fn in (lambda x: x.T, lambda x: x[1:], lambda x: x.diagonal(), lambda x: x.expand(2, 4, 6)):
        assert check(fn, (X,)).ok
    assert check(lambda x: x.T, (X,), backward=lambda g, x: 0 * x).verdict == "wrong"


@pytest.mark.parametrize("shape", [(0,), (3, 0), (0, 4, 2)])
def test_empty_tensors_pass(shape: tuple[int, ...]) -> None:
    assert check(torch.sin, (torch.zeros(shape, dtype=D),)).ok
    assert check(lambda x, y: x.sum() + y.sin().sum(), (torch.zeros(shape, dtype=D), X)).ok


def test_float32_gradients_are_held_against_a_float64_shadow() -> None:
    report = check(Sine, (X.float(), 1.0))
    assert report.ok and all(tensor.numeric.dtype == D for tensor in report.tensors.values())
    assert float(next(iter(report.tensors.values())).error.max()) < 1e-8
    assert twins(X.float()) == ("right", "wrong")


def test_a_float32_net_of_several_layers_passes_and_a_percent_is_found() -> None:
    model = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 3), nn.LogSoftmax(1))
    assert check(model, (X.float(),)).ok
    model[0].weight.register_hook(lambda g: 1.01 * g)
    assert check(model, (X.float(),)).verdict == "wrong"


def test_float32_without_a_shadow_is_coarser_and_still_finds_a_factor() -> None:
    assert check(Sine, (X.float(), 1.0), native32=True).ok
    assert check(Sine, (X.float(), 2.0), native32=True).verdict == "wrong"


def test_a_function_that_works_in_float32_alone_is_said_so() -> None:
    def only(x: Tensor) -> Tensor:
        if x.dtype != torch.float32:
            raise TypeError("float32 only")
        return x.sin()

    report = check(only, (X.float(),))
    assert report.ok and any("float32" in note for note in report.notes)


def test_complex_tensors_are_checked_in_both_coordinates() -> None:
    z = torch.complex(X, X.flip(0))
    assert check(lambda z: z * z, (z,)).ok
    assert check(lambda z: (z * z.conj()).real, (z,)).ok
    report = check(lambda z: z * z, (z,), backward=lambda g, z: g * 2 * z)
    assert report.verdict == "wrong", "the conjugate is missing"
    assert next(iter(report.tensors.values())).analytic.shape == (*z.shape, 2)


def test_integers_and_booleans_go_along_unchecked() -> None:
    index, mask = torch.tensor([2, 0, 2]), X > 0
    report = check(lambda x, i, m, k: (x * m)[i] * k, (X, index, mask, 3))
    assert report.ok and list(report.tensors) == ["x"]


def test_inputs_without_grad_are_left_out_where_others_ask_for_one() -> None:
    x, y = X.clone().requires_grad_(), X.clone()
    assert list(check(lambda a, b: a * b.detach(), (x, y)).tensors) == ["a"]
    assert list(check(lambda a, b: a * b, (y, y.clone())).tensors) == ["a", "b"]


def test_an_input_that_is_not_used_has_gradient_zero() -> None:
    report = check(lambda x, y: x.sin(), (X, X.clone()))
    assert report.ok and len(report.tensors) == 2


def test_nested_arguments_and_results_are_taken_apart() -> None:
    report = check(lambda pair, scale: {"a": pair[0] * scale["s"], "b": (pair[1].sum(),)}, ([X, X[0]], {"s": X[1]}))
    assert report.ok and len(report.tensors) == 3


def test_integer_outputs_are_ignored() -> None:
    assert check(lambda x: x.max(1), (X,)).ok
    assert check(lambda x: x.topk(2), (X,)).ok


def test_a_pair_may_take_gradients_of_integer_outputs() -> None:
    def backward(g: Tensor, gi: Tensor, x: Tensor) -> Tensor:
        return torch.zeros_like(x).scatter(1, x.topk(2).indices, g)

    assert check(lambda x: tuple(x.topk(2)), (X,), backward=backward).ok


class Tied(nn.Module):
    def __init__(self, wrong: bool = False) -> None:
        super().__init__()
        self.first, self.wrong = nn.Linear(6, 6, bias=False).double(), wrong
        self.second = nn.Linear(6, 6, bias=False).double()
        self.second.weight = self.first.weight

    def forward(self, x: Tensor) -> Tensor:
        weight = self.second.weight.detach() if self.wrong else self.second.weight
        return nn.functional.linear(self.first(x).tanh(), weight)


def test_tied_parameters_are_one_tensor_with_both_names() -> None:
    report = check(Tied(), (X,), params="parameters")
    assert report.ok and list(report.tensors) == ["first.weight = second.weight"]
    assert check(Tied(wrong=True), (X,), params="parameters").verdict == "wrong"


def test_dropout_is_frozen_and_chance_goes_on_as_before() -> None:
    model = nn.Sequential(nn.Linear(6, 5), nn.Dropout(0.5), nn.Linear(5, 2)).double()
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    assert check(model, (X,)).ok and check(model, (X,), mode="modular").ok
    assert torch.equal(torch.rand(3), expected) and model.training


@pytest.mark.parametrize("mode", ["full", "modular", "directional"])
def test_batch_norm_statistics_are_frozen_and_restored(mode: Any) -> None:
    model = nn.Sequential(nn.Linear(6, 5), nn.BatchNorm1d(5), nn.ReLU(), nn.Linear(5, 2)).double()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    assert check(model, (X,), mode=mode).ok
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())


def test_gradients_that_were_there_stay_and_hooks_are_gone() -> None:
    model = nn.Linear(6, 2).double()
    model.weight.grad = torch.ones_like(model.weight)
    check(model, (X,), mode="modular")
    assert torch.equal(model.weight.grad, torch.ones(2, 6, dtype=D)) and model.bias.grad is None
    assert not model._forward_hooks and not model._forward_pre_hooks and not model._backward_hooks


def test_inputs_are_not_changed_by_functions_that_work_in_place() -> None:
    x = X.clone()
    assert check(lambda x: x.mul_(2).sin(), (x,)).ok
    assert torch.equal(x, X)


@pytest.mark.parametrize("recurrent", [nn.RNN, nn.LSTM, nn.GRU])
def test_recurrent_layers_pass(recurrent: Any) -> None:
    assert check(recurrent(6, 3).double(), (X.view(2, 2, 6),)).ok


def test_a_padding_row_needs_no_gradient() -> None:
    report = check(nn.Embedding(5, 3, padding_idx=1).double(), (torch.tensor([0, 1, 4, 1]),))
    assert report.ok and any("padding" in note for note in report.notes)


@pytest.mark.parametrize("inputs", ["text", 3, {1, 2}])
def test_inputs_of_another_kind_are_refused(inputs: Any) -> None:
    with pytest.raises(TypeError, match="inputs must be"):
        check(torch.sin, inputs)


def test_what_cannot_be_called_is_refused() -> None:
    with pytest.raises(TypeError, match="not int"):
        check(3, (X,))


@pytest.mark.parametrize(
    ("fn", "word"),
    [(lambda x: x.nonsense(), "raised"), (lambda x: 3, "no floating-point tensor"),
     (lambda x: x + torch.rand(4, 6, generator=DICE), "not deterministic")],
)  # fmt: skip
def test_what_cannot_be_checked_is_inconclusive_with_the_reason(fn: Any, word: str) -> None:
    report = check(fn, (X,))
    assert report.verdict == "inconclusive" and word in str(report)


DICE = torch.Generator().manual_seed(0)


@pytest.mark.parametrize(
    "asked, words",
    [({"mode": "sample", "samples": 0}, "samples must be at least 1"), ({"budget_s": -1.0}, "budget_s must be above 0"),
     ({"budget_s": 0.0}, "budget_s must be above 0"), ({"chunk": 0}, "chunk must be at least 1"),
     ({"samples": 5}, "samples=5 is for mode='sample'")],
)  # fmt: skip
def test_numbers_that_make_no_sense_are_refused(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        check(torch.sin, (X,), **asked)


def test_a_class_is_not_an_instance() -> None:
    with pytest.raises(TypeError, match=r"ReLU is a class: pass an instance"):
        check(nn.ReLU, (X,))


@pytest.mark.parametrize(
    "inputs, words",
    [((torch.arange(3),), "no floating-point tensor"), ((), "no floating-point tensor"),
     ((torch.eye(3, dtype=D).to_sparse(),), "stored as sparse_coo: pass a dense tensor")],
)  # fmt: skip
def test_what_cannot_be_checked_is_said(inputs: tuple[Any, ...], words: str) -> None:
    report = check(lambda *args: args[0].sum(), inputs)
    assert report.verdict == "inconclusive" and words in report.notes[0] and not report.tensors


@pytest.mark.parametrize(
    "backward, words",
    [(lambda g, x: 1 / 0, "the backward raised ZeroDivisionError: division by zero"),
     (lambda g, x: (g, g), "the backward returns 2 gradients; there is 1 input"),
     (lambda g, x: "g", "the backward returns a str where a tensor is needed"),
     (lambda g, x, y, z: g, "the backward takes 4 arguments; it is to be called with 1 gradient of outputs and 1 inp")],
)  # fmt: skip
def test_a_backward_that_fails_is_wrong_and_nothing_is_said_about_numbers(backward: Any, words: str) -> None:
    report = check((torch.sin, backward), (X,))
    assert report.verdict == "wrong" and words in report.faults[0] and not report.notes
    assert report.counts["unchecked"] == X.numel()


def test_a_backward_without_return_gives_no_gradient() -> None:
    report = check((torch.sin, lambda g, x: None), (X,))
    assert report.verdict == "wrong" and report.hints[0].code == "zero" and not report.notes
