"""Claims about one run, and about the lines of a comparison."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from dltui.lesson.claims import check_claim, check_prediction, holds, predicted
from dltui.lesson.expressions import ExpressionError
from dltui.lesson.layers import Linear, Relu
from dltui.lesson.records import Experiment, Optimizer, Prediction

METRICS = ["loss", "accuracy"]


def made(claim: str, **compare: list[float | str]) -> Experiment:
    return Experiment(
        id="x", title="", data="xor", model=[Linear(out=2), Relu(), Linear(out=2)], loss="cross_entropy", steps=1,
        optimizer=Optimizer(kind="adam", lr=0.1), claim=claim, compare={name.replace("__", "."): values  # type: ignore[misc]
                                                                        for name, values in compare.items()},
    )  # fmt: skip


LINES = {"model__1": ["relu", "tanh"]}
RATES = {"optimizer__lr": [0.1, 0.01], "seed": [0, 1]}


@pytest.mark.parametrize(
    ("claim", "compare", "problem"),
    [
        ("loss < 1", {}, ""),
        ("accuracy >= 0.5 and loss < 1", {"seed": [0, 1]}, ""),
        ("loss < 1", RATES, "is a function"),
        ("loss(0.1) < loss(0.01)", RATES, ""),
        ('loss("lr 0.1") < 1', RATES, ""),
        ('loss("lr") < 1', RATES, "more than one line"),
        ('loss("sgd") < 1', RATES, "no line of the comparison, which has"),
        ("los < 1", {}, "did you mean"),
    ],
)
def test_what_is_wrong_with_a_claim(claim: str, compare: dict[str, list[float | str]], problem: str) -> None:
    said = check_claim(made(claim, **compare), METRICS)
    assert problem in said if problem and said else (said is None) == (problem == "")


def test_one_run() -> None:
    assert holds(made("accuracy >= 0.9"), [{"accuracy": 0.9}])
    assert not holds(made("accuracy > 0.9"), [{"accuracy": 0.9}])


def test_lines_are_means_over_seeds() -> None:
    ends: list[dict[str, float | None]] = [{"loss": value} for value in (1.0, 3.0, 2.5, 2.7)]
    assert holds(made("loss(0.1) == 2 and loss(0.01) > 2.5", **RATES), ends)
    assert not holds(made("loss(0.1) > loss(0.01)", **RATES), ends)


def test_only_seeds_differ() -> None:
    assert holds(made("loss == 2", seed=[0, 1]), [{"loss": 1.0}, {"loss": 3.0}])


def test_a_run_without_an_end_has_no_value() -> None:
    with pytest.raises(ExpressionError):
        holds(made("loss < 2"), [{"loss": None}])


@pytest.mark.parametrize(
    ("compare", "line", "problem", "value"),
    [
        ({}, "", None, 1.0),
        ({}, "relu", "belongs to an experiment that compares", None),
        (RATES, "0.1", None, 2.0),
        (RATES, "", "say which line", None),
        (RATES, "sgd", "no line of the comparison", None),
        ({"seed": [0, 1]}, "", None, 2.0),
    ],
)
def test_a_guess_is_about_one_line(
    compare: dict[str, list[float | str]], line: str, problem: str | None, value: float | None
) -> None:
    asked = Prediction(ask="?", metric="loss", low=0, high=9, close=1, line=line)
    step = replace(made("", **compare), predict=asked)
    said = check_prediction(step)
    assert said is None if problem is None else said is not None and problem in said
    if problem is None:
        assert predicted(step, [{"loss": each} for each in (1.0, 3.0, 2.5, 2.7)]) == value
