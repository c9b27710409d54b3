"""What the screen relies on, for every explorer and whatever is pressed."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dltui.explore.explorer import Explorer, SettingError, Slider, Switch
from dltui.explore.registry import EXPLORERS, check, refusal, start
from dltui.lesson.records import Explorer as Step
from dltui.plot import formula
from dltui.scene import Heat, Line, Scene

FREE_KEYS = set("aeimouvwxyz123456789")
STARTS: list[tuple[str, dict[str, Any]]] = [
    ("backprop", {}),
    ("backprop", {"done": "backward", "edge": 4, "picture": "net + error"}),
    ("backprop", {"net": "one weight", "slope": "t - y", "done": "backward", "numbers": "float32"}),
    ("backprop", {"net": "kink", "edge": 3, "done": "backward", "picture": "error"}),
    ("descent", {}),
    ("descent", {"surface": "curve", "lr": 0.55, "steps": 40}),
    ("descent", {"surface": "ravine", "racers": ["SGD", "Nesterov", "Adam"], "steps": 100, "choose": True}),
    ("descent", {"surface": "saddle", "batch": 1, "schedule": "cosine", "steps": 12}),
    ("gates", {}),
    ("gates", {"weights": "one cell", "known": 0}),
    ("gates", {"cell": "gru", "weights": "drawn", "frozen": [["r", 1]], "shifts": [["z", 2]], "map": "h"}),
    ("borders", {"hidden": True}),
    ("convolution", {}),
    ("convolution", {"image": "colour", "padding": "symmetric", "p": 2, "filled": True, "size_first": True}),
    ("convolution", {"way": "backward", "stride": 2, "dilation": 2}),
    ("pooling", {}),
    ("pooling", {"map": "ties", "filled": True, "ties": "split"}),
    ("gan", {}),
    ("gan", {"data": "ring8", "rounds": 20, "moves": 9, "train": "only G", "loss": "saturating"}),
    ("drag", {}),
    ("drag", {"picture": 439, "right": 1, "down": -3}),
    ("field", {}),
    ("field", {"stack": "deep", "size": 224, "channels": 3, "view": "table", "end": "flatten, 10 units"}),
    ("field", {"stack": ["pool 3 s1", "conv 5 s4 d2 f3 same"], "size": 16, "layer": 1, "cell": 0}),
    ("shift", {}),
    ("shift", {"right": 6, "down": -2, "pool": "all of it", "kind": "average"}),
    ("codes", {}),
    ("codes", {"size": 0, "noise": 0.5}),
    ("latent", {}),
    ("latent", {"picture": 3, "z1": -2, "z2": 2.5}),
    ("reparametrised", {}),
    ("subspace", {}),
    ("subspace", {"size": 1, "rate": 0.1}),
    ("logistic", {}),
    ("logistic", {"activation": "none", "units": 2}),
    ("logistic", {"target": "bump", "units": 3}),
    ("logistic", {"data": "hours", "seed": 3, "b": -3, "w": 0.5}),
    ("perceptron", {}),
    ("perceptron", {"edit": True, "rerun": True, "plane": True, "hand": True, "updates": 3}),
    ("perceptron", {"data": "xor", "plane": True}),
    ("perceptron", {"data": "own", "points": [[1, 2, 1], [0, 0, -1]], "bias": False}),
    ("recall", {}),
    ("recall", {"scale": 3, "clip": "1", "cells": ["rnn"], "steps": 40}),
    ("unrolled", {}),
    ("unrolled", {"done": "all", "w": -1.5, "cut": 1, "steps": 6, "inputs": "steady"}),
    ("network", {}),
    ("network", {"preset": "relu solution", "task": "same"}),
    ("network", {"preset": "random 2", "activation": "step"}),
    ("activation", {}),
    ("activation", {"function": "elu", "beside": "tanh", "z": 0, "alpha": 1, "h": 0.001}),
    ("unit", {}),
    ("unit", {"function": "tanh", "eta": 20, "b": -8}),
    ("softmax", {}),
    ("softmax", {"scores": [10, -10], "temperature": 0.1, "truth": 2, "output": "sigmoids"}),
    ("softmax", {"output": "double softmax", "scores": [0, 0, 0, 0, 1]}),
    ("losses", {}),
    ("losses", {"z": 8, "truth": 0, "eta": 5}),
]
PRESSES = st.lists(
    st.tuples(st.booleans(), st.integers(0, 30), st.one_of(st.floats(-2, 3), st.integers(-30, 30))), max_size=12
)
any_start = pytest.mark.parametrize(("name", "given_settings"), STARTS)


def numbers(value: object) -> Iterator[float]:
    """Every number in a picture."""
    if is_dataclass(value):
        for field in fields(value):
            yield from numbers(getattr(value, field.name))
    elif isinstance(value, tuple):
        for part in value:
            yield from numbers(part)
    elif isinstance(value, float | int):
        yield value


def pressed(explorer: Explorer, press: tuple[bool, int, float]) -> Explorer:
    """One action, or one control set somewhere in and beyond its range."""
    act, index, amount = press
    actions, controls = explorer.actions(), explorer.controls()
    if act and actions:
        return explorer.acted(actions[index % len(actions)].name)
    control = controls[index % len(controls)]
    if isinstance(control, Switch):
        return explorer.changed(control.name, control.options[int(amount) % len(control.options)])
    return explorer.changed(control.name, control.low + amount * (control.high - control.low))


def check_shown(explorer: Explorer) -> None:
    scenes = explorer.scenes()
    assert 1 <= len(scenes) <= 4
    for scene in scenes:
        check_scene(scene)
    for fact in explorer.facts():
        assert fact.label.strip() and fact.value
        assert not any(word in fact.value.split() for word in ("nan", "inf", "-inf"))
        if fact.tex:
            assert formula.check(fact.tex) is None, fact.tex
    assert explorer.said() == explorer.said().strip()
    for control in explorer.controls():
        if isinstance(control, Slider):
            assert control.low <= control.value <= control.high and control.step > 0
        else:
            assert control.value in control.options
    for listed in (explorer.controls(), explorer.actions()):
        assert len({each.name for each in listed}) == len(listed)
    keys = [action.key for action in explorer.actions()]
    assert len(set(keys)) == len(keys) and set(keys) <= FREE_KEYS


def check_scene(scene: Scene) -> None:
    assert all(math.isfinite(number) for number in numbers(scene))
    assert scene.x[0] < scene.x[1] and scene.y[0] < scene.y[1]
    # bounds on the work that drawing takes, so that a key answers at once
    assert len(scene.items) <= 100
    assert sum(len(table.rows) * len(table.rows[0]) for table in scene.tables) <= 400
    for item in scene.items:
        if isinstance(item, Heat):
            assert len(item.rows) * len(item.rows[0]) <= 48 * 48 and item.low < item.high
        if isinstance(item, Line):
            assert 1 <= len(item.points) <= 500


@any_start
def test_the_first_state_can_be_shown(name: str, given_settings: dict[str, Any]) -> None:
    explorer = start(name, given_settings)
    check_shown(explorer)
    assert explorer.said()
    assert explorer == start(name, given_settings)


@any_start
@settings(max_examples=12, deadline=None)
@given(PRESSES)
def test_whatever_is_pressed_shows_finite_pictures_and_leaves_earlier_states_alone(
    name: str, given_settings: dict[str, Any], presses: list[tuple[bool, int, float]]
) -> None:
    explorer = first = start(name, given_settings)
    before = (first.scenes(), first.facts(), first.controls(), first.actions(), first.said())
    trail = [explorer]
    for press in presses:
        explorer = pressed(explorer, press)
        trail.append(explorer)
    for state in trail[1:]:
        check_shown(state)
    assert (first.scenes(), first.facts(), first.controls(), first.actions(), first.said()) == before
    # going back and pressing the same again leads to the same place
    if presses:
        assert pressed(trail[-2], presses[-1]) == explorer


@any_start
def test_states_cannot_be_written_to(name: str, given_settings: dict[str, Any]) -> None:
    explorer = start(name, given_settings)
    with pytest.raises(FrozenInstanceError):
        explorer.told = "other"  # type: ignore[attr-defined]  # the write is what must fail


@any_start
def test_an_action_that_is_not_enabled_changes_nothing(name: str, given_settings: dict[str, Any]) -> None:
    explorer = start(name, given_settings)
    for action in explorer.actions():
        if not action.enabled:
            assert explorer.acted(action.name) is explorer


@any_start
def test_unknown_names_and_values_are_refused(name: str, given_settings: dict[str, Any]) -> None:
    explorer = start(name, given_settings)
    with pytest.raises(SettingError, match="no control 'nothing'"):
        explorer.changed("nothing", 1)
    with pytest.raises(SettingError, match="no action 'nothing'"):
        explorer.acted("nothing")
    with pytest.raises(SettingError, match="no setting 'nothing'"):
        start(name, {**given_settings, "nothing": 1})
    for control in explorer.controls():
        for value in (math.nan, math.inf, "nothing"):
            with pytest.raises(SettingError):
                explorer.changed(control.name, value)


@pytest.mark.parametrize("name", EXPLORERS)
@given(st.dictionaries(st.sampled_from(
    ["data", "seed", "b", "w", "x", "units", "target", "points", "weights", "eta", "preset", "w11", "updates", "task"]
), st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.floats(), st.text(max_size=4),
             st.lists(st.one_of(st.integers(-3, 3), st.text(max_size=2)), max_size=4)), max_size=3))
@settings(max_examples=60, deadline=None)
def test_any_settings_start_or_say_what_is_wrong(name: str, given_settings: dict[str, Any]) -> None:
    try:
        explorer = start(name, given_settings)
    except SettingError as error:
        assert str(error) and str(error).isprintable()
    else:
        check_shown(explorer)


def test_an_unknown_explorer_is_named_with_the_nearest() -> None:
    with pytest.raises(SettingError, match="did you mean 'perceptron'"):
        start("perceptrons", {})


def test_a_step_is_checked_for_its_settings_and_controls() -> None:
    def told(settings: dict[str, Any], controls: list[str]) -> list[str]:
        return check(Step(id="a", title="A", text="", explorer="pooling", settings=settings, controls=controls))

    assert told({"map": "ties"}, ["ties", "row"]) == []
    assert told({"stride": 0}, ["row"]) == ["stride lies between 1 and 3, not at 0"]
    (message,) = told({}, ["row", "columns"])
    assert message.startswith("no control 'columns'") and message.endswith("did you mean 'column'?")


def test_a_refusal_says_what_is_wrong_and_where_to_look() -> None:
    assert refusal(SettingError("stride is 0"), "12-a\x1b.toml") == (
        "This explorer does not start: stride is 0. "
        "The mistake is in the lesson file: dltui lint 12-a\ufffd.toml says where."
    )
    assert "did you mean 'x'? The" in refusal(SettingError("did you mean 'x'?"), "a")


def test_numpy_comes_with_the_first_explorer_and_not_before() -> None:
    code = (
        "import sys; from dltui.explore.registry import start; before = 'numpy' in sys.modules;"
        "start('network', {}); print(before, 'numpy' in sys.modules)"
    )
    root = Path(__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert run.stdout.split() == ["False", "True"]
