from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dltui.explore.explorer import Explorer, SettingError
from dltui.explore.logistic import Logistic
from dltui.explore.logistic_curve import TARGETS, Curve, Unit, sigmoid
from dltui.plot import formula
from dltui.scene import Line, Mark


def facts(explorer: Explorer) -> dict[str, str]:
    return {fact.label: fact.value for fact in explorer.facts()}


def tex(explorer: Explorer, label: str) -> str:
    return next(fact.tex for fact in explorer.facts() if fact.label == label)


def test_sigmoid_holds_at_the_ends() -> None:
    assert sigmoid(np.array([0.0, 1e4, -1e4])).tolist() == [0.5, 1.0, 0.0]


@settings(deadline=None)
@given(st.floats(-20, 20), st.floats(-10, 10).filter(lambda w: abs(w) > 0.01), st.sampled_from((0.1, 0.5, 0.9)))
def test_crossings_are_where_the_curve_has_that_value(b: float, w: float, p: float) -> None:
    at = Unit(b, w).crossing(p)
    assert at is not None
    assert Curve((Unit(b, w),)).at(at) == pytest.approx(p, abs=1e-9)


@settings(deadline=None)
@given(st.floats(-5, 5), st.floats(-5, 5), st.floats(-5, 5))
def test_slopes_are_those_of_the_curve(b: float, w: float, x: float) -> None:
    for curve in (Curve((Unit(b, w),)), Curve((Unit(b, w, 0.5), Unit(1.0, -w, -2.0))), Curve((Unit(b, w),), False)):
        h = 1e-5
        assert curve.slope(x) == pytest.approx((curve.at(x + h) - curve.at(x - h)) / (2 * h), abs=1e-7)


def test_the_numbers_of_the_lesson() -> None:
    explorer = Logistic.start({"probe": 0})
    assert facts(explorer) == {
        "decision point": "0", "y at x = 0": "0.5", "slope there": "0.25", "10-90 % rise": "4.394",
    }
    assert facts(explorer.changed("x", 5))["slope there"] == "0.006648"
    assert facts(explorer.changed("w", 10))["10-90 % rise"] == "0.4394"
    bump = Logistic.start({"b": [-8, -12], "w": [20, 20], "target": "bump"})
    assert facts(bump)["y at x = 0.5"] == "0.7616"
    assert facts(bump)["largest y"] == "0.7616 at x = 0.5"
    assert facts(bump)["distance to target"] == "0"
    sharp = Logistic.start({"b": [-40, -60], "w": [100, 100], "units": 2, "x": [0, 1], "probe": 0.5})
    assert facts(sharp)["y at x = 0.5"] == "0.9999"


def test_formulas_carry_the_numbers_of_the_moment() -> None:
    explorer = Logistic.start({"b": -2, "w": 1, "probe": 3})
    assert tex(explorer, "y at x = 3") == r"\sigma(-2 + 1 \cdot 3) = \sigma(1)"
    assert tex(explorer, "decision point") == r"-\frac{b}{w} = -\frac{(-2)}{1}"
    assert formula.line(tex(explorer, "decision point")) == "−b/w = −(−2)/1"
    line = explorer.changed("activation", "none")
    assert tex(line, "y at x = 3") == r"-2 + 1 \cdot 3"
    assert tex(explorer.changed("w", -1), "y at x = 3") == r"\sigma(-2 - 1 \cdot 3) = \sigma(-5)"


def test_formulas_of_sums_carry_their_signs() -> None:
    two = Logistic.start({"units": 2, "b": [1, -1], "w": [1, 2], "v": [1, -0.5], "probe": 0})
    assert tex(two, "y at x = 0") == r"\sigma(1) - 0.5\,\sigma(-1)"
    less = two.changed("v1", -1)
    assert tex(less, "y at x = 0") == r"-\sigma(1) - 0.5\,\sigma(-1)"
    assert tex(less.changed("activation", "none"), "y at x = 0") == r"-1 \cdot 1 - 0.5 \cdot (-1)"


def test_marks_stand_on_the_curve() -> None:
    scene = Logistic.start({"b": 1, "w": 2}).scenes()[0]
    marks = [item for item in scene.items if isinstance(item, Mark) and item.role == "accent"]
    assert [mark.y for mark in marks] == [0.1, 0.5, 0.9]
    for mark in marks:
        assert sigmoid(np.array([1 + 2 * mark.x]))[0] == pytest.approx(mark.y)


def test_it_says_where_the_curve_went() -> None:
    explorer = Logistic.start({})
    said = explorer.changed("b", 1).said()
    assert said.startswith("The curve moved left, as b grew and w is positive: it is ½ at -b/w = -1")
    falling = explorer.changed("w", -2)
    assert "falls now" in falling.said()
    assert "moved right" in falling.changed("b", 1).said()
    assert "steeper: from 10 % to 90 % takes 2.197" in explorer.changed("w", 2).said()
    assert "flat: with w = 0 it is σ(b) = 0.5" in explorer.changed("w", 0).said()
    assert facts(explorer.changed("w", 0))["decision point"] == "none: w is 0"


def test_a_line_before_and_after_squashing() -> None:
    explorer = Logistic.start({"activation": "none"})
    assert explorer.curve.at(3) == 3
    assert explorer.changed("activation", "logistic").curve.at(3) == pytest.approx(0.9526, abs=1e-4)
    two = explorer.changed("units", "2")
    assert "A sum of lines is a line" in two.said()


@pytest.mark.parametrize(("b", "w", "inside"), [
    (0.5, 0.1, "for x from -5 to 5"), (0.0, -0.5, "for x from -2 to 0"), (0.5, 0, "everywhere"), (2, 0, "nowhere"),
])  # fmt: skip
def test_where_a_line_could_be_a_probability(b: float, w: float, inside: str) -> None:
    assert facts(Logistic.start({"activation": "none", "b": b, "w": w}))["inside 0 to 1"] == inside


def test_building_the_bump_by_hand() -> None:
    explorer = Logistic.start({"target": "bump"})
    assert facts(explorer)["y at x = 0.5"] == "0"
    assert facts(explorer)["distance to target"] == "0.7616"
    half = explorer.changed("b", -8)
    assert "largest difference to the target is 0.462" in half.said()
    whole = half.changed("b2", -12)
    assert whole.said() == "✓ Target hit: nowhere is y more than 0.05 off."
    assert list(facts(whole))[0] == "distance to target"
    assert whole.changed("v1", 1.04).said().startswith("✓")
    assert not whole.changed("w", 5).said().startswith("✓")
    names = [item.name for item in whole.scenes()[0].items if isinstance(item, Line)]
    assert names == ["target", "unit 1", "unit 2", "y"]


def test_steeper_and_flatter_keep_the_place_of_one_half() -> None:
    explorer = Logistic.start({"b": -2, "w": 1})
    steeper = explorer.acted("steeper")
    assert (steeper.units[0].b, steeper.units[0].w) == (-4, 2)
    assert facts(steeper)["decision point"] == "2"
    assert facts(steeper)["10-90 % rise"] == "2.197"
    assert "doubled" in steeper.said() and "2.197" in steeper.said()
    assert steeper.acted("flatter").units == explorer.units
    end = explorer
    for _ in range(9):
        end = end.acted("steeper")
    assert (end.units[0].b, end.units[0].w) == (-16, 8)  # the sliders end at 20 and 10


def test_steepness_of_all_units_at_once() -> None:
    explorer = Logistic.start({"target": "bump"}).acted("steeper")
    assert [unit.w for unit in explorer.units] == [40, 40, 20]
    assert "difference to the target" in explorer.said()
    assert [action.name for action in explorer.changed("activation", "none").actions()] == ["hint"]


def test_a_hint_for_each_target() -> None:
    for name in TARGETS:
        assert "-b/w" in Logistic.start({"target": name}).acted("hint").said()


def test_units_keep_their_numbers_while_they_are_away() -> None:
    explorer = Logistic.start({"units": 2}).changed("b2", 3)
    assert explorer.changed("units", "1").changed("units", "2").units == explorer.units
    assert "b2" not in [control.name for control in explorer.changed("units", "1").controls()]


@pytest.mark.parametrize("name", TARGETS)
def test_targets_can_be_reached(name: str) -> None:
    target = TARGETS[name]
    columns = {letter: [getattr(unit, letter) for unit in target.units] for letter in "bwv"}
    explorer = Logistic.start({"target": name, **columns})
    assert facts(explorer)["distance to target"] == "0"


@pytest.mark.parametrize(("settings", "message"), [
    ({"target": "bum"}, "did you mean 'bump'"),
    ({"x": [1, 0]}, r"\[low, high\]"),
    ({"x": 3}, "x is a list"),
    ({"b": 21}, r"b\[0\] lies between -20 and 20"),
    ({"w": [1, 2, 3, 4]}, "at most 3 elements"),
    ({"units": 4}, "no units '4'"),
    ({"probe": 6}, "between -5 and 5"),
    ({"data": "minutes"}, "no data 'minutes'"),
])  # fmt: skip
def test_settings_that_make_no_sense_are_explained(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        Logistic.start(settings)


def test_peak_and_rise() -> None:
    assert Unit(0, 1).rise == pytest.approx(2 * math.log(9))
    assert Unit(0, 0).rise is None and Unit(1, 0).crossing(0.5) is None
    assert TARGETS["bump"].peak(0, 1) == pytest.approx((0.5, math.tanh(1)))
