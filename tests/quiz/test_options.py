"""Letters, numbers and texts of options, in the order of the file and as they were shown."""

import pytest

from dltui.lesson.records import Choice, Multi, Numeric, Option
from dltui.lesson.records import Key as Answer
from dltui.quiz.judge import judge, order

CHOICE = Choice(
    id="c",
    ask="?",
    options=[
        Option(text="A step", ok=True),
        Option(text="A line", why="Only from near by."),
        Option(text="Flat", why="That is w = 0."),
    ],
)
MULTI = Multi(
    id="m",
    ask="?",
    options=[
        Option(text="threads", ok=True),
        Option(text="window size", why="It is not computed with."),
        Option(text="device", ok=True),
        Option(text="colour", why="No."),
        Option(text="version", ok=True),
    ],
)
COUNTS = Choice(
    id="n", ask="?", options=[Option(text="1", ok=True), Option(text="4", why="four"), Option(text="2", why="two")]
)


@pytest.mark.parametrize("given", ["a", "A", "1", "a)", "(a)", "a.", " a ", "A step", "a step"])
def test_the_right_option(given: str) -> None:
    verdict = judge(CHOICE, given)
    assert (verdict.outcome, verdict.score) == ("right", 1)


@pytest.mark.parametrize("given, why", [("b", "Only from near by."), ("3", "That is w = 0."), ("flat", "That is w")])
def test_a_wrong_option_says_why(given: str, why: str) -> None:
    verdict = judge(CHOICE, given)
    assert (verdict.outcome, verdict.score) == ("wrong", 0)
    assert verdict.said.startswith(why)


@pytest.mark.parametrize("given", ["", "d", "0", "4", "-1", "ab", "a,b", "x", "none", "steps", "ä", "²", "ⅰ"])
def test_no_option(given: str) -> None:
    verdict = judge(CHOICE, given)
    assert verdict.outcome == "ungradable"
    assert "letter" in verdict.said


def test_a_digit_that_is_an_option_and_another_ones_number() -> None:
    assert judge(COUNTS, "1").outcome == "right"
    assert judge(COUNTS, "a").outcome == "right"
    assert judge(COUNTS, "4").said == "four"
    assert judge(COUNTS, "2").outcome == "ungradable"
    assert judge(COUNTS, "c").said == "two"


@pytest.mark.parametrize(
    "given, outcome, score",
    [
        ("a,c,e", "right", 1),
        ("ace", "right", 1),
        ("e c a", "right", 1),
        ("a and c and e", "right", 1),
        ("1,3,5", "right", 1),
        ("135", "right", 1),
        ("a, a, c, e", "right", 1),
        ("a,c", "wrong", 2 / 3),
        ("a", "wrong", 1 / 3),
        ("threads", "wrong", 1 / 3),
        ("a,c,e,b", "wrong", 2 / 3),
        ("a,b", "wrong", 0),
        ("b,d", "wrong", 0),
        ("abcde", "wrong", 1 / 3),
        ("none", "wrong", 0),
        ("", "ungradable", 0),
        ("f", "ungradable", 0),
        ("a,z", "ungradable", 0),
        ("yes", "ungradable", 0),
    ],
)
def test_several(given: str, outcome: str, score: float) -> None:
    verdict = judge(MULTI, given)
    assert verdict.outcome == outcome
    assert verdict.score == pytest.approx(score)


@pytest.mark.parametrize(
    "given, said",
    [
        ("a,b", "It is not computed with."),
        ("b,d", "It is not computed with. One more of yours is wrong."),
        ("a,c", "Nothing of this is wrong, but one more belongs to it."),
        ("a", "Nothing of this is wrong, but 2 more belong to it."),
        ("none", "Something is right here."),
    ],
)
def test_several_say_why(given: str, said: str) -> None:
    assert judge(MULTI, given).said == said


def test_nothing_can_be_right() -> None:
    question = Multi(id="m", ask="?", options=[Option(text="x", why="no"), Option(text="y", why="no")])
    assert judge(question, "none").outcome == "right"
    assert judge(question, "a").score == 0


def test_letters_follow_the_order_shown() -> None:
    shown = [2, 0, 1]
    assert judge(CHOICE, "b", shown).outcome == "right"
    assert judge(CHOICE, "1", shown).said == "That is w = 0."
    assert judge(CHOICE, "A step", shown).outcome == "right"
    assert judge(MULTI, "a,b,c", [4, 2, 0, 1, 3]).outcome == "right"


def test_what_is_stored_can_be_judged_again() -> None:
    for question, given in ((CHOICE, "b"), (CHOICE, "A line"), (MULTI, "a,b,c"), (MULTI, "none"), (MULTI, "5 1")):
        seen = judge(question, given, order(question, 4))
        again = judge(question, seen.given)
        assert again == seen


def test_order_is_a_permutation_that_stays() -> None:
    assert order(MULTI, 7) == order(MULTI, 7)
    assert sorted(order(MULTI, 7)) == [0, 1, 2, 3, 4]
    assert len({tuple(order(MULTI, seed)) for seed in range(50)}) > 20
    assert order(MULTI, 1) == [4, 3, 1, 2, 0]  # from one version to the next too
    assert order(Numeric(id="q", ask="?", answer=Answer(compute="1")), 1) == []
