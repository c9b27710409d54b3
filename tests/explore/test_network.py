from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dltui.explore.explorer import Explorer, SettingError
from dltui.explore.network import PRESETS, Network
from dltui.explore.network_net import ACTIVATIONS, CORNERS, NAMES, TASKS, Net, activated
from dltui.scene import Heat, Line, Mark

XOR = TASKS["xor"]


def facts(explorer: Explorer) -> dict[str, str]:
    return {fact.label.strip("▸ "): fact.value for fact in explorer.facts()}


@pytest.mark.parametrize("name", ["relu solution", "two lines (step)"])
def test_solutions_are_exact(name: str) -> None:
    net = PRESETS[name]
    assert net.output(CORNERS).tolist() == [0.0, 1.0, 1.0, 0.0]
    assert all(net.right(XOR)) and net.error(XOR) == 0


def test_the_relu_solution_is_the_one_of_the_lesson() -> None:
    x = np.random.default_rng(0).normal(0, 2, (50, 2))
    total = x.sum(axis=1)
    expected = np.maximum(total, 0) - 2 * np.maximum(total - 1, 0)
    assert PRESETS["relu solution"].output(x) == pytest.approx(expected)


def test_activations() -> None:
    z = np.array([-2.0, 0.0, 2.0])
    assert activated("relu", z).tolist() == [0, 0, 2]
    assert activated("step", z).tolist() == [0, 0, 1]
    assert activated("tanh", z) == pytest.approx(np.tanh(z))
    assert activated("sigmoid", z) == pytest.approx(1 / (1 + np.exp(-z)))


def test_the_table_of_corners() -> None:
    shown = facts(Network.start({"preset": "relu solution"}))
    assert shown["x = 1 1"].split() == ["h", "2", "1", "y", "0", "wanted", "0", "right"]
    assert shown["x = 0 1"].split() == ["h", "1", "0", "y", "1", "wanted", "1", "right"]
    assert shown["right"] == "4 of 4"
    assert shown["parameters"] == "9"
    zero = facts(Network.start({}))
    assert zero["right"] == "2 of 4"
    assert zero["x = 0 1"].endswith("WRONG")
    assert zero["one line through h"] == "could get 2 of 4 right"


def test_an_output_of_one_half_is_right_for_nobody() -> None:
    assert facts(Network.start({"c": 0.5}))["right"] == "0 of 4"


def test_solving_it_by_hand() -> None:
    explorer = Network.start({})
    for name, value in (("w11", 1), ("w12", 1), ("w21", 1), ("w22", 1), ("b2", -1)):
        explorer = explorer.changed(name, value)
    assert explorer.preset == "by hand"
    assert "The hidden units do their part" in explorer.said()
    assert facts(explorer)["one line through h"] == "could get 4 of 4 right"
    solved = explorer.changed("v1", 1).changed("v2", -2)
    assert "solved" in solved.said()
    assert solved.net == PRESETS["relu solution"]


def test_it_says_which_corner_tipped() -> None:
    explorer = Network.start({"preset": "relu solution"}).changed("c", 1)
    assert explorer.said().startswith("2 of 4 right, (0, 0), (1, 1) now wrong.")
    assert "(0, 0), (1, 1) now right" not in explorer.said()
    assert explorer.changed("c", 0).said() == "All four corners are right: solved."


def test_a_corner_on_its_way() -> None:
    explorer = Network.start({"preset": "relu solution"}).acted("corner").acted("corner").acted("corner")
    assert explorer.said() == "(1, 1): h₁ = relu(2) = 2, h₂ = relu(1) = 1; y = 0, which says 0, wanted 0: right."
    tex = {fact.label: fact.tex for fact in explorer.facts()}
    assert tex["h2"] == r"h_2 = \max(0, 1 \cdot 1 + 1 \cdot 1 + (-1)) = \max(0, 1) = 1"
    assert tex["y"] == r"y = 1 \cdot 2 + (-2) \cdot 1 + 0 = 0"
    assert explorer.acted("corner").corner == 0


def test_hints_lower_the_error_or_say_why_not() -> None:
    explorer = Network.start({"preset": "random 1"})
    hint = explorer.acted("hint").said()
    name, way = hint.split()[0], 0.25 if " up:" in hint else -0.25
    value = explorer.net.numbers[NAMES.index(name)]
    assert explorer.changed(name, value + way).net.error(XOR) < explorer.net.error(XOR)
    stuck = Network.start({"c": 0.5}).acted("hint").said()
    assert stuck.startswith("No single press makes the squared error 1 smaller")
    solved = Network.start({"preset": "relu solution"})
    assert solved.acted("hint") is solved


@settings(deadline=None)
@given(st.lists(st.floats(-10, 10), min_size=9, max_size=9), st.sampled_from(ACTIVATIONS))
def test_swapping_the_hidden_units_keeps_every_output(numbers: list[float], activation: Any) -> None:
    net = Net(tuple(numbers), activation)
    x = np.random.default_rng(1).normal(0, 1, (10, 2))
    assert net.swapped().output(x) == pytest.approx(net.output(x))
    assert net.swapped().swapped() == net


def test_presets_come_back_unchanged() -> None:
    explorer = Network.start({})
    for name, net in PRESETS.items():
        chosen = explorer.changed("preset", name)
        assert (chosen.net, chosen.preset) == (net, name)
        assert Network.start({"preset": name}).net == net
        assert chosen.changed("preset", "by hand") is chosen
    assert explorer.changed("activation", "tanh").preset == "by hand"


def test_random_presets_lie_on_the_sliders_steps() -> None:
    nets = [PRESETS[f"random {seed}"] for seed in (1, 2, 3)]
    assert len(set(nets)) == 3
    assert all((number / 0.25).is_integer() for net in nets for number in net.numbers)


def test_other_tasks() -> None:
    explorer = Network.start({"task": "and", "preset": "zero"})
    assert facts(explorer)["right"] == "3 of 4"
    assert facts(explorer.changed("task", "or"))["right"] == "1 of 4"


def test_pictures() -> None:
    output, plane, first, second = Network.start({"preset": "relu solution"}).scenes()
    heat = output.items[0]
    assert isinstance(heat, Heat) and len(heat.rows) == 48
    # the centre of the cell at the lower left is (-0.489…, -0.489…), where both units are 0; the middle is 1
    assert heat.rows[-1][0] == 0
    assert heat.rows[24][23] == pytest.approx(1, abs=0.05)
    assert sum(isinstance(item, Line) for item in output.items) == 2
    corners = [(item.x, item.y, item.role, item.ring) for item in plane.items if isinstance(item, Mark)]
    middle = (1, 0, "class1", False)
    assert corners == [(0, 0, "class0", False), middle, middle, (2, 1, "class0", False)]
    (border,) = [item for item in plane.items if isinstance(item, Line)]
    for h1, h2 in border.points:
        assert h1 - 2 * h2 == pytest.approx(0.5)
    assert (first.title, second.title) == ("Hidden unit h₁", "Hidden unit h₂")


@pytest.mark.parametrize(("settings", "message"), [
    ({"preset": "relu"}, "no preset 'relu'"),
    ({"w11": 11}, "w11 lies between -10 and 10"),
    ({"w13": 1}, "no setting 'w13'"),
    ({"activation": "swish"}, "no activation 'swish'"),
    ({"corner": 4}, "corner lies between 0 and 3"),
    ({"task": "nor"}, "did you mean 'or'|did you mean 'xor'"),
])  # fmt: skip
def test_settings_that_make_no_sense_are_explained(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        Network.start(settings)
