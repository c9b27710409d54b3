"""What people type, read as they mean it or refused: never read as something else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dltui.lesson.expressions import ExpressionError, check, evaluate, read

VALUES = {"x": 1.7, "y": -0.6, "w": 2.3, "b": 0.4, "z": 0.9, "w1": 1.1, "x1": -2.0}


@pytest.mark.parametrize(
    "text, same",
    [
        ("2x", "2*x"),
        ("2(x+1)", "2*(x+1)"),
        ("(x+1)(x-1)", "(x+1)*(x-1)"),
        ("-(x+1)(x-1)", "-((x+1)*(x-1))"),
        ("wx+b", "w*x+b"),
        ("w x + b", "w*x+b"),
        ("w·x + b", "w*x+b"),
        ("w×x", "w*x"),
        ("w∗x", "w*x"),
        ("−b/w", "-b/w"),
        ("−yx", "-y*x"),
        ("x ÷ 2", "x/2"),
        ("x^2", "x**2"),
        ("x**2", "x**2"),
        ("x²", "x**2"),
        ("x⁻¹", "1/x"),
        ("x¹⁰", "x**10"),
        ("x²y", "x*x*y"),
        ("2x²", "2*x**2"),
        ("-x^2", "-(x**2)"),
        ("½x", "x/2"),
        ("2½", "2.5"),
        ("50%", "0.5"),
        ("50 %", "0.5"),
        ("2 + 50%", "2.5"),
        ("e^x", "exp(x)"),
        ("e^{-x}", "exp(-x)"),
        ("e^-x", "exp(-x)"),
        ("2e^x", "2*exp(x)"),
        ("xe^x", "x*exp(x)"),
        ("2e3x", "2000*x"),
        ("1/(1+e^(-z))", "sigmoid(z)"),
        ("σ(z)(1−σ(z))", "sigmoid(z)*(1-sigmoid(z))"),
        ("sigma(z)", "sigmoid(z)"),
        ("ln(x)", "log(x)"),
        ("xln(x)", "x*log(x)"),
        ("2 ln(x)", "2*log(x)"),
        ("ln x", "log(x)"),
        ("2 ln 9 + 1", "2*log(9) + 1"),
        ("(ln x)/2", "log(x)/2"),
        ("-ln 0.5", "-log(0.5)"),
        ("lg(x)", "log10(x)"),
        ("log₂(x)", "log2(x)"),
        ("√x", "sqrt(x)"),
        ("2√(x+1)", "2*sqrt(x+1)"),
        ("√2/x", "sqrt(2)/x"),
        ("|y|", "abs(y)"),
        ("2|x-3|+|y|", "2*abs(x-3)+abs(y)"),
        ("||y|-3|", "abs(abs(y)-3)"),
        ("w1x1", "w1*x1"),
        ("w₁x₁ + b", "w1*x1+b"),
        ("w_1·x_1", "w1*x1"),
        ("πx²", "pi*x**2"),
        ("x(1-x)", "x*(1-x)"),
        ("wx(1-x)", "w*x*(1-x)"),
        ("[x+1]*2", "2*(x+1)"),
        ("{x+1}*2", "2*(x+1)"),
        ("y = 2x", "2*x"),
        ("f(x) = 2x", "2*x"),
        ("∂L/∂w = -x", "-x"),
        ("w := 2x", "2*x"),
        ("max(0, x)", "max(0, x)"),
        ("x ≥ 1", "x >= 1"),
        ("x - y z", "x - y*z"),
        ("1/2*x", "x/2"),
        ("ｘ＋１", "x+1"),
        ("3\N{NO-BREAK SPACE}x", "3*x"),
    ],
)
def test_means(text: str, same: str) -> None:
    assert evaluate(read(text, VALUES), VALUES) == pytest.approx(evaluate(same, VALUES))


def test_lists_stay_lists() -> None:
    assert evaluate(read("(1, −2)")) == [1, -2]
    assert evaluate(read("[2x, −1]", "x"), {"x": 3}) == [6, -1]


@pytest.mark.parametrize("typed, known", [("ηx", "eta"), ("eta x", "η"), ("λx", "λ"), ("lambda x", "λ"), ("ηx", "η")])
def test_greek_letters_have_names(typed: str, known: str) -> None:
    assert evaluate(read(typed, ["x", known]), {known: 3, "x": 2}) == 6


def test_a_variable_comes_before_a_function_of_its_name() -> None:
    assert evaluate(read("σ(x)", ["σ", "x"]), {"σ": 3, "x": 2}) == 6
    assert evaluate(read("2step", ["step"]), {"step": 3}) == 6


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("1/2x", "two readings"),
        ("1/x(y+1)", "two readings"),
        ("1/(x+1)(x-1)", "two readings"),
        ("1/σ(z)x", "two readings"),
        ("1/x²y", "two readings"),
        ("x^2y", "two readings"),
        ("e^2x", "two readings"),
        ("2^-x y", "two readings"),
        ("x^(2)y", "two readings"),
        ("2 3", "a sign is missing between 2 and 3"),
        ("x 2", "a sign is missing between x and 2"),
        ("1.5.2", "a sign is missing"),
        ("0,5x", "write 0.5 with a decimal point"),
        ("ln 2x", "set brackets: ln(…)"),
        ("ln x/2", "set brackets: ln(…)"),
        ("ln x²", "set brackets: ln(…)"),
        ("ln x^2", "set brackets: ln(…)"),
        ("sin x cos x", "set brackets: sin(…)"),
        ("ln", "set brackets: ln(…)"),
        ("sin^2(x)", "set brackets: sin(…)"),
        ("√2x", "set brackets: √(…)"),
        ("√x²", "set brackets: √(…)"),
        ("√", "set brackets: √(…)"),
        ("σ", "set brackets: σ(…)"),
        ("x%2", "% stands behind a number"),
        ("x%", "% stands behind a number"),
        ("x!", "`!` cannot be read"),
        ("σ'(z)", "`'` cannot be read"),
        ("'x'", "`'` cannot be read"),
        ("x" * 401, "at most 400 characters"),
    ],
)
def test_refused(text: str, sentence: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        read(text, VALUES)
    assert sentence in caught.value.message
    assert caught.value.column <= len(caught.value.source)


def test_names_that_are_not_known_stay_for_the_check_to_name() -> None:
    assert check(read("sigmiod(x)", "x"), "x") == "unknown function sigmiod — did you mean sigmoid?"
    assert "unknown name q" in (check(read("q", "x"), "x") or "")


@settings(deadline=None)
@given(st.text(st.sampled_from("xyzwb012.,+-−*·/^²()[]{}|√σπ½% =e"), max_size=30))
def test_any_text_is_an_expression_or_a_sentence(text: str) -> None:
    try:
        evaluate(read(text, VALUES), VALUES)
    except ExpressionError as error:
        assert error.message


@settings(deadline=None)
@given(st.text(max_size=30))
def test_foreign_signs_do_no_harm(text: str) -> None:
    try:
        evaluate(read(text, ["x", "η"]), {"x": 1, "η": 2})
    except ExpressionError as error:
        assert error.message


@settings(deadline=None)
@given(st.recursive(st.sampled_from(["x", "y", "2", "0.5", "(x+y)", "abs(y)"]), lambda inner: st.one_of(
    st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda parts: "({}{}{})".format(*parts)),
    inner.map(lambda part: f"-{part}"),
), max_leaves=8))  # fmt: skip
def test_expressions_mean_themselves(source: str) -> None:
    try:
        expected = evaluate(source, VALUES)
    except ExpressionError:
        return
    assert evaluate(read(source, VALUES), VALUES) == expected


def test_long_names_are_taken_apart_quickly_or_not_at_all() -> None:
    assert evaluate(read("a" * 39 + "x", ["a", "aa", "x"]), {"a": 1, "aa": 1, "x": 5}) == 5
    assert check(read("a" * 39 + "z", ["a", "aa"]), ["a", "aa"]) is not None
    assert check(read("a" * 400, ["a", "aa"]), ["a", "aa"]) is not None
