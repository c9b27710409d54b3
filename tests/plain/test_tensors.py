from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from dltui.plain.tensors import ValueProblem, value

F32, F64, I64 = torch.float32, torch.float64, torch.int64


@pytest.mark.parametrize(
    ("text", "shape", "dtype"),
    [
        ("randn(2,3)", (2, 3), F64), ("rand((2, 3))", (2, 3), F64), ("zeros(0)", (0,), F64), ("ones()", (), F64),
        ("arange(6)", (6,), I64), ("arange(0, 1, .25)", (4,), F64), ("arange(3, dtype=float32)", (3,), F32),
        ("randint(5, (2,3))", (2, 3), I64), ("randint(-5, 5, (4,), dtype=float64)", (4,), F64),
        ("tensor([[1, 2.5]])", (1, 2), F64), ("tensor([1, 2])", (2,), I64), ("tensor(3.)", (), F64),
        ("randn(2, dtype=torch.float32)", (2,), F32), (" torch.zeros(1, dtype='int64') ", (1,), I64),
    ],
)  # fmt: skip
def test_calls_make_tensors(text: str, shape: tuple[int, ...], dtype: torch.dtype) -> None:
    made = value(text, F64)
    assert isinstance(made, Tensor)
    assert (tuple(made.shape), made.dtype) == (shape, dtype)


def test_real_numbers_take_the_usual_dtype_without_loss() -> None:
    made, ramp = value("tensor([0.1])", F64), value("arange(0, 1, 0.1)", F64)
    assert isinstance(made, Tensor) and isinstance(ramp, Tensor)
    assert made.item() == 0.1
    assert ramp[1].item() == 0.1
    small = value("tensor([0.1])", F32)
    assert isinstance(small, Tensor) and small.dtype == F32


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0.5", 0.5), ("-3", -3), ("True", True), ("None", None), ("'mean'", "mean"), ("(1, 2)", (1, 2))],
)
def test_literals_are_themselves(text: str, expected: object) -> None:
    assert value(text, F64) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rnadn(2)", "did you mean randn?"), ("open('x')", "'open' makes no tensor here"), ("x", "neither a number"),
        ("__import__('os').system('true')", "makes no tensor here"), ("randn(-1)", "expected randn(2,3)"),
        ("randn(1e3)", "expected randn(2,3)"), ("randn(10000, 10000)", "too large"), ("zeros(9**9)", "expected zeros"),
        ("arange(1, 2, 0)", "too many numbers"), ("arange(0, 1, 1e-300)", "too many numbers"),
        ("randn(2, dtype=bool)", "none of float32, float64 or int64"), ("randn(2, dtype=int64)", "expected randn"),
        ("randn(2, device=cuda)", "not device"), ("randn(2, **{})", "not **"), ("tensor()", "expected tensor"),
        ("tensor([[1], [2, 3]])", "expected tensor"), ("randint(5, 3)", "expected randint"),
        ("randint(5, 0, (2,))", "expected randint"), ("", "neither a number nor"), ("randn(2,", "neither"),
        ("lambda: 0", "neither"), ("[i for i in x]", "neither"), ("(" * 300 + ")" * 300, "neither"),
        ("\x1b[2J", "neither"),
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_what_was_expected(text: str, said: str) -> None:
    with pytest.raises(ValueProblem) as refused:
        value(text, F64)
    assert said in str(refused.value)
    assert "\x1b" not in str(refused.value)


@given(st.text(max_size=40) | st.from_regex(r"(randn|arange|tensor|randint)\([-0-9,.()\[\] e=]*\)", fullmatch=True))
def test_no_text_does_anything_but_make_a_value_or_a_sentence(text: str) -> None:
    try:
        made = value(text, F64)
    except ValueProblem as problem:
        assert str(problem)
    else:
        assert not isinstance(made, Tensor) or made.numel() <= 10**7
