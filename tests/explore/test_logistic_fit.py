"""The logistic unit and the line among the students' points."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dltui.explore.explorer import Explorer
from dltui.explore.logistic import Logistic
from dltui.explore.logistic_fit import hours
from dltui.plot import formula
from dltui.scene import Label, Line, Mark


def facts(explorer: Explorer) -> dict[str, str]:
    return {fact.label: fact.value for fact in explorer.facts()}


def test_cross_entropy_of_a_guess_is_ln_two() -> None:
    explorer = Logistic.start({"data": "hours"})
    assert facts(explorer)["cross-entropy"] == "0.6931"
    assert facts(explorer)["wrong side of ½"] == "20 of 40"


@settings(deadline=None)
@given(st.floats(-10, 10), st.floats(-3, 3))
def test_gradients_are_those_of_the_loss(b: float, w: float) -> None:
    fit, h = hours(0), 1e-5
    by_b, by_w = fit.gradient(b, w)
    assert by_b == pytest.approx((fit.at(b + h, w) - fit.at(b - h, w)) / (2 * h), abs=1e-6)
    assert by_w == pytest.approx((fit.at(b, w + h) - fit.at(b, w - h)) / (2 * h), abs=1e-6)


@settings(deadline=None)
@given(st.floats(-10, 10), st.floats(-3, 3))
def test_nothing_is_better_than_the_best(b: float, w: float) -> None:
    fit = hours(0)
    assert fit.at(*fit.best) <= fit.at(b, w) + 1e-12
    assert fit.gradient(*fit.best) == pytest.approx((0.0, 0.0), abs=1e-9)


def test_rings_are_for_those_on_the_wrong_side_of_one_half() -> None:
    explorer = Logistic.start({"data": "hours", "b": -5, "w": 1})
    wrong = int(facts(explorer)["wrong side of ½"].split()[0])
    assert 0 < wrong == sum(isinstance(item, Mark) and item.ring for item in explorer.scenes()[0].items)
    line = explorer.changed("activation", "none")
    assert not any(isinstance(item, Mark) and item.ring for item in line.scenes()[0].items)


def test_going_downhill() -> None:
    explorer = Logistic.start({"data": "hours", "eta": 0.05})
    one = explorer.acted("descend")
    assert "better" in one.said()
    assert one.units[0].w == pytest.approx(-0.05 * hours(0).gradient(0, 0)[1])
    many = explorer.acted("descend100")
    assert len(many.trail) == 101
    again = explorer
    for _ in range(100):
        again = again.acted("descend")
    assert again.trail == many.trail
    assert "too long" in explorer.changed("eta", 0.5).acted("descend").said()


def test_the_best_is_shown_and_hidden() -> None:
    explorer = Logistic.start({"data": "hours", "b": -3, "w": 0.5})
    shown = explorer.acted("best")
    assert facts(shown)["best there is"].startswith("0.3412 at b = -4.64, w = 0.927")
    assert "overlap" in shown.said()
    assert "best there is" not in facts(shown.acted("best"))


def test_a_line_through_the_students() -> None:
    explorer = Logistic.start({"data": "hours", "activation": "none", "b": 0.5, "w": 0})
    assert list(facts(explorer))[0] == "mean squared error"
    assert facts(explorer)["mean squared error"] == "0.25"
    assert "entropy" not in explorer.said() + explorer.changed("b", 0.6).said()
    assert "Mean squared error 0.25 → 0.26, worse." in explorer.changed("b", 0.6).said()
    assert [(action.key, action.label) for action in explorer.actions()] == [("v", "show the best line")]
    shown = explorer.acted("best")
    assert facts(shown)["best line"] == "0.1124 at b = -0.144, w = 0.129"
    assert "No line has a smaller mean squared error than 0.1124" in shown.said()
    assert "best line" in [item.name for item in shown.scenes()[0].items if isinstance(item, Line)]
    assert not shown.changed("activation", "logistic").best


@settings(deadline=None)
@given(st.floats(-10, 10), st.floats(-3, 3))
def test_no_line_is_nearer_than_least_squares(b: float, w: float) -> None:
    assert hours(0).line_error(*hours(0).line) <= hours(0).line_error(b, w) + 1e-12


def test_every_mark_has_a_name() -> None:
    explorer = Logistic.start({"data": "hours", "b": -5, "w": 1}).acted("best")
    curve, surface = explorer.scenes()
    assert [item.text for item in curve.items if isinstance(item, Label)] == ["10 %", "½", "90 %", "x = 6"]
    assert [item.text for item in surface.items if isinstance(item, Label)] == ["best"]
    assert len(surface.title) <= 18


def test_what_the_lesson_teaches_comes_first_and_what_rests_last() -> None:
    explorer = Logistic.start({"data": "hours", "b": 15, "w": 1})
    actions = explorer.actions()
    assert [action.key for action in actions] == ["u", "e", "v", "z", "a"] and not actions[-1].enabled
    assert list(facts(explorer))[:2] == ["cross-entropy", "decision point"]


def test_a_slider_at_its_end_says_so_and_nothing_else() -> None:
    explorer = Logistic.start({"w": 10})
    end = explorer.changed("w", 11)
    assert end.said() == "w = 10 is as far as it goes."
    assert end.units == explorer.units
    assert explorer.changed("b", 0) == explorer


@settings(deadline=None)
@given(st.integers(-100, 100), st.integers(-100, 100), st.integers(0, 40))
@example(11, 11, 30)
def test_formulas_fit_in_a_line(b: int, w: int, x: int) -> None:
    explorer = Logistic.start({"data": "hours", "b": b / 5, "w": w / 10, "probe": x / 4})
    for state in (explorer, explorer.changed("activation", "none"), explorer.acted("descend")):
        for fact in state.facts():
            assert len(formula.line(fact.tex)) <= 42, fact


def test_a_sum_is_no_probability_to_be_held_against_points() -> None:
    explorer = Logistic.start({"data": "hours"}).changed("units", "2")
    assert "cross-entropy" not in facts(explorer)
    assert len(explorer.scenes()) == 1
    assert [action.name for action in explorer.actions()] == ["steeper", "flatter"]


def test_the_way_does_not_grow_without_end() -> None:
    explorer = Logistic.start({"data": "hours"})
    for _ in range(6):
        explorer = explorer.acted("descend100")
    assert len(explorer.trail) == 400
    assert explorer.trail[-1] == (explorer.units[0].b, explorer.units[0].w)
