from __future__ import annotations

import math

import pytest

from dltui.explore import checked
from dltui.explore.explorer import Action, SettingError, Slider, Switch

SLIDER = Slider("b", "bias", 0.0, -1.0, 1.0, 0.1)
SWITCH = Switch("data", "points", "xor", ("xor", "own"))


def test_an_unknown_setting_is_named_with_the_nearest() -> None:
    with pytest.raises(SettingError, match=r"no setting 'biass'; there is bias, seed; did you mean 'bias'\?"):
        checked.known({"biass": 1}, ("bias", "seed"))


@pytest.mark.parametrize("given", [True, "1", None, math.nan, math.inf, [1]])
def test_what_is_no_number_is_refused(given: object) -> None:
    with pytest.raises(SettingError, match="eta is a number"):
        checked.number("eta", given)


def test_a_number_stays_in_its_range() -> None:
    assert checked.number("eta", 2, 0, 2) == 2.0
    with pytest.raises(SettingError, match="eta lies between 0 and 2, not at 2.1"):
        checked.number("eta", 2.1, 0, 2)


def test_whole_numbers_may_be_written_with_a_point() -> None:
    assert checked.whole("seed", 4.0, 0, 9) == 4
    with pytest.raises(SettingError, match="whole number"):
        checked.whole("seed", 4.5, 0, 9)


def test_choices_read_numbers_and_truths() -> None:
    assert checked.choice("eta", 1, ("1/i", "1")) == "1"
    assert checked.choice("bias", True, ("off", "on")) == "on"
    with pytest.raises(SettingError, match=r"no data 'xo'; there is xor, own; did you mean 'xor'\?"):
        checked.choice("data", "xo", ("xor", "own"))
    with pytest.raises(SettingError):
        checked.choice("data", ["xor"], ("xor", "own"))


def test_lists_are_read_element_by_element() -> None:
    assert checked.several("w", [1, 2], checked.number) == (1.0, 2.0)
    with pytest.raises(SettingError, match=r"w\[1\] is a number, not 'x'"):
        checked.several("w", [1, "x"], checked.number)
    with pytest.raises(SettingError, match="at most 2 elements"):
        checked.several("w", [1, 2, 3], checked.number, 2)
    with pytest.raises(SettingError, match="is a list"):
        checked.several("w", "12", checked.number)


def test_a_long_wrong_value_is_shortened_and_made_printable() -> None:
    with pytest.raises(SettingError) as caught:
        checked.number("eta", "\x1b[31m" + "x" * 500)
    assert len(str(caught.value)) < 120 and str(caught.value).isprintable()


def test_controls_take_a_value_of_their_kind() -> None:
    assert checked.turned((SLIDER, SWITCH), "b", 0.1 + 0.2) == 0.3
    assert checked.turned((SLIDER, SWITCH), "b", 7) == 1.0
    assert checked.turned((SLIDER, SWITCH), "data", "own") == "own"
    for name, value in (("b", "own"), ("data", 3), ("c", 1)):
        with pytest.raises(SettingError):
            checked.turned((SLIDER, SWITCH), name, value)


def test_actions_are_found_by_name() -> None:
    action = Action("update", "u", "update")
    assert checked.action((action,), "update") is action
    with pytest.raises(SettingError, match="did you mean 'update'"):
        checked.action((action,), "updat")
