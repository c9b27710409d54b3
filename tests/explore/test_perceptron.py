from __future__ import annotations

from typing import Any

import pytest

from dltui.explore.explorer import Explorer, SettingError, Switch
from dltui.explore.perceptron import Perceptron
from dltui.plot import formula
from dltui.scene import Arrow, Heat, Line, Mark, Scene


def facts(explorer: Explorer) -> dict[str, str]:
    return {fact.label: fact.value for fact in explorer.facts()}


def pressed(explorer: Perceptron, *names: str) -> Perceptron:
    for name in names:
        explorer = explorer.acted(name)
    return explorer


def marks(scene: Scene) -> list[Mark]:
    return [item for item in scene.items if isinstance(item, Mark)]


def lines(scene: Scene) -> dict[str, Line]:
    return {item.name.split(" ")[0]: item for item in scene.items if isinstance(item, Line)}


def test_the_notebook_as_a_learner_sees_it() -> None:
    explorer = Perceptron.start({})
    shown = [facts(explorer)]
    for _ in range(5):
        explorer = explorer.acted("update")
        shown.append(facts(explorer))
    assert [each["wrong points"] for each in shown] == [f"{wrong} of 50" for wrong in (31, 6, 6, 6, 6, 7)]
    assert [each["w"] for each in shown] == [
        "(1, -1)", "(-1.990, -2.955)", "(-1.570, -3.002)", "(-1.736, -2.771)", "(-1.430, -2.812)", "(-1.262, -2.831)",
    ]
    assert [each["summed loss"] for each in shown] == ["32.35", "7.694", "8.444", "7.396", "7.965", "8.455"]
    assert shown[5]["next η"] == "1/6 = 0.1667"
    assert shown[5]["fewest so far"] == "6, after update 1"
    assert list(shown[0])[:3] == ["wrong points", "summed loss", "w"]


def test_ten_updates_are_ten_times_one() -> None:
    ten = pressed(Perceptron.start({}), "ten")
    assert ten.rule == pressed(Perceptron.start({}), *["update"] * 10).rule
    assert ten.said().startswith("10 updates: wrong 31 → ")


def test_a_thought_at_a_time_with_its_numbers() -> None:
    explorer = Perceptron.start({}).acted("micro")
    assert "one of 31 wrong points" in explorer.said()
    assert explorer.actions()[1].label == "micro-step: score"
    score = explorer.acted("micro")
    assert f"w·x is {facts(score)['its score']}" in score.said()
    gradient = score.acted("micro")
    assert "-y·x = (2.990, 1.955)" in gradient.said()
    update = gradient.acted("micro")
    assert update.said().startswith("Update 1 with η = 1: w (1, -1) → (-1.990, -2.955), wrong 31 → 6")
    assert update.rule == Perceptron.start({}).acted("update").rule


def test_it_says_when_loss_and_errors_part() -> None:
    explorer = pressed(Perceptron.start({}), "update", "update")
    assert "The loss rose though no more are wrong" in explorer.said()
    five = pressed(explorer, "update", "update", "update")
    assert "More are wrong than before" in five.said()


def test_pictures_ring_the_wrong_and_cross_the_chosen() -> None:
    explorer = pressed(Perceptron.start({}), "update", "micro")
    main, course = explorer.scenes()
    points = [mark for mark in marks(main) if mark.role in ("class0", "class1")]
    assert len(points) == 50
    assert sum(mark.ring for mark in points) == 6
    chosen = [mark for mark in marks(main) if mark.role == "chosen"]
    assert len(chosen) == 1
    assert (chosen[0].x, chosen[0].y) in {(mark.x, mark.y) for mark in points if mark.ring}
    boundary = lines(main)["s=0"]
    for x, y in boundary.points:
        assert -1.99008302 * x - 2.9546986 * y == pytest.approx(0, abs=1e-6)
    assert main.square
    assert lines(course)["errors"].points == ((0.0, 31.0), (1.0, 6.0))
    assert [y for _, y in lines(course)["loss"].points] == pytest.approx([32.35, 7.694], rel=1e-3)


def test_titles_and_legends_are_short() -> None:
    scenes = Perceptron.start({"plane": True, "bias": True, "updates": 3}).scenes()
    assert [scene.title for scene in scenes] == ["7 of 50 wrong", "errors and loss", "errors: dark is few"]
    assert [list(lines(scene)) for scene in scenes] == [["before", "s=0"], ["loss", "errors"], ["w"]]


def test_formulas_know_the_bias_and_fit_a_line() -> None:
    explorer = Perceptron.start({"data": "own", "points": [[0, 0, -1], [1, 0, 1], [0, 1, 1], [1, 1, -1]]})
    tex = {fact.label: fact.tex for fact in explorer.acted("update").facts()}
    assert tex["summed loss"] == r"E = -\sum y\,(w \cdot x + b) \text{ over wrong points}"
    assert tex["b"] == "0 - 1"
    assert "(w·x + b)" in pressed(explorer, "update", "micro", "micro", "micro").said()
    without = Perceptron.start({})
    assert r"y\,w \cdot x \text" in without.facts()[1].tex
    for state in (explorer, without, Perceptron.start({"bias": True})):
        for _ in range(30):
            state = state.acted("micro")
            assert all(len(formula.line(fact.tex)) <= 42 for fact in state.facts())


def test_the_step_in_the_formula_is_the_one_that_was_made() -> None:
    third = next(fact.tex for fact in Perceptron.start({"updates": 3}).facts() if fact.label == "w")
    assert r"\frac{1}{3} \cdot" in third
    (before, now), at = Perceptron.start({"updates": 3}).rule.history[-2:], Perceptron.start({"updates": 3}).rule.picked
    assert at is not None
    row, sign = Perceptron.start({"updates": 3}).rule.rows[at.row], Perceptron.start({"updates": 3}).rule.signs[at.row]
    assert now.weights[0] == pytest.approx(before.weights[0] + sign / 3 * row[0])
    assert ("- " if sign < 0 else "+ ") + r"\frac" in third


def test_a_weight_at_its_end_says_so() -> None:
    explorer = Perceptron.start({"hand": True, "weights": [10, -1]})
    assert explorer.changed("w1", 11).said() == "w₁ = 10 is as far as it goes."


def test_the_arrow_stands_on_the_line_and_points_to_class_one() -> None:
    explorer = Perceptron.start({"data": "gauss2"}).acted("update")
    arrow = next(item for item in explorer.scenes()[0].items if isinstance(item, Arrow))
    w1, w2, b = explorer.rule.now.weights
    assert w1 * arrow.start[0] + w2 * arrow.start[1] + b == pytest.approx(0)
    assert w1 * arrow.end[0] + w2 * arrow.end[1] + b > 0


def test_without_weights_there_is_no_line() -> None:
    main = Perceptron.start({"data": "xor"}).scenes()[0]
    assert lines(main) == {}
    assert all(mark.ring for mark in marks(main))


def test_the_plane_of_weights_counts_the_wrong_points() -> None:
    explorer = Perceptron.start({"updates": 1}).changed("plane", "on")
    plane = explorer.scenes()[2]
    heat = plane.items[0]
    assert isinstance(heat, Heat) and heat.rows[0][0] != heat.rows[-1][-1]
    assert lines(plane)["w"].points[-1] == pytest.approx((-1.990083, -2.954699))


def test_the_best_line_is_told_on_request() -> None:
    explorer = Perceptron.start({})
    assert "best line there is" not in facts(explorer)
    asked = explorer.acted("best")
    assert facts(asked)["best line there is"] == "3 wrong"
    assert "can never come to rest" in asked.said()
    assert "will find one" in Perceptron.start({"data": "gauss2"}).acted("best").said()
    assert asked.changed("bias", "on").fewest is None


def test_xor_goes_in_circles_and_says_so() -> None:
    explorer = Perceptron.start({"data": "xor"})
    said = []
    for _ in range(8):
        explorer = explorer.acted("update")
        said.append(explorer.said())
    assert any("w was here before, after update 1" in each for each in said)


def test_it_stops_when_no_point_is_wrong() -> None:
    explorer = Perceptron.start({"data": "gauss2-near", "updates": 67}).acted("update")
    assert "the rule stops" in explorer.said()
    shown = [(action.name, action.enabled) for action in explorer.actions()]
    assert shown == [("best", True), ("update", False), ("micro", False), ("ten", False)]


def test_own_points_at_the_cursor() -> None:
    explorer = Perceptron.start({"data": "own"})
    explorer = explorer.changed("cursor_x", 1.0).changed("cursor_y", -2.0).acted("add_plus")
    explorer = explorer.changed("cursor_x", -99).acted("add_o")
    assert explorer.cloud.places == ((1.0, -2.0), (-3.0, -2.0))
    assert explorer.cloud.signs == (1, -1)
    assert facts(explorer)["wrong points"] == "2 of 2"
    done = pressed(explorer, "ten")
    assert facts(done)["wrong points"] == "0 of 2"
    fewer = done.acted("remove")
    assert fewer.cloud.places == ((1.0, -2.0),)
    assert fewer.rule.now.weights == done.rule.now.weights
    assert done.changed("bias", "off").cloud.places == done.cloud.places


def test_a_point_added_in_mid_thought_leaves_the_thought_alone() -> None:
    explorer = pressed(Perceptron.start({"edit": True}), "micro", "add_plus")
    assert explorer.rule.picked == Perceptron.start({}).acted("micro").rule.picked
    assert explorer.acted("update").rule.now.weights == Perceptron.start({}).acted("update").rule.now.weights


def test_points_end_somewhere() -> None:
    explorer = Perceptron.start({"edit": True})
    for _ in range(12):
        explorer = explorer.acted("add_o")
    assert len(explorer.cloud.places) == 60
    assert not next(action for action in explorer.actions() if action.name == "add_o").enabled


def test_other_data_bring_their_usual_company() -> None:
    explorer = Perceptron.start({}).changed("data", "xor")
    assert (explorer.rule.eta, explorer.bias, explorer.cloud.seed) == ("1", True, 0)
    assert explorer.changed("data", "notebook50") == Perceptron.start({})


def test_another_seed_draws_other_points_but_keeps_own_ones() -> None:
    explorer = Perceptron.start({}).changed("seed", 7)
    assert explorer.cloud.places != Perceptron.start({}).cloud.places
    own = Perceptron.start({"data": "own", "points": [[1, 1, 1]]}).changed("seed", 7)
    assert own.cloud.places == ((1.0, 1.0),)


def test_running_again_without_a_seed_moves_on() -> None:
    explorer = Perceptron.start({"rerun": True})
    again = explorer.acted("again")
    assert again.cloud.places != explorer.cloud.places
    assert again.acted("again").cloud.places != again.cloud.places
    assert explorer.changed("seed", 4).cloud.places == explorer.cloud.places
    assert "again" not in [action.name for action in Perceptron.start({}).actions()]


def test_the_step_size_may_change_under_way() -> None:
    explorer = Perceptron.start({"updates": 2}).changed("eta", "0.1").acted("update")
    assert explorer.rule.now.step == 0.1
    assert "0.1 \\cdot" in next(fact.tex for fact in explorer.facts() if fact.label == "w")


@pytest.mark.parametrize(("settings", "message"), [
    ({"data": "notebok50"}, "did you mean 'notebook50'"),
    ({"points": [[1, 2, 1]]}, 'points needs data = "own"'),
    ({"data": "own", "points": [[1, 2, 0]]}, "class -1 or 1"),
    ({"data": "own", "points": [[1, 2]]}, "class -1 or 1"),
    ({"weights": [1]}, r"\[w1, w2\]"),
    ({"eta": 0.3}, "no eta '0.3'"),
    ({"seed": 1.5}, "whole number"),
    ({"bias": "yes"}, "there is off, on"),
])  # fmt: skip
def test_settings_that_make_no_sense_are_explained(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        Perceptron.start(settings)


def test_weights_by_hand() -> None:
    explorer = Perceptron.start({"hand": True})
    assert [control.name for control in explorer.controls()][:2] == ["w1", "w2"]
    turned = explorer.changed("w1", -1)
    assert turned.rule.now.weights == (-1.0, -1.0)
    assert facts(turned)["wrong points"] == "4 of 50"
    assert "4 of 50 points wrong" in turned.said()
    # the generator has not moved: the rule goes on from here as from the start
    assert turned.acted("update").rule.dice != explorer.rule.dice == turned.rule.dice
    assert "there is no line" in turned.changed("w1", 0).changed("w2", 0).said()
    with pytest.raises(SettingError, match="no control 'w1'"):
        Perceptron.start({}).changed("w1", 1)


def test_weights_by_hand_prove_nothing_about_circles() -> None:
    explorer = Perceptron.start({"hand": True, "data": "gauss2", "updates": 1})
    back = explorer.changed("w1", 0).changed("w2", 0).changed("b", 0)
    assert back.rule.returned is None
    assert "circles" not in back.acted("update").said()


def test_from_zero_a_constant_step_size_never_moves_the_line() -> None:
    one, tenth = Perceptron.start({"data": "xor"}), Perceptron.start({"data": "xor"}).changed("eta", "0.1")
    assert "never the line" in tenth.said()
    for _ in range(20):
        one, tenth = one.acted("update"), tenth.acted("update")
        assert [w / 10 for w in one.rule.now.weights] == pytest.approx(tenth.rule.now.weights)


def test_settings_are_taken() -> None:
    explorer = Perceptron.start({"eta": 1, "bias": True, "weights": [0.5, 1], "seed": 2, "updates": 3})
    assert explorer.rule.history[0].weights == (0.5, 1.0, 0.0)
    assert explorer.rule.updates == 3
    switches = {control.name: control.value for control in explorer.controls() if isinstance(control, Switch)}
    assert switches == {"eta": "1", "bias": "on", "data": "notebook50", "plane": "off"}
