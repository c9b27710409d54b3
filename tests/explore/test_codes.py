from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dltui.explore.codes import SIZES, Codes
from dltui.explore.digits import digits, held_out_errors, principal
from dltui.explore.explorer import SettingError, Slider
from dltui.plot.formula import line
from dltui.scene import Line, Mark


def slider(explorer: Codes, name: str) -> Slider:
    found = next(control for control in explorer.controls() if control.name == name)
    assert isinstance(found, Slider)
    return found


def test_errors_of_all_pictures_have_the_mean_that_is_shown() -> None:
    some = [Codes.start({"size": 8, "picture": place}).error for place in range(500)]
    assert np.mean(some) == pytest.approx(held_out_errors()[8])


def test_an_empty_code_gives_the_mean_and_a_full_one_the_picture() -> None:
    assert Codes.start({"size": 0}).rebuilt == pytest.approx(principal().mean)
    assert Codes.start({"size": 64}).rebuilt == pytest.approx(digits().test[0])
    assert len(Codes.start({"size": 0}).scenes()) == 2


def test_turning_a_number_adds_its_pattern() -> None:
    explorer = Codes.start({"size": 4, "which": 2})
    turned = explorer.changed("value", 2)
    assert slider(turned, "value").value == 2
    step = turned.rebuilt - explorer.rebuilt
    pattern = principal().columns[:, 1]
    assert np.abs(step) == pytest.approx(np.abs(pattern) * np.linalg.norm(step))
    assert turned.numbers[[0, 2, 3]] == pytest.approx(explorer.numbers[[0, 2, 3]])
    assert turned.acted("own").rebuilt == pytest.approx(explorer.rebuilt)
    assert turned.changed("picture", 5).code is None


def test_zero_and_random_codes() -> None:
    explorer = Codes.start({"size": 8})
    assert explorer.acted("zero").rebuilt == pytest.approx(principal().mean)
    first, second = explorer.acted("random"), explorer.acted("random").acted("random")
    assert not np.allclose(first.rebuilt, second.rebuilt)
    empty = Codes.start({"size": 0})
    assert empty.acted("zero") is empty
    assert "empty" in empty.changed("value", 1).said()


def test_with_noise_the_errors_of_all_sizes_are_those_that_are_expected() -> None:
    some = [Codes.start({"size": 16, "picture": place, "noise": 0.3}).error for place in range(500)]
    errors = Codes.start({"size": 16, "noise": 0.3}).errors
    assert np.mean(some) == pytest.approx(errors[16], rel=0.03)
    assert 11 <= int(errors.argmin()) <= 18
    assert (Codes.start({}).errors == held_out_errors()).all()
    for noise in (0.0, 0.3, 1.0):
        scene = Codes.start({"size": 64, "noise": noise}).scenes()[1]
        (curve,) = [item for item in scene.items if isinstance(item, Line)]
        assert all(scene.y[0] <= y <= scene.y[1] for _, y in curve.points)


def test_the_numbers_of_the_code_are_bars_and_the_one_in_hand_stands_out() -> None:
    explorer = Codes.start({"size": 4, "which": 2, "pattern": True}).changed("value", -2.5)
    _, pattern, bars = explorer.scenes()
    assert pattern.title == "pattern"
    marks = [item for item in bars.items if isinstance(item, Mark)]
    assert [(mark.x, mark.role) for mark in marks] == [(1, "model"), (2, "chosen"), (3, "model"), (4, "model")]
    assert marks[1].y == pytest.approx(-2.5) and bars.y == (-3, 3)
    assert len(Codes.start({"size": 64}).scenes()[2].items) <= 100
    plain = Codes.start({"size": 4}).scenes()
    assert [scene.title for scene in plain[1:]] == ["error of held-out digits", bars.title]
    assert all(mark.role == "model" for mark in plain[2].items if isinstance(mark, Mark))


def test_noise_is_taken_away_by_a_small_code_and_kept_by_a_full_one() -> None:
    small, full = (Codes.start({"size": size, "noise": 0.3}) for size in (8, 64))
    noisy = float(((small.seen - digits().test[0]) ** 2).mean())
    assert small.error < 0.6 * noisy
    assert full.error == pytest.approx(noisy)
    assert "error of input" in [fact.label for fact in small.facts()]


def test_a_smaller_code_keeps_the_number_in_hand_inside() -> None:
    explorer = Codes.start({"size": 16, "which": 12}).changed("size", "4")
    assert explorer.which == 4 and slider(explorer, "which").high == 4


def test_the_next_picture_comes_round() -> None:
    assert Codes.start({"picture": 499}).acted("next").picture == 0


@pytest.mark.parametrize("size", SIZES)
def test_facts_fit_a_narrow_pane(size: str) -> None:
    for fact in Codes.start({"size": size, "noise": 0.3}).facts():
        assert len(fact.label) <= 16 and len(fact.value) <= 40 and len(line(fact.tex)) <= 30


@pytest.mark.parametrize(("settings", "message"), [
    ({"size": 5}, "no size '5'"),
    ({"picture": 500}, "picture lies between 0 and 499"),
    ({"which": 9}, "which lies between 1 and 8"),
    ({"noise": -1}, "noise lies between 0 and 1"),
    ({"pictures": 1}, "did you mean 'picture'"),
])  # fmt: skip
def test_settings_that_make_no_sense_are_explained(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        Codes.start(settings)
