"""Stars: one after the other, with every seed; what says nothing about the settings is nobody's mark."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from dltui.lesson.challenges import Challenge, Limits, Settings
from dltui.lesson.entering import base
from dltui.lesson.layers import Linear
from dltui.lesson.learning import Optimizer
from dltui.quiz.stars import Ended, ended, judged, refused

STEP = Challenge(
    id="x", title="", data="circles", model=[Linear(out=1)], loss="binary_cross_entropy", steps=10,
    optimizer=Optimizer(kind="sgd", lr=1), free=["model"], limits=Limits(parameters=10), solution=Settings(),
    stars=["accuracy >= 0.5", "accuracy >= 0.8", "accuracy >= 0.8 and parameters <= 3 and steps <= 10"],
)  # fmt: skip


def runs(*accuracies: float | None) -> list[Ended]:
    return [Ended("done", {"accuracy": value, "loss": 1.0}) for value in accuracies]


@pytest.mark.parametrize(("accuracies", "stars"), [
    ((0.9, 0.8), 3), ((0.9, 0.79), 1), ((0.4, 1.0), 0), ((0.9,), 3), ((None, 1.0), 0),
])  # fmt: skip
def test_a_star_needs_every_seed(accuracies: tuple[float | None, ...], stars: int) -> None:
    found = judged(STEP, base(STEP), runs(*accuracies))
    assert found.earned == stars and found.verdict.score == pytest.approx(stars / 3)
    assert found.verdict.outcome == ("right" if stars == 3 else "wrong")
    assert found.verdict.said.startswith("★" * stars + "☆" * (3 - stars))


def test_a_star_needs_those_before_it() -> None:
    step = replace(STEP, stars=["accuracy >= 0.99", "parameters <= 3"])
    found = judged(step, base(step), runs(0.9))
    assert [star.earned for star in found.stars] == [False, False] and found.stars[1].reached == 1
    assert "accuracy >= 0.99 does not hold: accuracy 0.9" in found.verdict.said


def test_a_run_that_diverged_has_no_star_and_one_that_was_lost_no_mark() -> None:
    gone = [*runs(1.0), ended("diverged", {}, "At step 3 the loss is no number.")]
    found = judged(STEP, base(STEP), gone)
    assert found.earned == 0 and "with 1 of 2 seeds only: accuracy 1, diverged. At step 3" in found.verdict.said
    lost = judged(STEP, base(STEP), [*runs(1.0), ended("lost", {}, "")])
    assert lost.verdict.outcome == "ungradable" and lost.verdict.said == "a run was lost"
    assert judged(STEP, base(STEP), []).verdict.outcome == "ungradable"


def test_beyond_the_limits_nothing_is_trained() -> None:
    assert refused(STEP, base(STEP)) is None
    verdict = refused(STEP, replace(base(STEP), model=[Linear(out=4), Linear(out=1)]))
    assert verdict is not None and verdict.outcome == "wrong" and verdict.score == 0
    assert "17 parameters, allowed are 10" in verdict.said
