"""Order, match, short, point, explain, units, digits and variants: the key is accepted however it is spelt, near misses
are refused, and no text of any kind crashes a judge."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dltui.lesson.questions import (
    AnyQuestion,
    Explain,
    Key,
    Match,
    Numeric,
    Order,
    Pair,
    Point,
    Shape,
    Short,
    Wrong,
)
from dltui.lesson.variants import filled, instance, instances
from dltui.quiz import score
from dltui.quiz.arrange import LETTERS, lettered, own_answer, texts
from dltui.quiz.judge import judge, shown_answer
from dltui.quiz.proof import check_question
from dltui.quiz.short import distance, fold

STEPS = ["forward", "loss", "backward", "step", "zero the gradients"]
PAIRS = [Pair(left="f", right="keeps the cell", why="f is what the cell is multiplied by."),
         Pair(left="i", right="lets the new in"), Pair(left="o", right="shows the cell")]  # fmt: skip


def made(kind: type[Any], **given_fields: Any) -> Any:
    return kind(id="q", ask="?", **given_fields)


ORDER = made(Order, items=STEPS)
MATCH = made(Match, pairs=PAIRS, extra=["flips a coin"])
SHORT = made(Short, accept=["vanishing gradient", "vanishing gradients"],
             wrong=[Wrong(value="exploding gradient", why="The other way round.")])  # fmt: skip
POINT = made(Point, table=[[1, 9, 2], [4, 5, 6]], answer=Key(compute="[0, argmax([1, 9, 2])]"),
             wrong=[Wrong(value=[1, 2], why="That is the last one.")])  # fmt: skip
TIMES = made(Point, compute="[0.1, 0.9, 0.4]", columns=["t=1", "t=2", "t=3"], answer=Key(compute="1"))
UNIT = made(Numeric, answer=Key(compute="1.5"), units={"s": 1, "ms": 0.001})
DIGITS = made(Numeric, answer=Key(compute="sigmoid(2)"), digits=3)
EXPLAIN = made(Explain, rubric="Because.")
VARIED = made(Shape, answer=Key(compute="[conv_size({{n}}, kernel={{k}}), 2]"), vary={"n": [5, 6, 7], "k": [3, 5]})
ALL: list[AnyQuestion] = [ORDER, MATCH, SHORT, POINT, TIMES, UNIT, DIGITS, EXPLAIN, VARIED]


@pytest.mark.parametrize("question", ALL, ids=lambda question: type(question).__name__)
def test_the_proof_finds_nothing_wrong(question: AnyQuestion) -> None:
    assert check_question(question) == []


@given(st.sampled_from([ORDER, MATCH, SHORT, POINT, TIMES, UNIT, DIGITS, EXPLAIN]), st.text(max_size=450))
def test_any_text_gets_a_verdict(question: AnyQuestion, text: str) -> None:
    verdict = judge(question, text)
    assert 0 <= verdict.score <= 1 and verdict.said and (verdict.score == 1) == (verdict.outcome == "right")
    again = judge(question, verdict.given)
    assert (again.outcome, again.score) == (verdict.outcome, verdict.score)


# ── order ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@given(st.integers(2, 8), st.text("abcdefgh-", min_size=1), st.sampled_from([" ", ",", ", ", " > ", "", " -> "]),
       st.booleans())  # fmt: skip
def test_the_right_order_is_right_however_it_is_written(count: int, name: str, between: str, upper: bool) -> None:
    question = Order(id=name, ask="?", items=[f"item {n}" for n in range(count)])
    letters = own_answer(question).split()
    answer = between.join(letters)
    assert judge(question, answer.upper() if upper else answer).outcome == "right"
    assert judge(question, between.join(str(LETTERS.index(letter) + 1) for letter in letters)).outcome == "right"


@settings(max_examples=40)
@given(st.integers(2, 6), st.randoms(use_true_random=False))
def test_every_other_order_is_wrong_and_scores_by_its_inversions(count: int, dice: random.Random) -> None:
    question = Order(id="o", ask="?", items=[f"item {n}" for n in range(count)])
    letters, items = own_answer(question).split(), list(range(count))
    dice.shuffle(items)
    inversions = sum(one > other for one, other in itertools.combinations(items, 2))
    verdict = judge(question, " ".join(letters[item] for item in items))
    tau = 1 - 2 * inversions / (count * (count - 1) / 2)
    assert verdict.score == pytest.approx(max(0.0, tau)) and (verdict.outcome == "right") == (inversions == 0)


def test_letters_are_never_in_the_order_of_the_file() -> None:
    for name in map(str, range(200)):
        assert lettered(Order(id=name, ask="?", items=["one", "two"])) == [1, 0]


def test_what_may_stand_either_way_counts_either_way() -> None:
    question = made(Order, items=["dough", "tomato", "cheese", "bake"], either=[[1, 2]])
    letters = own_answer(question).split()
    letters[1], letters[2] = letters[2], letters[1]
    assert judge(question, " ".join(letters)).outcome == "right"
    letters[0], letters[1] = letters[1], letters[0]
    assert judge(question, " ".join(letters)).outcome == "wrong"


def test_an_order_with_a_letter_missing_twice_or_too_much_costs_no_attempt() -> None:
    for text in ("a b c d", "a a b c d", "a b c d e f", "first, then second", "abcd5x", ""):
        assert judge(ORDER, text).outcome == "ungradable", text
    letters = own_answer(ORDER).split()
    swapped = [*letters[:3], letters[4], letters[3]]
    assert judge(ORDER, " ".join(swapped)).said == "The first 3 are right. Then “zero the gradients” comes too early."


# ── match ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("form", ["{n}{l} ", "{n}-{l}, ", "{n} → {l}; ", "{n}:{l} ", "{l} ", "{l}"])
def test_pairs_are_right_however_they_are_written(form: str) -> None:
    pairs = [(pair[0], pair[1]) for pair in own_answer(MATCH).split()]
    assert judge(MATCH, "".join(form.format(n=n, l=letter) for n, letter in pairs)).outcome == "right"
    if "{n}" in form:
        assert judge(MATCH, "".join(form.format(n=n, l=letter) for n, letter in reversed(pairs))).outcome == "right"


def test_a_wrong_pair_says_why_and_the_others_count() -> None:
    right = [pair[1] for pair in own_answer(MATCH).split()]
    extra = LETTERS[texts(MATCH).index("flips a coin")]
    verdict = judge(MATCH, f"{extra} {right[1]} {right[2]}")
    assert verdict.score == pytest.approx(2 / 3)
    assert verdict.said == "2 of 3 are right. 1: f is what the cell is multiplied by."
    assert {judge(MATCH, text).outcome for text in ("1a", "1a 1b 2c", "a b c d")} == {"ungradable"}


# ── short ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", ["Vanishing Gradient", "the vanishing-gradient", " vanishing  gradients.",
                                  "“vanishing gradient”", "VANISHINGGRADIENT", "ｖanishing gradient"])  # fmt: skip
def test_spellings_of_a_word(text: str) -> None:
    assert judge(SHORT, text).outcome == "right"


def test_near_misses_and_other_words() -> None:
    assert judge(SHORT, "vanishing gradeint").outcome == judge(SHORT, "vanishin gradiant").outcome == "ungradable"
    assert judge(SHORT, "Exploding gradient").said == "The other way round."
    assert judge(SHORT, "dying relu").outcome == "wrong"
    assert judge(made(Short, accept=["adam"]), "adamw").outcome == "wrong", "short words are not forgiven a letter"


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_the_distance_is_one(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one) and (distance(one, other) == 0) == (one == other)
    assert abs(len(one) - len(other)) <= distance(one, other) <= max(len(one), len(other))


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing_for_words(text: str) -> None:
    assert fold(f"the {fold(text)}") in (fold(text), "the") or fold(text).startswith(("a ", "an ", "the "))


# ── point ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", ["0, 1", "(0, 1)", "[0,1]", "0 1", "0:1", "0x1"])
def test_a_cell_by_row_and_column(text: str) -> None:
    assert judge(POINT, text).outcome == "right"


def test_other_cells() -> None:
    assert judge(POINT, "1, 2").said == "That is the last one." and judge(POINT, "1,1").said == "It is not this one."
    for text in ("1", "0, 3", "2, 0", "a, b", "-1, 0", "9", "0,1,2"):
        assert judge(POINT, text).outcome == "ungradable", text


@pytest.mark.parametrize("text", ["t=2", "T=2", " t=2 "])
def test_a_moment_by_its_name(text: str) -> None:
    assert judge(TIMES, text).outcome == "right" and judge(TIMES, "t=1").outcome == "wrong"
    assert judge(TIMES, "2").outcome == "ungradable", "the second, or the one called t=2? Names decide"


def test_any_of_several_cells() -> None:
    question = made(Point, table=[[3, 1], [1, 3]], answer=Key(compute="[[0, 0], [1, 1]]"))
    assert [judge(question, cell).outcome for cell in ("0,0", "1,1", "0,1")] == ["right", "right", "wrong"]
    assert shown_answer(question) == "0, 0 or 1, 1"


def test_a_key_outside_the_table_is_found_by_the_proof() -> None:
    assert "no cell" in check_question(made(Point, table=[[1, 2]], answer=Key(compute="[1, 0]")))[0]


# ── units, digits ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "outcome"),
    [("1.5 s", "right"), ("1500 ms", "right"), ("1500ms", "right"), ("3/2 s", "right"), ("1.5e3 ms", "right"),
     ("1.5 ms", "wrong"), ("1500 s", "wrong"), ("1.5", "ungradable"), ("1.5 h", "ungradable"), ("s", "ungradable"),
     ("1.5 µs", "ungradable"), ("two s", "ungradable")],
)  # fmt: skip
def test_units(text: str, outcome: str) -> None:
    assert judge(UNIT, text).outcome == outcome


@given(st.integers(1, 9), st.floats(1e-6, 1e6))
@example(9, 2.0**-14)
def test_significant_digits(digits: int, value: float) -> None:
    question = made(Numeric, answer=Key(value=value, why="drawn"), digits=digits)
    assert judge(question, f"{value:.{digits - 1}e}").outcome == "right"
    off = 0.6 * 10.0 ** (int(f"{value:e}".split("e")[1]) - digits + 1)
    assert judge(question, repr(value + off)).outcome == "wrong"


# ── variants, points ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_learner_always_gets_the_same_numbers_and_learners_get_different_ones() -> None:
    seen = {instance(VARIED, f"learner {n}").answer.compute for n in range(100)}
    assert seen == {f"[conv_size({n}, kernel={k}), 2]" for n in (5, 6, 7) for k in (3, 5)}
    assert instance(VARIED, "ada") == instance(VARIED, "ada")
    assert len(list(instances(VARIED))) == 6


def test_a_fault_in_one_variant_is_found() -> None:
    question = made(Numeric, answer=Key(compute="1 / {{n}}"), vary={"n": [1, 2, 0]})
    assert check_question(question)
    assert check_question(filled(question, {"n": 2})) == []


def test_points() -> None:
    question = made(Numeric, answer=Key(compute="1"), points=4, hint_cost=0.25, attempts=2)
    assert [score.earned(question, 1, hints) for hints in (0, 1, 4, 9)] == [4, 3, 0, 0]
    assert score.earned(EXPLAIN, 1, 0) == 0
    assert [score.left(question, wrong) for wrong in (0, 1, 2, 3)] == [2, 1, 0, 0] and score.left(ORDER, 9) is None
