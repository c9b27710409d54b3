"""Shapes, written in every way there is, and told axis by axis."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dltui.lesson.records import Key, Shape, Wrong
from dltui.quiz.judge import judge, shown_answer

MAP = Shape(
    id="s",
    ask="?",
    answer=Key(compute="conv_shape((5, 6), kernel=3)"),
    wrong=[
        Wrong(value=[3, 5], why="Count positions."),
        Wrong(value="5x6", why="No padding."),
        Wrong(value=9, why="area"),
    ],
)
BATCH = Shape(id="b", ask="?", answer=Key(value=[32, 784], why="flattened"))
ROW = Shape(id="r", ask="?", answer=Key(value=[10], why="ten"))
SCALAR = Shape(id="o", ask="?", answer=Key(value=[], why="one loss"))


@pytest.mark.parametrize(
    "question, text",
    [
        *((MAP, text) for text in ("3x4", "3X4", "3×4", "3 x 4", "3*4", "3·4", "(3, 4)", "[3,4]", "3,4", "3 4", "3;4")),
        *((MAP, text) for text in ("(3,4,)", "3 by 4", "torch.Size([3, 4])", "shape = (3, 4)", "3.0x4", "Nx3x4")),
        *((MAP, text) for text in ("(n, 3, 4)", "N,3,4", "batch x 3 x 4", "(-1, 3, 4)", "(None, 3, 4)", "?x3x4")),
        *((BATCH, text) for text in ("32x784", "(32, 784)")),
        *((ROW, text) for text in ("10", "(10,)", "[10]", "(10)", "Nx10")),
        *((SCALAR, text) for text in ("()", "[]", "torch.Size([])")),
    ],
)
def test_right(question: Shape, text: str) -> None:
    verdict = judge(question, text)
    assert (verdict.outcome, verdict.score) == ("right", 1)


@pytest.mark.parametrize(
    "question, text, score, said",
    [
        (MAP, "3x5", 0.5, "Count positions."),
        (MAP, "5x6", 0, "No padding."),
        (MAP, "9", 0, "area"),
        (MAP, "4x3", 0, "their order is not"),
        (MAP, "12", 0, "number of elements"),
        (MAP, "3", 0, "The shape has 2 axes, yours has 1."),
        (MAP, "1x3x4", 0, "The shape has 2 axes, yours has 3."),
        (MAP, "2x4", 0.5, "the first is one too small, the second is right"),
        (MAP, "8x5", 0, "the first is not right, the second is one too large"),
        (BATCH, "784x32", 0, "order"),
        (BATCH, "25088", 0, "number of elements"),
        (ROW, "11", 0, "It is one too large."),
        (SCALAR, "1", 0, "The shape has 0 axes, yours has 1."),
    ],
)
def test_wrong(question: Shape, text: str, score: float, said: str) -> None:
    verdict = judge(question, text)
    assert (verdict.outcome, verdict.score) == ("wrong", score)
    assert said in verdict.said


@pytest.mark.parametrize(
    "question, text, said",
    [
        (MAP, "", "Write a shape"),
        (MAP, "a picture", "Write a shape"),
        (MAP, "3,,4", "Write a shape"),
        (MAP, "3x", "Write a shape"),
        (MAP, "3x4px", "Write a shape"),
        (MAP, "3.5x4", "whole numbers"),
        (MAP, "3xinf", "whole numbers"),
        (MAP, "3x1e999", "whole numbers"),
        (BATCH, "Nx784", "Write every size as a number."),
        (MAP, "3xN", "Write every size as a number."),
    ],
)
def test_ungradable(question: Shape, text: str, said: str) -> None:
    verdict = judge(question, text)
    assert (verdict.outcome, verdict.score) == ("ungradable", 0)
    assert said in verdict.said


@settings(deadline=None)
@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=5), st.sampled_from(["x", ", ", " ", "×", " by ", "*"]))
def test_any_shape_is_accepted_in_any_form(sizes: list[int], between: str) -> None:
    question = Shape(id="s", ask="?", answer=Key(value=list(sizes), why="given"))
    assert judge(question, between.join(map(str, sizes))).outcome == "right"
    assert judge(question, str(tuple(sizes))).outcome == "right"
    assert judge(question, shown_answer(question)).outcome == "right"
    assert judge(question, between.join(map(str, [*sizes[:-1], sizes[-1] + 1]))).outcome == "wrong"


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_gets_a_verdict(text: str) -> None:
    assert judge(MAP, text).said


def test_a_key_that_is_no_shape_counts_for_nobody() -> None:
    broken = Shape(id="s", ask="?", answer=Key(compute="[1.5, 2]"))
    assert "fault" in judge(broken, "1x2").said
