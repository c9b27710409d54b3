"""The interpreter against Python's own arithmetic, and against texts that were made to harm."""

import ast
import inspect
import itertools
import math
import operator
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dltui.lesson.expressions import ExpressionError, Undefined, _fits, check, evaluate, names
from dltui.lesson.functions import FUNCTIONS

NUMBERS = st.one_of(st.integers(-1000, 1000), st.floats(-1e6, 1e6).map(lambda x: round(x, 6)))
SIGNS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "//": operator.floordiv}
SIGNS |= {"%": operator.mod, "<": operator.lt, "<=": operator.le, "==": operator.eq, "!=": operator.ne}


def _written(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(children, st.sampled_from(sorted(SIGNS)), children)
    return st.one_of(
        pair.map(lambda parts: f"({parts[0]}) {parts[1]} ({parts[2]})"),
        pair.map(lambda parts: f"{parts[0]} {parts[1]} {parts[2]}"),  # precedence, comparison chains
        children.map(lambda part: f"-({part})"),
        children.map(lambda part: f"(not ({part}))"),
        st.tuples(children, children, children).map(lambda parts: "({}) if ({}) else ({})".format(*parts)),
        st.tuples(children, st.sampled_from(["and", "or"]), children).map("(1 if {0[0]} {0[1]} {0[2]} else 0)".format),
        st.tuples(children, st.integers(-3, 3)).map(lambda parts: f"({parts[0]}) ** {parts[1]}"),
    )


@settings(deadline=None)
@given(st.recursive(st.one_of(NUMBERS.map(repr), st.sampled_from(["x", "y"])), _written, max_leaves=8), NUMBERS)
@example("1/3", 0)
@example("2**-3 - -2**2", 0)
@example("-7 // 2 % 3", 0)
@example("not (0 and 1/0)", 0)
@example("not (1 or 1/0)", 0)
@example("1 if 2 else 1/0", 0)
@example("(1 if 0 and (0) if (0) else (0) else 0)", 0)  # not even Python
def test_agrees_with_python(source: str, x: float) -> None:
    if len(source) > 400:
        return
    variables = {"x": x, "y": 0.5}
    try:
        expected = eval(source, {"__builtins__": {}}, dict(variables))
    except (SyntaxError, ZeroDivisionError, OverflowError):
        with pytest.raises(ExpressionError):
            evaluate(source, variables)
        return
    try:
        value = evaluate(source, variables)
    except Undefined:
        assert isinstance(expected, complex) or not abs(expected) <= 1e300
    except ExpressionError as error:
        assert "have powers up to" in error.message
    else:
        assert value == expected


@pytest.mark.parametrize(
    "source, value",
    [
        ("conv_shape((5, 6), kernel=3, padding=0, stride=1)", [3, 4]),
        ("conv_size(28, kernel=5)", 24),
        ("ceil(60000/128)", 469),
        ("1297//32", 40),
        ("2*log(9)", 4.394449154672439),
        ("linear_parameters(2, 4) + linear_parameters(4, 1)", 17),
        ("-log(.5)", math.log(2)),
        ("[1, -1] - 1*(2, 1)", [-1, -2]),
        ("[2, 4]/2", [1, 2]),
        ("(2*[1, [2, 3]])[1]", [4, 6]),
        ("-[1, -2]", [-1, 2]),
        ("[1, 2, 3][-1]", 3),
        ("[[1, 2], [3, 4]][1][0]", 3),
        ("softmax([1, 1])[0]", 0.5),
        ("1 < 2 < 3", True),
        ("3 > 2 and not 1 > 2", True),
        ("linear_parameters(3, 2, bias=False)", 6),
        ("linear_parameters(3, 2, bias=1 > 2)", 6),
        ("pi - e", math.pi - math.e),
        (" 1\n+ 2 ", 3),
        ("1_000", 1000),
        (".5e1", 5),
        ("[]", []),
    ],
)
def test_values(source: str, value: object) -> None:
    assert evaluate(source) == pytest.approx(value)


@pytest.mark.parametrize(
    "source, value",
    [
        ("10*40//25", 16),
        ("1797*64", 115_008),
        ("sigmoid(20*0.1) - sigmoid(-20*0.1)", 0.7616),
        ("sigmoid(5)*(1 - sigmoid(5))", 0.006648),
        ("(max(1e-3, 0) - max(-1e-3, 0))/(2*1e-3)", 0.5),
        ("cross_entropy([1, 2, 3], 2)", 0.4076),
        ("-log(e/(e + 9))", 1.461),
        ("sqrt(mean([1, 4, 9]))", 2.160),
        ("0.25**10", 9.54e-7),
        ("sqrt(2/32)", 0.25),
        ("1.96*sqrt(0.9835*(1 - 0.9835)/1e4)", 0.002497),
        ("1.1**50", 117.4),
        ("log2(22)", 4.459),
        ("log(.5)/log(.9)", 6.58),
        (".5*(1 + .5**2 - 1 - log(.5**2)) + .0", 0.8181),
        ("elu(-1)", -0.6321),
        ("linear_parameters(784, 10) + linear_parameters(10, 10)", 7960),
        ("conv_parameters(3, 16, 3)", 448),
        ("dot([-1, 0, 2], [3, 4, 5])/norm([3, 4])", 1.4),
    ],
)
def test_keys_of_the_course(source: str, value: float) -> None:
    assert evaluate(source) == pytest.approx(value, rel=1e-3)


def test_variables_and_functions_can_be_handed_in() -> None:
    assert evaluate("accuracy >= 0.96", {"accuracy": 0.97}) is True
    assert evaluate("w[0]*2", {"w": (3, 4)}) == 6
    assert evaluate("e + 1", {"e": 1}) == 2
    assert evaluate("run('train.accuracy') + at(step=3)", {}, {"run": len, "at": lambda step: step}) == 17
    with pytest.raises(ExpressionError, match="a text can only be"):
        evaluate("1 + 'a'", {}, {"run": len})


@pytest.mark.parametrize(
    "source, kind, sentence",
    [
        ("1/0", Undefined, "division by zero"),
        ("1 % 0", Undefined, "division by zero"),
        ("0**-1", Undefined, "0 has no negative power"),
        ("(-8)**.5", Undefined, "no real power"),
        ("sqrt(-1)", Undefined, "no real square root"),
        ("log(0)", Undefined, "0 has no logarithm"),
        ("exp(1000)", Undefined, "exp is too large"),
        ("1e300*10", Undefined, "too large"),
        ("1e999", Undefined, "too large"),
        ("1e200**2", Undefined, "too large"),
        ("10**64*" * 4 + "10**64", Undefined, "too large"),
        ("9**65", ExpressionError, "up to 1000000 ** 64"),
        ("x", ExpressionError, "unknown name x"),
        ("sqt(4)", ExpressionError, "did you mean sqrt?"),
        ("sqrt", ExpressionError, "sqrt is a function: write sqrt(x)"),
        ("pi(2)", ExpressionError, "pi*(…)"),
        ("conv_size(3)", ExpressionError, "conv_size(size, kernel, stride=1, padding=0, dilation=1)"),
        ("conv_size(3, kernal=2)", ExpressionError, "conv_size takes no kernal — did you mean kernel?"),
        ("conv_size(3, 2, size=2)", ExpressionError, "multiple values for argument 'size'"),
        ("conv_size(3, 5)", ExpressionError, "does not fit"),
        ("dot(1, 2)", ExpressionError, "no arguments for dot(a, b)"),
        ("max('a')", ExpressionError, "a text can only be"),
        ("[1] + 1", ExpressionError, "a list can be added to a list"),
        ("1/[1]", ExpressionError, "a list can be added to a list"),
        ("[1, 2]*[3, 4]", ExpressionError, "dot(a, b)"),
        ("[1]**2", ExpressionError, "no more"),
        ("[1, 2] + [1]", ExpressionError, "lists of 2 and 1 elements"),
        ("[1] < 2", ExpressionError, "smaller or larger"),
        ("1 if [1] else 2", ExpressionError, "neither true nor false"),
        ("[1][1]", ExpressionError, "no element 1"),
        ("[1][0.5]", ExpressionError, "one whole number"),
        ("[1][0, 0]", ExpressionError, "one whole number"),
        ("3[0]", ExpressionError, "only a list has elements"),
        ("None", ExpressionError, "None is no number"),
        ("(1)(2)", ExpressionError, "only a function can be called"),
        ("round(1, **2)", ExpressionError, "round takes no **"),
    ],
)
def test_refusals(source: str, kind: type[ExpressionError], sentence: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate(source)
    assert type(caught.value) is kind
    assert sentence in caught.value.message


@pytest.mark.parametrize(
    "source",
    [
        "10**10**10",
        "9**9**9**9",
        "2**64**64",
        "(10**64)**64",
        "*".join(["10**64"] * 50),
        "-" * 399 + "1",
        "(" * 200 + ")" * 199,
        "1+" * 199 + "1",
        "[" * 190 + "1" + "]" * 190,
        "__import__('os').system('true')",
        "().__class__.__bases__[0].__subclasses__()",
        "abs.__globals__",
        "getattr(1, 'real')",
        "eval('1')",
        "open('/etc/passwd')",
        "exec('1')",
        "'%999999999d' % 1",
        "'a'*10**9",
        "round(1, -10**17)",
        "f'{1:>999999999}'",
        "9" * 400,
        "\N{FULLWIDTH DIGIT ONE}",
        "sum([1]" * 50,
        "\ud800",
    ],
)
def test_hostile_texts_are_refused(source: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(source)


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_a_value_or_a_sentence(source: str) -> None:
    try:
        evaluate(source)
    except ExpressionError as error:
        assert error.message


def test_variables_are_bounded_too() -> None:
    with pytest.raises(ExpressionError, match="at most 10000 elements"):
        evaluate("v", {"v": [0] * 10_001})
    with pytest.raises(Undefined):
        evaluate("x", {"x": math.nan})
    with pytest.raises(ExpressionError, match="neither a number nor a list"):
        evaluate("x", {"x": "text"})


def test_the_deepest_expression_fits_below_a_deep_caller() -> None:
    def below(frames: int) -> object:
        return below(frames - 1) if frames else evaluate("1" + "+1" * 99)

    assert below(sys.getrecursionlimit() // 2) == 100


def test_names() -> None:
    assert names("w*sigmoid(x) + b[0] - pi") == {"w", "x", "b"}
    assert names("1") == set()


@pytest.mark.parametrize(
    "source, known, sentence",
    [
        ("accuracy >= 0.9", ("accuracy", "loss"), None),
        ("acuracy >= 0.9", ("accuracy", "loss"), "unknown name acuracy — did you mean accuracy?"),
        ("q", ("accuracy", "loss"), "unknown name q; the names here are accuracy, loss"),
        ("1/0", (), None),
        ("conv_size(28, 5, 1, 0, 1, 7)", (), "it is called as conv_size"),
        ("sigmid(1)", (), "unknown function sigmid — did you mean sigmoid?"),
        ("1 +", (), "something is missing after `+`"),
    ],
)
def test_check(source: str, known: tuple[str, ...], sentence: str | None) -> None:
    said = check(source, known)
    assert said == sentence or (said and sentence and sentence in said)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_call_fits_without_a_look_at_signatures_only_where_they_agree(name: str) -> None:
    taken = inspect.signature(FUNCTIONS[name])
    keywords = [*taken.parameters, "x", "more"][:5]
    for count in range(6):
        for named in [(), *itertools.combinations(keywords, 1), *itertools.combinations(keywords, 2)]:
            source = f"f({', '.join(['1'] * count + [f'{one}=1' for one in named])})"
            try:
                call = ast.parse(source, mode="eval").body
            except SyntaxError:  # the same name twice
                continue
            try:
                binds = bool(taken.bind(*[1] * count, **dict.fromkeys(named, 1)))
            except TypeError:
                binds = False
            assert isinstance(call, ast.Call)
            assert binds or not _fits(FUNCTIONS[name], call), (name, source)
    assert name in ("max", "min", "sum", "prod", "mean", "round") or _fits(FUNCTIONS[name], _call(name, taken))


def _call(name: str, taken: inspect.Signature) -> ast.Call:
    needed = [one for one in taken.parameters.values() if one.default is one.empty]
    call = ast.parse(f"f({', '.join('1' for _ in needed)})", mode="eval").body
    assert isinstance(call, ast.Call)
    return call
