"""A right number is accepted however it is written; a wrong one is told what went wrong."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dltui.lesson.records import Key, Numeric, Wrong
from dltui.quiz.judge import judge

Number = float | list[float | int]


def asked(key: Number, rtol: float = 0.01, atol: float = 0, wrong: tuple[Wrong, ...] = ()) -> Numeric:
    return Numeric(id="q", ask="?", answer=Key(value=key, why="given"), rtol=rtol, atol=atol, wrong=list(wrong))


THIRD = Numeric(id="q", ask="?", answer=Key(compute="1/3"))
BIG = asked(60_000)
VECTOR = asked([-1, -2])


RIGHT: list[tuple[Numeric, list[str]]] = [
    (THIRD, ["1/3", ".333", "0.3333", "+1/3", "33.3%", "33.3 %", "33 percent", "3.33e-1", "2/6", "1÷3", "1⁄3", "3^-1"]),
    (THIRD, ["3⁻¹", "3.33x10^-1", "3.33·10⁻¹", "3.33×10^(-1)", "(1/3)", "[1/3]", "p = 1/3", "≈0.333", "~ .333"]),
    (THIRD, ["p ≈ .333", "about 0.333", "0.333…", "0.333...", " 1 / 3 ", "1 − 2/3", "exp(-ln(3))", "\uff11/\uff13"]),
    (BIG, ["60000", "60 000", "60\u00a0000", "60\u202f000", "60'000", "60_000", "6e4", "60000.0", "60000.", "+60000"]),
    (BIG, ["6·10^4", "6x10^4", "300*200"]),
    (asked(-0.0868), ["-0.0868", "−0.0868", "–0.0868", "- 0.0868", "-.0868", "-8.68e-2", "-8.68%"]),
    (asked(57.0), ["57", "57%", "57.2", "0.57*100"]),
    (asked(0.5), ["50%", "1/2", "½", ".5", "0.5"]),
    (asked(2.5), ["2½", "5/2", "2.5"]),
    (asked(0.6931), ["ln 2", "ln(2)", "log(2)", "-ln 0.5"]),
    (asked(0.0), ["0", "0.0", "-0", "0%"]),
    (VECTOR, ["(-1, -2)", "-1 -2", "-1, -2", "[-1,-2]", "[-1 -2]", "(−1,−2)", "-1;-2", "(-1; -2)", "(-1,-2)^T"]),
    (VECTOR, ["(-1,-2)ᵀ", "w = (-1, -2)", "(-1, -2,)", "(1-2, -4/2)", "- 1, - 2"]),
    (asked([0.09, 0.2447, 0.6652]), [".0900 .2447 .6652", "9%, 24.5%, 66.5%"]),
    (asked([60_000, 3]), ["60 000, 3"]),
]


@pytest.mark.parametrize("question, given", [(question, text) for question, texts in RIGHT for text in texts])
def test_right(question: Numeric, given: str) -> None:
    verdict = judge(question, given)
    assert (verdict.outcome, verdict.score, verdict.given) == ("right", 1, given.strip())


@pytest.mark.parametrize(
    "question, given, said",
    [
        (THIRD, "", "Write a number"),
        (THIRD, "   ", "Write a number"),
        (THIRD, "one third", "Write a number"),
        (THIRD, "0,333", "Write a decimal point: 0.333"),
        (THIRD, ",333", "Write a decimal point: 0.333"),
        (THIRD, "-0,333", "Write a decimal point"),
        (THIRD, "33,3%", "Write a decimal point: 33.3"),
        (THIRD, "0.333 ms", "without `ms`: 0.333"),
        (THIRD, "1, 2", "One number is expected, not 2."),
        (THIRD, "1/", "something is missing after `/`"),
        (THIRD, "1/0", "division by zero"),
        (THIRD, "nan", "Write a number"),
        (THIRD, "0.(3)", "two readings"),
        (THIRD, "-.3(3)", "two readings"),
        (THIRD, "x", "Write a number"),
        (THIRD, "x" * 5000, "too long"),
        (BIG, "60,000", "A comma has two readings: write 60000, or 60.000"),
        (BIG, "60,000.0", "Commas in a number"),
        (BIG, "60 000,0", "Commas in a number"),
        (BIG, "60000 samples", "without `samples`: 60000"),
        (VECTOR, "-1", "2 numbers are expected, not 1. Write them like (1, 2)."),
        (VECTOR, "(-1, -2, -3)", "2 numbers are expected, not 3"),
        (VECTOR, "(-1, )", "2 numbers are expected, not 1"),
        (VECTOR, "(-1, two)", "Write a number"),
        (VECTOR, "-1,5 -2", "two readings"),
    ],
)
def test_ungradable(question: Numeric, given: str, said: str) -> None:
    verdict = judge(question, given)
    assert (verdict.outcome, verdict.score) == ("ungradable", 0)
    assert said in verdict.said


@pytest.mark.parametrize(
    "question, given, said",
    [
        (THIRD, "-1/3", "The size is right, the sign is not."),
        (THIRD, "3.33", "10 times too large"),
        (THIRD, "33.3", "100 times too large"),
        (THIRD, "0.00333", "100 times too small"),
        (THIRD, "3", "1 divided by the answer"),
        (THIRD, "0.34", "give more digits"),
        (THIRD, "7", "That is not it."),
        (BIG, "59999", "one too small"),
        (BIG, "60001", "one too large"),
        (BIG, "60.000", "1000 times too small"),
        (BIG, "60300", "exact number"),
        (asked(0), "1", "one too large"),
        (asked(0), "5", "That is not it."),
        (asked(0.5), "0", "That is not it."),
        (asked(-4), "4", "sign"),
        (VECTOR, "(1, 2)", "all signs are turned round"),
        (VECTOR, "(-2, -1)", "their order is not"),
        (VECTOR, "(-1, -3)", "The second number is not right. It is one too small."),
        (VECTOR, "(-1, 2)", "The second number is not right. The size is right, the sign is not."),
        (VECTOR, "(7, 8)", "That is not it."),
        (asked([1, 2, 3]), "1 7 8", "1 of 3 numbers is right."),
    ],
)
def test_slips(question: Numeric, given: str, said: str) -> None:
    verdict = judge(question, given)
    assert (verdict.outcome, verdict.score) == ("wrong", 0)
    assert said in verdict.said


def test_listed_wrong_answers_come_first_and_the_nearest_wins() -> None:
    question = asked(
        469,
        wrong=(
            Wrong(value=468, why="floor"),
            Wrong(value=468.75, why="no rounding"),
            Wrong(value=-469, why="sign"),
            Wrong(value="60000/100", why="batch of 100"),
        ),
    )
    told = {"468": "floor", "468.75": "no rounding", "468.8": "no rounding", "-469": "sign", "600": "batch of 100"}
    assert {text: judge(question, text).said for text in told} == told
    near = asked(1.0, wrong=(Wrong(value=50.0, why="fifty"), Wrong(value=50.4, why="a little more")))
    assert judge(near, "50.3").said == "a little more"
    pair = asked([1.0, 2.0], wrong=(Wrong(value=[2.0, 1.0], why="turned"),))
    assert judge(pair, "2, 1").said == "turned"


def test_whole_numbers_are_exact_up_to_atol() -> None:
    assert judge(asked(1000, rtol=0.1), "1001").outcome == "wrong"
    assert judge(asked(1000, atol=5), "1004").outcome == "right"
    assert judge(asked(1000.0, rtol=0.1), "1100").outcome == "right"
    assert judge(asked(3), "0.1*30").outcome == "right"  # 3.0000000000000004


def test_tolerances_add_up() -> None:
    question = asked(10.0, rtol=0.01, atol=0.1)
    assert judge(question, "10.2").outcome == "right"
    assert judge(question, "10.21").outcome == "wrong"


WAYS = [
    repr,
    "{:.10e}".format,
    "{:.10E}".format,
    "{:+.12g}".format,
    "{:.12f}".format,
    lambda x: repr(x).replace("-", "−"),
    lambda x: f"  {x!r} ",
    lambda x: f"x = {x!r}",
    lambda x: f"≈ {x!r}",
    lambda x: f"({x!r})",
    lambda x: f"{100 * x!r}%",
    lambda x: f"{2 * x!r}/2",
    lambda x: "/".join(map(str, x.as_integer_ratio())),
    lambda x: f"{x!r}e0" if "e" not in repr(x) else repr(x),
    lambda x: repr(x).replace("e", "·10^") if "e" in repr(x) else repr(x),
    lambda x: f"{x:_.6f}".replace("_", " "),
    lambda x: f"{x:_.6f}".replace("_", "'"),
]


@settings(deadline=None)
@given(st.floats(1e-3, 1e12) | st.floats(-1e12, -1e-3), st.sampled_from(WAYS))
def test_any_number_is_accepted_in_any_form(key: float, write) -> None:  # type: ignore[no-untyped-def]  # a lambda
    assert judge(asked(key), write(key)).outcome == "right"


@settings(deadline=None)
@given(
    st.integers(-(10**12), 10**12),
    st.sampled_from([str, "{:_}".format, lambda n: f"{n:_}".replace("_", " "), "{}.0".format]),
)
def test_any_whole_number_is_accepted_in_any_form(key: int, write) -> None:  # type: ignore[no-untyped-def]  # a lambda
    assert judge(asked(key), write(key)).outcome == "right"


@settings(deadline=None)
@given(st.floats(1e-6, 1e9), st.floats(1e-6, 0.02), st.floats(-100, 100), st.booleans())
def test_what_is_far_off_is_refused(key: float, rtol: float, factor: float, negative: bool) -> None:
    key = -key if negative else key
    assume(abs(factor - 1) > 10 * rtol)
    assert judge(asked(key, rtol), repr(key * factor)).outcome == "wrong"


@settings(deadline=None)
@given(
    st.lists(st.integers(-99, 99), min_size=2, max_size=5),
    st.sampled_from([", ", " ", ";", " , "]),
    st.sampled_from(["", "()", "[]"]),
)
def test_any_list_is_accepted_in_any_form(key: list[int], between: str, around: str) -> None:
    text = around[:1] + between.join(map(str, key)) + around[1:]
    assert judge(asked(list(key)), text).outcome == "right"


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_gets_a_verdict(text: str) -> None:
    for question in (THIRD, VECTOR):
        verdict = judge(question, text)
        assert verdict.said
        assert verdict.outcome in ("right", "wrong", "ungradable")
