"""Formulas are judged by what they are worth, not by how they are written."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dltui.lesson.expressions import ExpressionError
from dltui.lesson.records import Fill, Wrong
from dltui.quiz.fill import sampled
from dltui.quiz.judge import judge


def asked(answer: str, wrong: tuple[Wrong, ...] = (), **variables: list[float]) -> Fill:
    return Fill(id="f", ask="?", answer=answer, variables=variables, wrong=list(wrong))


POINT = asked("-b/w", (Wrong(value="-b", why="Divide by the weight."),), b=[-4, 4], w=[0.5, 3])
SLOPE = asked("sigmoid(z) * (1 - sigmoid(z))", z=[-5, 5])
ROOT = asked("sqrt(x)", x=[-1, 3])
VECTOR = asked("(-y*x1, -y*x2)", (Wrong(value="(y*x1, y*x2)", why="sign"),), y=[1, 2], x1=[-2, 2], x2=[-2, 2])
FIXED = asked("(-1, -2)", (Wrong(value=[3, 0], why="the sign of y"),))


@pytest.mark.parametrize(
    "question, text",
    [
        *((POINT, text) for text in ("-b/w", "−b/w", "-(b/w)", "b/(-w)", "-b·w⁻¹", "-b w^-1", "x = -b/w", "-b*w/w²")),
        *((POINT, text) for text in ("0 - b÷w", "-b²/b/w", "-b(b-1)/(w(b-1))")),
        *((SLOPE, text) for text in ("σ(z)(1−σ(z))", "e^-z/(1+e^-z)²", "1/(2+e^z+e^-z)", "sigmoid(z) - sigmoid(z)^2")),
        *((SLOPE, text) for text in ("σ(z)σ(-z)", "(1-tanh(z/2)^2)/4", "¼(1-tanh(z/2)²)")),
        *((ROOT, text) for text in ("√x", "x^.5", "x^(1/2)", "sqrt(x)", "exp(½ln(x))", "√(x)")),
        *((VECTOR, text) for text in ("(-yx1, -yx2)", "[-y*x1, -y*x2]", "-y*[x1, x2]", "-y(x₁, x₂)", "-yx1 -yx2")),
        *((FIXED, text) for text in ("(-1, -2)", "[-1,-2]", "-1 -2", "(1-2, -4/2)")),
        (asked("x", x=[-1, 1]), "x²/x"),
        (asked("0*x", x=[-1, 1]), "sin(x)^2 + cos(x)^2 - 1"),
        (asked("log(2)*x", x=[1, 4]), "x ln 2"),
        (asked("(x+1)**2 - x**2 - 2*x", x=[-100, 100]), "1"),
    ],
)
def test_right(question: Fill, text: str) -> None:
    verdict = judge(question, text)
    assert (verdict.outcome, verdict.score) == ("right", 1), verdict.said


@pytest.mark.parametrize(
    "question, text, said",
    [
        (POINT, "-b", "Divide by the weight."),
        (POINT, "b/w", "Right up to the sign."),
        (POINT, "-w/b", "Upside down"),
        (POINT, "-2b/w", "yours is 2 times as large"),
        (POINT, "1 - b/w", "yours is 1 too large"),
        (POINT, "-b/w - 3", "yours is 3 too small"),
        (POINT, "w", "yours is"),
        (POINT, "0", "yours is 0, the right one is"),
        (POINT, "1/(b-b)", "yours has no value: division by zero"),
        (POINT, "sqrt(b)", "yours has no value"),
        (VECTOR, "(yx1, yx2)", "sign"),
        (VECTOR, "(-y*x2, -y*x1)", "yours is"),
        (FIXED, "(3, 0)", "the sign of y"),
        (FIXED, "(1, 2)", "Right up to the sign."),
        (asked("x**2", x=[-2, 2]), "|x|", "yours is"),
        (asked("exp(x)", x=[-2, 2]), "2^x", "yours is"),
        (asked("3", x=[1, 2]), "9", "3 times"),
    ],
)
def test_wrong(question: Fill, text: str, said: str) -> None:
    verdict = judge(question, text)
    assert (verdict.outcome, verdict.score) == ("wrong", 0)
    assert said in verdict.said


@pytest.mark.parametrize(
    "question, text, said",
    [
        (POINT, "", "Write a formula in b, w."),
        (FIXED, "", "Write an expression"),
        (POINT, "-b/q", "unknown name q; the names here are b, w"),
        (POINT, "-b/", "something is missing after `/`"),
        (POINT, "-b/2w", "two readings"),
        (POINT, "(-b, w)", "One number is expected, yours is a list of 2 numbers."),
        (POINT, "-0,5b", "write 0.5 with a decimal point"),
        (POINT, "sigmiod(b)", "did you mean sigmoid?"),
        (POINT, "[b, 1]*[w, 1]", "dot(a, b)"),
        (FIXED, "-1", "A list of 2 numbers is expected, yours is one number."),
        (FIXED, "(-1, -2, 0)", "yours is a list of 3 numbers"),
        (asked("log(2)*x", x=[1, 4]), "0.693x", "write constants exactly"),
        (POINT, "b" * 500, "too long"),
    ],
)
def test_ungradable(question: Fill, text: str, said: str) -> None:
    verdict = judge(question, text)
    assert (verdict.outcome, verdict.score) == ("ungradable", 0)
    assert said in verdict.said


def test_points_are_many_short_and_always_the_same() -> None:
    points = sampled(POINT)
    assert points == sampled(POINT)
    assert len(points) == 20
    for sample in points:
        assert -4 <= sample.point["b"] <= 4
        assert 0.5 <= sample.point["w"] <= 3
        assert all(len(f"{x:g}") <= 6 and not (100 * x).is_integer() for x in sample.point.values())
        assert sample.key == pytest.approx(-sample.point["b"] / sample.point["w"])


def test_points_without_a_value_of_the_key_are_left_out() -> None:
    assert all(sample.point["x"] >= 0 for sample in sampled(ROOT))
    assert len(sampled(ROOT)) == 20


def test_a_key_that_never_has_a_value_counts_for_nobody() -> None:
    hopeless = asked("sqrt(x)", x=[-2, -1])
    with pytest.raises(ExpressionError, match="at 0 of 400 points"):
        sampled(hopeless)
    assert "fault" in judge(hopeless, "x").said


def test_ranges_may_be_tiny_or_huge() -> None:
    for low, high in ((1e-9, 2e-9), (0.9999, 1.0001), (-1e9, 1e9)):
        question = asked("x*x", x=[low, high])
        assert all(low <= sample.point["x"] <= high for sample in sampled(question))
        assert judge(question, "x²").outcome == "right"
        assert judge(question, "x³").outcome != "right"


TERMS = st.sampled_from(["x", "y", "1", "2", "0.5", "(x + y)", "x**2", "sigmoid(y)", "abs(x)"])
FORMULAS = st.recursive(
    TERMS,
    lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda parts: "({} {} {})".format(*parts)),
    max_leaves=6,
)


@settings(deadline=None, max_examples=30)
@given(FORMULAS)
def test_a_formula_is_itself_and_not_its_neighbour(formula: str) -> None:
    question = asked(formula, x=[-2, 2], y=[0.5, 2])
    assert judge(question, formula).outcome == "right"
    assert judge(question, f"2*({formula})/2").outcome == "right"
    assert judge(question, f"{formula} + y - y").outcome == "right"
    assert judge(question, f"{formula} + 0.1*x").outcome != "right"
    assert judge(question, f"{formula} + y").outcome != "right"


@settings(deadline=None)
@given(st.text(st.sampled_from("bw-+*/^()σ ²0.5,"), max_size=20))
def test_any_text_gets_a_verdict(text: str) -> None:
    verdict = judge(POINT, text)
    assert verdict.said
    assert math.isfinite(verdict.score)
