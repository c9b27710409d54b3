"""Questions that lint lets through, and those it does not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dltui.lesson.records import AnyQuestion, Choice, Fill, Key, Multi, Numeric, Option, Shape, Wrong
from dltui.quiz.judge import judge, key, shown_answer
from dltui.quiz.proof import check_question

YES, NO = Option(text="yes", ok=True), Option(text="no", why="no")
GOOD: list[AnyQuestion] = [
    Numeric(
        id="epochs",
        ask="?",
        answer=Key(compute="ceil(60000/128)"),
        wrong=[Wrong(value=468, why="floor"), Wrong(value=468.75, why="rounding"), Wrong(value="60000*128", why="x")],
    ),
    Numeric(id="zero", ask="?", answer=Key(compute="1/3"), wrong=[Wrong(value=0.5, why="half")]),
    Numeric(id="exact", ask="?", answer=Key(compute="1/3"), rtol=0),
    Numeric(id="count", ask="?", answer=Key(value=31, proof="run"), rtol=0, wrong=[Wrong(value=25, why="half")]),
    Numeric(id="vector", ask="?", answer=Key(compute="[1, -1] - [2, 1]"), wrong=[Wrong(value=[3, 0], why="sign")]),
    Shape(
        id="map",
        ask="?",
        answer=Key(compute="conv_shape((5, 6), kernel=3)"),
        wrong=[Wrong(value=[3, 5], why="one less"), Wrong(value="5x6", why="same"), Wrong(value=12, why="product")],
    ),
    Shape(id="loss", ask="?", answer=Key(value=[], why="a scalar has no axis")),
    Fill(
        id="point",
        ask="?",
        answer="-b/w",
        variables={"b": [-4, 4], "w": [0.5, 3]},
        wrong=[Wrong(value="b/w", why="sign"), Wrong(value="-b", why="w"), Wrong(value=0, why="zero")],
    ),
    Fill(id="moved", ask="?", answer="(-1, -2)", variables={}, wrong=[Wrong(value=[3, 0], why="sign")]),
    Choice(id="choice", ask="?", options=[YES, NO]),
    Multi(id="multi", ask="?", options=[YES, NO, Option(text="y", ok=True)]),
]


@pytest.mark.parametrize("question", GOOD, ids=lambda question: question.id)
def test_good_questions(question: AnyQuestion) -> None:
    assert check_question(question) == []


def numeric(answer: Key, wrong: tuple[Wrong, ...] = (), rtol: float = 0.01, atol: float = 0.0) -> Numeric:
    return Numeric(id="q", ask="?", answer=answer, wrong=list(wrong), rtol=rtol, atol=atol)


def fill(answer: str, wrong: tuple[Wrong, ...] = (), **variables: list[float]) -> Fill:
    return Fill(id="q", ask="?", answer=answer, wrong=list(wrong), variables=variables)


@pytest.mark.parametrize(
    "question, problem",
    [
        (numeric(Key()), "there is no key"),
        (numeric(Key(compute="1", value=1, why="x")), "exactly one of compute and value"),
        (numeric(Key(value=1)), "needs a proof, or a why"),
        (numeric(Key(compute="sqt(2)")), "did you mean sqrt?"),
        (numeric(Key(compute="log(0)")), "cannot be computed"),
        (numeric(Key(compute="[[1], [2]]")), "a number or a list of numbers"),
        (numeric(Key(compute="[]")), "a number or a list of numbers"),
        (numeric(Key(compute="0.1 + 0.2 - 0.3")), "looks like a 0 with a rounding error"),
        (numeric(Key(compute="7"), rtol=0.1), "judged exactly: rtol does nothing"),
        (numeric(Key(compute="0.5"), (Wrong(value=0.501, why="x"),)), "the wrong answer 0.501 is accepted"),
        (numeric(Key(compute="0.5"), (Wrong(value="0,4", why="x"),)), "the wrong answer 0,4 cannot be judged"),
        (numeric(Key(compute="0.5"), (Wrong(value=[1, 2], why="x"),)), "the wrong answer 1, 2 cannot be judged"),
        (
            numeric(Key(compute="0.5"), (Wrong(value=0.3, why="x"), Wrong(value=0.3, why="y"))),
            "the wrong answer 0.3 does not get its own reason, but: x",
        ),
        (Shape(id="q", ask="?", answer=Key(compute="[1.5]")), "a shape is a list of whole numbers"),
        (Shape(id="q", ask="?", answer=Key(compute="[-1, 2]")), "a shape is a list of whole numbers"),
        (
            Shape(id="q", ask="?", answer=Key(compute="(3, 4)"), wrong=[Wrong(value="N,3,4", why="x")]),
            "the wrong answer N,3,4 is accepted",
        ),
        (fill("x + q", x=[0, 1]), "unknown name q"),
        (fill("x +", x=[0, 1]), "something is missing"),
        (fill("sqrt(x)", x=[-2, -1]), "at 0 of 400 points"),
        (fill("x", x=[1, 1]), "the range of x must rise"),
        (fill("x", x=[2, 1]), "the range of x must rise"),
        (Fill(id="q", ask="?", answer="lambda", variables={"lambda": [0, 1]}), "lambda needs another name"),
        (Fill(id="q", ask="?", answer="1", variables={"x y": [0, 1]}), "the variable x y needs another name"),
        (fill("sum", sum=[0, 1]), "the variable sum has the name of a function"),
        (fill("e", e=[0, 1]), "the variable e has the name of a constant"),
        (fill("x", (Wrong(value="2x/2", why="x"),), x=[0, 1]), "the wrong answer 2x/2 is accepted"),
        (fill("x", (Wrong(value="1/2x", why="x"),), x=[0, 1]), "the wrong answer 1/2x cannot be judged"),
        (fill("x", (Wrong(value="sqrt(x - 9)", why="x"),), x=[0, 1]), "does not get its own reason"),
        (Choice(id="q", ask="?", options=[YES, Option(text="y", ok=True)]), "exactly one"),
        (Choice(id="q", ask="?", options=[NO, Option(text="never", why="no")]), "here 0 are"),
        (Choice(id="q", ask="?", options=[YES, Option(text="b")]), "option b is wrong and must say why"),
        (Choice(id="q", ask="?", options=[YES, Option(text="Yes ", why="x")]), "the same as option a"),
        (Multi(id="q", ask="?", options=[NO, Option(text="never", why="no")]), "no option is ok"),
    ],
)
def test_bad_questions(question: AnyQuestion, problem: str) -> None:
    assert any(problem in one for one in check_question(question)), check_question(question)


def test_keys() -> None:
    assert key(numeric(Key(compute="ceil(60000/128)"))) == 469
    assert key(numeric(Key(value=[1, 2.5]))) == [1, 2.5]
    assert key(Shape(id="q", ask="?", answer=Key(compute="conv_shape((5, 6), kernel=3)"))) == [3, 4]


def test_shown_answers() -> None:
    shown = {question.id: shown_answer(question) for question in GOOD}
    assert shown == {
        "epochs": "469", "zero": "0.333333", "exact": "0.3333333333333333", "count": "31", "vector": "(-1, -2)",
        "map": "3x4", "loss": "()", "point": "-b/w", "moved": "(-1, -2)", "choice": "yes", "multi": "yes; y",
    }  # fmt: skip


def test_every_shown_answer_is_right() -> None:
    for question in GOOD:
        if not isinstance(question, Multi):
            assert judge(question, shown_answer(question)).outcome == "right"


def test_a_question_with_a_fault_costs_no_attempt() -> None:
    verdict = judge(numeric(Key(compute="1/0")), "5")
    assert verdict.outcome == "ungradable"
    assert "fault" in verdict.said


@settings(deadline=None)
@given(st.sampled_from(GOOD), st.text(max_size=30))
def test_what_comes_back_is_safe_to_show(question: AnyQuestion, text: str) -> None:
    verdict = judge(question, text + "\x1b[2J\u202e")
    assert "\x1b" not in verdict.said + verdict.given
    assert "\u202e" not in verdict.said + verdict.given
    assert 0 <= verdict.score <= 1
