from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dltui.explore.explorer import Explorer, SettingError
from dltui.explore.network import LABELS, PRESETS, Network
from dltui.explore.network_net import ACTIVATIONS, CORNERS, NAMES, TASKS, Net, activated
from dltui.plot.canvas import draw
from dltui.plot.cells import to_text
from dltui.plot.formula import line
from dltui.scene import Heat, Label, Line, Mark

XOR = TASKS["xor"]


def facts(explorer: Explorer) -> dict[str, str]:
    return {fact.label.removesuffix(" ×"): fact.value for fact in explorer.facts()}


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
    assert shown["1 1"] == "h 2 1  y 0  want 0 ✓"
    assert shown["0 1"] == "h 1 0  y 1  want 1 ✓"
    assert shown["right"] == "4 of 4"
    assert shown["parameters"] == "9"
    zero = facts(Network.start({}))
    assert zero["right"] == "2 of 4"
    assert zero["0 1"].endswith("want 1 ✗")
    assert zero["best line in h"] == "2 of 4 right"


def test_an_output_of_one_half_is_right_for_nobody() -> None:
    assert facts(Network.start({"c": 0.5}))["right"] == "0 of 4"


def test_solving_it_by_hand() -> None:
    explorer = Network.start({})
    for name, value in (("w11", 1), ("w12", 1), ("w21", 1), ("w22", 1), ("b2", -1)):
        explorer = explorer.changed(name, value)
    assert explorer.preset == "by hand"
    assert "The hidden units do their part" in explorer.said()
    assert facts(explorer)["best line in h"] == "4 of 4 right"
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
    assert tex["h₂"] == r"\operatorname{relu}(1 \cdot 1 + 1 \cdot 1 - 1)"
    assert tex["y"] == r"1 \cdot 2 - 2 \cdot 1 + 0"
    assert explorer.acted("corner").corner == 0


def test_hints_lower_the_error_or_say_why_not() -> None:
    explorer = Network.start({"preset": "random 1"})
    hint = explorer.acted("hint").said()
    name, way = hint.split()[0], 0.25 if " up:" in hint else -0.25
    place = LABELS.index(name)
    assert explorer.changed(NAMES[place], explorer.net.numbers[place] + way).net.error(XOR) < explorer.net.error(XOR)
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
    *corners, chosen = [(item.x, item.y, item.role, item.ring) for item in plane.items if isinstance(item, Mark)]
    assert chosen == (0, 0, "chosen", False)
    middle = (1, 0, "class1", False)
    assert corners == [(0, 0, "class0", False), middle, middle, (2, 1, "class0", False)]
    (border,) = [item for item in plane.items if isinstance(item, Line)]
    for h1, h2 in border.points:
        assert h1 - 2 * h2 == pytest.approx(0.5)
    assert [scene.title for scene in (output, plane, first, second)] == ["output", "hidden space", "h₁", "h₂"]
    labels = [item for scene in (output, plane) for item in scene.items if isinstance(item, Label)]
    assert [label.text for label in labels] == ["00", "01", "10", "11"]


def test_corners_that_lie_together_are_named_above_and_below_and_never_on_the_mark() -> None:
    plane = Network.start({}).scenes()[1]
    assert [item.text for item in plane.items if isinstance(item, Label)] == ["00,01", "10,11"]
    for width, height in ((18, 10), (24, 13)):
        assert all(name in to_text(draw(plane, width, height)) for name in ("00,01", "×", "10,11"))
        apart = to_text(draw(Network.start({"preset": "two lines (step)"}).scenes()[1], width, height))
        assert all(name in apart for name in ("00", "01", "10", "11", "×", "+", "o"))


def test_the_corner_in_hand_is_crossed_and_leads_the_table() -> None:
    explorer = Network.start({"preset": "relu solution", "c": 1, "corner": 2})
    assert [fact.label for fact in explorer.facts()][:5] == ["right", "1 0 ×", "1 1", "0 0", "0 1"]
    for scene in explorer.scenes():
        chosen = [item for item in scene.items if isinstance(item, Mark) and item.role == "chosen"]
        assert len(chosen) == 1 and not chosen[0].ring
    wrong = explorer.acted("corner").scenes()[0].items[-1]
    assert wrong == Mark(1, 1, "chosen", ring=True)


def test_controls_are_named_as_in_the_text() -> None:
    labels = [control.label for control in Network.start({}).controls()][:9]
    assert labels == ["w₁₁", "w₁₂", "b₁", "w₂₁", "w₂₂", "b₂", "v₁", "v₂", "c"]


def test_a_slider_at_its_end_says_so() -> None:
    explorer = Network.start({"w11": 10})
    assert explorer.changed("w11", 12).said() == "w₁₁ = 10 is as far as it goes."
    assert explorer.changed("w12", 0) == explorer  # as before: nothing to say


@pytest.mark.parametrize("preset", PRESETS)
def test_facts_fit_a_narrow_pane(preset: str) -> None:
    explorer = Network.start({"preset": preset})
    for _ in range(4):
        for fact in explorer.facts():
            assert len(fact.label) <= 14 and len(f"{fact.label:14}  {fact.value}") <= 54
            assert len(line(fact.tex)) <= 42
        rows = explorer.facts()[1:5]
        assert all(len(f"{row.label:5}  {row.value}") <= 46 for row in rows)
        explorer = explorer.acted("corner")


def test_a_hint_that_is_not_to_be_had_comes_last() -> None:
    assert [action.name for action in Network.start({}).actions()] == ["corner", "hint", "swap"]
    solved = Network.start({"preset": "relu solution"}).actions()
    assert [action.name for action in solved] == ["corner", "swap", "hint"]


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
