from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dltui.explore.dice import Dice
from dltui.explore.perceptron_points import USUAL, Cloud
from dltui.explore.rosenblatt import Rule, measured

WEIGHTS = [(1.0, -1.0), (-1.990, -2.955), (-1.570, -3.002), (-1.736, -2.771), (-1.430, -2.812), (-1.262, -2.831)]
LOSSES = [32.35, 7.694, 8.444, 7.396, 7.965, 8.455]


def begun(data: str) -> Rule:
    usual, cloud = USUAL[data], Cloud.of(data, USUAL[data].seed)
    weights = usual.weights if usual.bias else usual.weights[:2]
    return Rule.begin(cloud.rows(usual.bias), cloud.signs, weights, cloud.dice, usual.eta)


def after(rule: Rule, updates: int) -> Rule:
    for _ in range(updates):
        rule = rule.updated()
    return rule


def test_the_notebook_number_for_number() -> None:
    history = after(begun("notebook50"), 5).history
    assert [each.wrong for each in history] == [31, 6, 6, 6, 6, 7]
    for each, weights, loss in zip(history, WEIGHTS, LOSSES, strict=True):
        assert each.weights == pytest.approx(weights, abs=5e-4)
        assert each.loss == pytest.approx(loss, rel=1e-3)
    assert [each.step for each in history] == [0.0, 1.0, 1 / 2, 1 / 3, 1 / 4, 1 / 5]


def test_two_hundred_updates_settle_at_four() -> None:
    rule = after(begun("notebook50"), 200)
    assert min(each.wrong for each in rule.history) == rule.now.wrong == 4
    assert rule.history[rule.best].wrong == 4 > 3  # the best line of all makes 3


def test_thoughts_and_updates_draw_the_same() -> None:
    whole, parts = begun("notebook50"), begun("notebook50")
    for _ in range(6):
        whole = whole.updated()
        for stage in ("pick", "score", "gradient", "update"):
            parts = parts.stepped()
            assert parts.done == stage
        assert parts == whole


@settings(deadline=None)
@given(st.integers(1, 3))
def test_an_update_finishes_a_thought_that_has_begun(thoughts: int) -> None:
    rule = begun("notebook50")
    begun_ = rule
    for _ in range(thoughts):
        begun_ = begun_.stepped()
    assert begun_.updated() == rule.updated()


def test_only_wrong_points_are_picked_and_the_update_follows_the_rule() -> None:
    rule = begun("notebook50")
    for _ in range(20):
        picked = rule.stepped().picked
        assert picked is not None
        assert picked.score * rule.signs[picked.row] <= 0
        following = rule.updated()
        moved = [after_ - before for after_, before in zip(following.now.weights, rule.now.weights, strict=True)]
        expected = [rule.size * rule.signs[picked.row] * x for x in rule.rows[picked.row]]
        assert moved == pytest.approx(expected)
        rule = following


def test_separable_points_come_to_rest() -> None:
    rule = after(begun("gauss2-near"), 200)
    assert rule.settled
    assert rule.updates == 68
    assert rule.updated() is rule is rule.stepped()
    assert all(replace(rule, history=rule.history[: i + 1]).returned is None for i in range(1, 69))


def test_xor_never_rests_and_comes_back_to_old_weights() -> None:
    rule = after(begun("xor"), 50)
    assert not rule.settled
    early = after(begun("xor"), 5)
    assert early.returned == 1
    assert early.history[1].weights == early.now.weights


def test_a_score_of_zero_is_wrong_for_both_classes() -> None:
    rows = ((0.0, 0.0), (1.0, 1.0))
    assert measured(rows, (1, -1), (0.0, 0.0)).wrong == 2
    assert measured(rows, (1, 1), (0.1, 0.2)).wrong == 1
    # ten times 0.1 is not quite 1 in binary: such dust is on the line too
    assert measured(((1.0, 1.0),), (1,), (sum([0.1] * 10), -1.0 + 1e-16)).wrong == 1


def test_other_points_under_the_same_weights() -> None:
    rule = after(begun("xor"), 3).stepped()
    fewer = rule.with_points(rule.rows[:1], rule.signs[:1])
    assert fewer.now.weights == rule.now.weights
    assert fewer.now == replace(measured(fewer.rows, fewer.signs, fewer.now.weights), step=rule.now.step)
    assert fewer.since == 3
    assert fewer.returned is None
    gone = rule.with_points((), ())
    assert (gone.settled, gone.picked, gone.done, gone.updated()) == (True, None, "update", gone)


def test_a_constant_step() -> None:
    rule = Rule.begin(((1.0, 0.0),), (1,), (-1.0, 0.0), Dice.seeded(0), "0.5")
    assert [each.weights[0] for each in after(rule, 9).history] == [-1.0, -0.5, 0.0, 0.5]
