from __future__ import annotations

from typing import Any

import pytest

from dltui.explore.backprop import Backprop
from dltui.explore.backprop_net import NETS
from dltui.explore.backprop_pictures import short
from dltui.explore.explorer import Explorer, SettingError, Slider
from dltui.plot import canvas
from dltui.plot.cells import to_text
from dltui.scene import Arrow, Label, Line, Mark, Scene


def facts(explorer: Explorer) -> dict[str, str]:
    return {fact.label: fact.value for fact in explorer.facts()}


def tex(explorer: Explorer) -> dict[str, str]:
    return {fact.label: fact.tex for fact in explorer.facts()}


def pressed(explorer: Explorer, *actions: str) -> Explorer:
    for action in actions:
        explorer = explorer.acted(action)
    return explorer


def enabled(explorer: Explorer) -> set[str]:
    return {action.name for action in explorer.actions() if action.enabled}


def labels(scene: Scene) -> list[str]:
    return [item.text for item in scene.items if isinstance(item, Label)]


# ── step by step ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_edge_at_a_time() -> None:
    explorer = Backprop.start({})
    one = explorer.acted("micro")
    assert one.said() == "x₁→u₁: 0.1 · 1 = 0.1 goes into z of u₁."
    two = one.acted("micro")
    assert facts(two)["z of u₁"] == "0.3"
    assert tex(two)["z of u₁"] == r"0.1 \cdot 1 + 0.4 \cdot 0.5"
    assert tex(explorer.acted("forward").acted("forward"))["z of u₂"] == r"-0.3 \cdot 1 + 0.2 \cdot 0.5"
    three = two.acted("micro")
    assert tex(three)["u₁"] == r"\sigma(0.3)"
    assert three == explorer.acted("forward")


def test_there_and_back() -> None:
    explorer: Explorer = Backprop.start({"check": "off"})
    assert enabled(explorer) == {"forward", "micro", "ten", "hint"}
    explorer = pressed(explorer, *["forward"] * 6)
    assert explorer.said().startswith("E = 0.1119: y is too low.")
    assert tex(explorer)["E"] == r"\frac{1}{2} (y - t)^2 = \frac{1}{2} (0.5269 - 1)^2"
    assert enabled(explorer) == {"backward", "micro", "ten", "hint"}
    explorer = explorer.acted("backward")
    assert explorer.said() == "∂E/∂y = -0.4731: E falls when y rises."
    explorer = explorer.acted("micro")
    assert tex(explorer)["δ of y"] == r"\frac{\partial E}{\partial y} \cdot y\,(1 - y) = -0.4731 \cdot 0.2493"
    explorer = explorer.acted("micro")
    assert tex(explorer)["∂E/∂w of v₁→y"] == r"\delta \cdot v_1 = -0.1179 \cdot 0.5491"
    assert tex(explorer)["back to v₁"] == r"w \cdot \delta = 0.6 \cdot (-0.1179)"
    explorer = pressed(explorer, *["backward"] * 3, "micro")
    assert tex(explorer)["∂E/∂u₁"] == r"\sum w\,\delta = 0.5 \cdot (-0.01752) + 0.3 \cdot 0.01165"
    explorer = pressed(explorer, "backward", "backward")
    assert "press 3 to update" in explorer.said()
    assert enabled(explorer) == {"update", "ten", "hint"}


def test_going_downhill_and_with_the_slip_uphill() -> None:
    right = Backprop.start({"net": "one weight", "done": "backward"}).acted("update")
    assert right.history == pytest.approx((0.0969260, 0.0895708), abs=5e-8)
    assert right.said() == (
        "Each weight went down by η times its gradient: E 0.09693 → 0.08957. The gradient is old now: forward again."
    )
    assert right.tape.done == 0
    wrong = Backprop.start({"net": "one weight", "done": "backward", "slope": "t - y"}).acted("update")
    assert wrong.history[-1] == pytest.approx(0.1046363, abs=5e-8)
    assert "uphill" in wrong.said()
    assert pressed(wrong, "ten").history[-1] > 0.2  # type: ignore[attr-defined]
    many = Backprop.start({"net": "one weight"}).acted("ten")
    assert len(many.history) == 11 and "10 rounds" in many.said()
    far = pressed(Backprop.start({"net": "one weight", "activation": "none", "eta": 5}), "ten")
    assert "too long a step" in far.said()


def test_a_change_of_numbers_begins_a_new_history_and_keeps_the_place() -> None:
    explorer = Backprop.start({"done": "backward"})
    turned = explorer.changed("x1", 0.5)
    assert turned.tape == explorer.tape and len(turned.history) == 1
    assert turned.said().startswith("E 0.1119 → 0.1121.")
    assert Backprop.start({}).changed("w", 0.5).said() == "The numbers on the way change with it."


# ── the difference ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_backward_and_difference_agree() -> None:
    explorer = Backprop.start({"net": "one weight", "done": "backward", "picture": "error"})
    shown = facts(explorer)
    assert (shown["backward a"], shown["difference n"]) == ("-0.0868013", "-0.0868013")
    assert float(shown["relative error"]) < 1e-9
    assert (shown["E(w + h)"], shown["E(w - h)"]) == ("0.0969251673099652", "0.0969269033363633")
    assert "about the best there is" in explorer.said()
    assert "truncation" in explorer.changed("h", -2).said()
    assert "rounding" in explorer.changed("h", -9).said()


def test_the_slip_shows_as_a_sign() -> None:
    explorer = Backprop.start({"net": "one weight", "done": "backward", "slope": "t - y", "picture": "error"})
    shown = facts(explorer)
    assert (shown["backward a"], shown["difference n"], shown["relative error"]) == ("0.0868013", "-0.0868013", "2")
    assert "equal but for the sign" in explorer.said()
    assert explorer.acted("hint").said().endswith("Then look at ∂E/∂y.")
    assert facts(explorer.changed("slope", "y - t"))["backward a"] == "-0.0868013"


def test_float32() -> None:
    explorer = Backprop.start({"net": "one weight", "done": "backward", "picture": "error", "h": -6})
    near = explorer.changed("numbers", "float32")
    assert near.said().startswith("Everything in float32 now, 7 decimal digits, eps = 1.2e-7.")
    assert "near, but not good enough" in near.said()
    assert len(facts(near)["E(w + h)"]) == len("0.12345678")
    assert "the difference is 0. h is too small" in near.changed("h", -9).said()


def test_a_kink() -> None:
    explorer = Backprop.start({"net": "kink", "done": "backward", "edge": 3, "picture": "error"})
    shown = facts(explorer)
    assert (shown["backward a"], shown["from the left"], shown["relative error"]) == ("0", "0", "1")
    assert float(shown["difference n"]) == pytest.approx(0.116, abs=1e-5)
    assert float(shown["from the right"]) == pytest.approx(0.232, abs=1e-5)
    assert explorer.said().startswith("A kink: right of w the slope of E is 0.232, left of it 0.")
    beside = explorer.changed("w", 0.31)
    assert "from the left" not in facts(beside)
    assert "it reaches past a kink" in beside.changed("h", -1).said()


def test_what_is_not_known_is_not_compared() -> None:
    assert "difference n" not in facts(Backprop.start({"done": "forward"}))
    assert "difference n" not in facts(Backprop.start({"done": "backward", "check": "off"}))
    early = Backprop.start({"done": "forward"}).changed("h", -3)
    assert early.said() == "The gradient of this edge is not known yet: go forward and backward first."
    chosen = Backprop.start({"done": "forward"}).changed("edge", 4)
    assert chosen.said() == "In hand: x₂→u₂, w = 0.2. Its gradient is not known yet."


# ── hints and controls ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_hint_for_every_move() -> None:
    explorer: Explorer = Backprop.start({"check": "off"})
    hints = []
    for _ in range(32):
        hints.append(explorer.acted("hint").said())
        explorer = explorer.acted("micro")
    assert hints[0] == "Next: 0.1 · 1, into the sum of u₁."
    assert hints[2] == "Next: bend z = 0.3. Is u₁ above or below one half?"
    assert hints[16] == "Next: E = ½(y - t)². Its slope by y? And its sign: does E fall if y rises?"
    assert hints[18] == "Next: δ of y, -0.1179, times the value that the weight met, 0.5491."
    assert all(hint.startswith("Next: ") for hint in hints)
    assert "begin again" in explorer.acted("hint").said()


def test_controls_follow_the_net() -> None:
    names = [control.name for control in Backprop.start({}).controls()]
    assert names[:4] == ["edge", "w", "x1", "x2"]
    shown = [control.label for control in Backprop.start({}).controls()]
    assert shown[1:] == [
        "w x₁→u₁", "x₁", "x₂", "target t", "η", "log₁₀ h", "numbers", "∂E/∂y", "bend", "picture", "net",
    ]  # fmt: skip
    one = Backprop.start({"net": "one weight"})
    assert [control.name for control in one.controls()][:2] == ["w", "x1"]
    assert one.controls()[1].label == "x"
    chosen = Backprop.start({}).changed("edge", 10)
    weight = chosen.controls()[1]
    assert isinstance(weight, Slider) and (weight.label, weight.value) == ("w v₂→y", -0.4)
    assert Backprop.start({}).changed("net", "kink").net == NETS["kink"]
    assert chosen.changed("activation", "tanh").net.activation == "tanh"
    assert chosen.changed("t", 0.2).net.target == 0.2


def test_a_control_at_its_end_says_so() -> None:
    explorer = Backprop.start({"h": -1})
    assert explorer.changed("h", 0).said() == "log₁₀ h = -1 is as far as it goes."
    assert explorer.changed("net", "2-2-2-1") == explorer


def test_a_lesson_may_set_every_number() -> None:
    explorer = Backprop.start({"net": "one weight", "weights": [2], "inputs": [-1.5], "t": 0, "activation": "tanh"})
    assert (explorer.net.weights, explorer.net.inputs, explorer.net.target) == ((((2.0,),),), (-1.5,), 0.0)


@pytest.mark.parametrize(("settings", "message"), [
    ({"net": "2-2-1"}, "did you mean '2-2-2-1'"), ({"weights": [1, 2]}, "2 numbers, but the net has 10 edges"),
    ({"inputs": [1]}, "1 numbers, but the net takes 2"), ({"weights": [11] * 10}, r"weights\[0\] lies between -10 and"),
    ({"edge": 11}, "edge lies between 1 and 10"), ({"done": "both"}, "none, forward, backward"),
    ({"numbers": "float16"}, "no numbers 'float16'"), ({"h": 0}, "h lies between -12 and -1"),
    ({"slope": "y-t"}, "did you mean 'y - t'"), ({"picture": "all"}, "no picture 'all'"), ({"t": 2}, "t lies between"),
])  # fmt: skip
def test_settings_that_make_no_sense_are_explained(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        Backprop.start(settings)


# ── pictures ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_net_in_characters() -> None:
    """Each number can be read at the narrowest width beside a text, and where the terminal is low."""
    (scene,) = Backprop.start({"done": "backward"}).scenes()
    assert not scene.axes
    numbers = [
        ".1 ∂-.0013", "-.3 ∂.0012", ".4 ∂-6e-4", ".2 ∂6e-4", ".5 ∂-.01", ".3 ∂.0067", "-.2 ∂-.0079", ".1 ∂.0052",
        ".6 ∂-.065", "-.4 ∂-.065", "δ -.12", "δ .012", "δ -.0013", "δ -.018", "δ .0012", "[.57]", "[.53]", "E = .1119",
    ]  # fmt: skip
    for width in (52, 63, 78):
        for height in range(9, 21):
            drawn = to_text(canvas.draw(scene, width, height))
            assert [number for number in numbers if number not in drawn] == [], (width, height)


def test_numbers_appear_when_they_are_known() -> None:
    explorer = Backprop.start({})
    shown = labels(explorer.scenes()[0])
    assert shown.count("[?]") == 5 and "[1]" in shown and not any("∂" in text for text in shown)
    assert explorer.scenes()[0].title.startswith("E = ?")
    assert "[.57]" in labels(explorer.acted("forward").scenes()[0])
    back = Backprop.start({"done": "forward"}).acted("backward").acted("backward").scenes()[0]
    assert "δ -.12" in labels(back) and sum("∂" in text for text in labels(back)) == 2


def test_the_edge_in_hand_points_where_its_number_went() -> None:
    forward, backward = Backprop.start({}), Backprop.start({"done": "backward"})
    (there,) = [item for item in forward.scenes()[0].items if isinstance(item, Arrow)]
    (back,) = [item for item in backward.scenes()[0].items if isinstance(item, Arrow)]
    assert back.start == there.end and there.start[0] < back.end[0] < there.end[0], "two numbers stand at the source"


def test_the_curve_of_errors() -> None:
    explorer = Backprop.start({"net": "one weight", "done": "backward", "picture": "net + error", "h": -4})
    diagram, curve = explorer.scenes()
    lines = {item.name: item for item in curve.items if isinstance(item, Line)}
    assert (curve.title, curve.x_name, curve.y_name) == ("relative error, x→y", "log₁₀ h", "log₁₀")
    assert list(lines) == ["∝ h²", "∝ 1/h", "one-sided", "central"]
    (start, end) = lines["∝ h²"].points
    assert (start[1] - end[1]) / (start[0] - end[0]) == pytest.approx(2)
    (start, end) = lines["∝ 1/h"].points
    assert (start[1] - end[1]) / (start[0] - end[0]) == pytest.approx(-1)
    heights = dict(lines["central"].points)
    (mark,) = [item for item in curve.items if isinstance(item, Mark)]
    assert mark.x == -4 and mark.y == pytest.approx(-9.53, abs=0.01) == heights[-4.0]
    wrong = explorer.changed("slope", "t - y").scenes()[1]
    assert [item.name for item in wrong.items if isinstance(item, Line)] == ["one-sided", "central"]


def test_the_history_of_the_loss() -> None:
    explorer = Backprop.start({"net": "one weight", "picture": "net + E"}).acted("ten")
    (line,) = [item for item in explorer.scenes()[1].items if isinstance(item, Line)]
    assert [point[0] for point in line.points] == [float(step) for step in range(11)]
    assert explorer.changed("picture", "E").scenes()[0].title == "E after each update"
    for _ in range(45):
        explorer = explorer.acted("ten")
    assert len(explorer.history) == 400


@pytest.mark.parametrize(("value", "text"), [
    (0, "0"), (-0.0, "0"), (0.574, ".57"), (1, "1"), (-1.5, "-1.5"), (-0.00128, "-.0013"), (-0.00064, "-6e-4"),
    (0.04999, ".05"), (12.3, "12"), (5.8e-7, "6e-7"),
])  # fmt: skip
def test_numbers_in_few_characters(value: float, text: str) -> None:
    assert short(value) == text
