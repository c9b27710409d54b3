from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dltui.explore.backprop_check import LARGEST, SMALLEST, best, check, kinked, relative, sweep
from dltui.explore.backprop_net import ACTIVATIONS, NETS, Edge, Net, Unit, activated, passes, slope, stepped
from dltui.explore.backprop_tape import Tape

WHOLE, ONE, KINK = NETS["2-2-2-1"], NETS["one weight"], NETS["kink"]
W = ONE.edges[0]
weights = st.floats(-3, 3)


# ── forward and backward ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_values_of_the_large_net() -> None:
    found = passes(WHOLE)
    assert found.values[1] == pytest.approx((0.57444, 0.45017), abs=5e-6)
    assert found.values[2] == pytest.approx((0.54914, 0.55412), abs=5e-6)
    assert found.values[3] == pytest.approx((0.52693,), abs=5e-6)
    assert found.loss == pytest.approx(0.111897, abs=5e-7) == WHOLE.loss


def test_the_gradients_of_the_large_net() -> None:
    """As torch.autograd gives them in float64."""
    found = passes(WHOLE)
    assert found.deltas[3] == pytest.approx((-0.117924,), abs=5e-7)
    assert found.arriving[2] == pytest.approx((-0.070754, 0.047170), abs=5e-7)
    assert found.deltas[2] == pytest.approx((-0.017518, 0.011654), abs=5e-7)
    first, second, third = (np.array(matrix) for matrix in found.gradients)
    assert third == pytest.approx(np.array([[-0.064756, -0.065344]]), abs=5e-7)
    assert second == pytest.approx(np.array([[-0.010063, -0.007886], [0.006695, 0.005246]]), abs=6e-7)
    assert first == pytest.approx(np.array([[-0.0012865, -0.0006432], [0.0011556, 0.0005778]]), abs=5.1e-8)


def test_one_weight_and_the_slip_of_the_sign() -> None:
    right, wrong = passes(ONE), passes(ONE, flipped=True)
    assert right.values[1][0] == pytest.approx(0.559714, abs=5e-7)
    assert right.loss == pytest.approx(0.0969260, abs=5e-8)
    assert right.gradient(W) == pytest.approx(-0.0868013, abs=5e-8)
    assert wrong.gradient(W) == -right.gradient(W)
    assert stepped(ONE, right, 1.0, 10.0).loss == pytest.approx(0.089571, abs=5e-7)
    assert stepped(ONE, wrong, 1.0, 10.0).loss == pytest.approx(0.104636, abs=5e-7)


@settings(deadline=None)
@given(st.lists(weights, min_size=10, max_size=10), st.lists(st.floats(-2, 2), min_size=2, max_size=2),
       st.floats(-1, 1), st.sampled_from(["sigmoid", "tanh", "none"]))  # fmt: skip
def test_every_gradient_is_that_of_the_loss(numbers: list[float], inputs: list[float], t: float, kind: Any) -> None:
    net = Net(WHOLE.weights, tuple(inputs), t, kind)
    for edge, number in zip(net.edges, numbers, strict=True):
        net = net.with_weight(edge, number)
    found = passes(net)
    for edge in net.edges:
        made = check(net, edge, 1e-5)
        assert made.analytic == found.gradient(edge)
        assert made.numeric == pytest.approx(made.analytic, rel=1e-5, abs=1e-6 * (1 + found.loss))


def test_a_gradient_is_the_sum_over_all_ways_to_the_end() -> None:
    """u₁ leads to y over v₁ and over v₂."""
    found = passes(WHOLE)
    over = [WHOLE.weights[1][to][0] * found.deltas[2][to] for to in (0, 1)]
    assert found.arriving[1][0] == pytest.approx(sum(over))
    assert all(part != 0 for part in over)


def test_activations_and_their_slopes() -> None:
    z = np.array([-1.0, 0.0, 2.0])
    assert activated("relu", z).tolist() == [0, 0, 2] and activated("none", z) is z
    assert slope("relu", activated("relu", z)).tolist() == [0, 0, 1]
    for kind in ("sigmoid", "tanh", "none"):
        h = 1e-6
        numeric = (activated(kind, z + h) - activated(kind, z - h)) / (2 * h)
        assert slope(kind, activated(kind, z)) == pytest.approx(numeric, abs=1e-8)


def test_numbers_stay_in_their_type() -> None:
    for kind in ACTIVATIONS:
        net = Net(WHOLE.weights, WHOLE.inputs, 1.0, kind)
        assert net.forward(net.stacks("float32"))[-1].dtype == np.float32
        assert net.losses(net.stacks("float32")).dtype == np.float32
        near = passes(net, precision="float32")
        assert near.loss == pytest.approx(passes(net).loss, rel=1e-5)
        assert near.loss != passes(net).loss


def test_weights_stop_at_the_end_of_their_sliders() -> None:
    assert stepped(ONE, passes(ONE), 1000.0, 10.0).weight(W) == 10.0


def test_names() -> None:
    assert [WHOLE.name(Unit(layer, 0)) for layer in range(4)] == ["x₁", "u₁", "v₁", "y"]
    assert WHOLE.arrow(Edge(2, 0, 1)) == "u₂→v₁" and ONE.arrow(W) == "x→y"
    assert WHOLE.tex(Unit(1, 1)) == "u_2" and WHOLE.tex(Unit(3, 0)) == "y"
    assert WHOLE.weight(Edge(2, 0, 1)) == -0.2
    changed = WHOLE.with_weight(Edge(2, 0, 1), 5.0)
    assert [changed.weight(edge) - WHOLE.weight(edge) for edge in WHOLE.edges] == [0, 0, 0, 0, 0, 5.2, 0, 0, 0, 0]


# ── differences ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("power", "error"), [
    (-2, 2.6e-7), (-4, 2.6e-11), (-5, 1.2e-12), (-6, 1.5e-11), (-8, 1e-9), (-12, 1e-5),
])  # fmt: skip
def test_the_error_of_the_central_difference(power: int, error: float) -> None:
    """Left of 1e-5 rounding decides, whose size is certain but not its last digit."""
    made = check(ONE, W, 10.0**power)
    found = abs(made.numeric - made.analytic)
    assert found == pytest.approx(error, rel=0.02) if power in (-2, -4) else error / 10 < found < error * 10


def test_a_one_sided_difference_is_far_worse() -> None:
    made = check(ONE, W, 1e-5)
    assert made.right - made.analytic == pytest.approx(2.36e-7, rel=0.01)
    assert made.left - made.analytic == pytest.approx(-2.36e-7, rel=0.01)


def test_in_float32_the_best_step_is_large_and_the_best_error_poor() -> None:
    step, error = best(sweep(ONE, W, precision="float32"))
    assert 1e-4 < step < 1e-1 and 1e-6 < error < 1e-4
    assert check(ONE, W, 1e-2, precision="float32").relative < 1e-4
    assert check(ONE, W, 1e-6, precision="float32").relative > 0.01
    assert check(ONE, W, 1e-9, precision="float32").numeric == 0
    step, error = best(sweep(ONE, W))
    assert 1e-6 < step < 1e-4 and error < 1e-10


def test_a_wrong_sign_is_wrong_at_every_step() -> None:
    found = sweep(ONE, W, flipped=True)
    assert found.central == pytest.approx(2, abs=1e-3)
    assert relative(2.0, 1.0) == 0.5 and relative(0.0, 1.0) == 1 and relative(0.0, 0.0) == 0


def test_a_sweep_is_many_checks() -> None:
    found = sweep(WHOLE, WHOLE.edges[3])
    assert found.h[0] == pytest.approx(10**SMALLEST) and found.h[-1] == pytest.approx(10**LARGEST)
    for at in (0, 20, len(found.h) - 1):
        made = check(WHOLE, WHOLE.edges[3], float(found.h[at]))
        assert found.central[at] == pytest.approx(made.relative, rel=1e-6, abs=1e-12)
        assert found.one_sided[at] == pytest.approx(relative(made.analytic, made.right), rel=1e-6, abs=1e-12)


def test_a_kink_is_where_both_sides_differ() -> None:
    assert [kinked(KINK, edge) for edge in KINK.edges] == [False, False, True, True, False, False]
    made = check(KINK, KINK.edges[2], 1e-5)
    assert (made.left, made.analytic) == (0, 0)
    assert made.right == pytest.approx(0.232, abs=1e-5) and made.numeric == pytest.approx(0.116, abs=1e-5)
    assert not any(kinked(WHOLE, edge) for edge in WHOLE.edges)
    beside = KINK.with_weight(KINK.edges[2], 0.31)
    assert not any(kinked(beside, edge) for edge in beside.edges)
    assert check(beside, KINK.edges[2], 1e-1).relative > 0.1 > 1e-9 > check(beside, KINK.edges[2], 1e-3).relative


# ── the order of work ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_order_of_moves() -> None:
    moves = Tape(KINK.sizes).moves
    kinds = "sum sum bend sum sum bend sum sum bend loss slope delta gradient gradient delta gradient gradient delta"
    assert [move.kind for move in moves] == [*kinds.split(), "gradient", "gradient"]
    assert len(set(moves)) == len(moves)
    assert [move.edge for move in moves if move.kind == "sum"] == list(KINK.edges)
    back = [move.edge for move in moves if move.kind == "gradient"]
    assert {*back} == {*KINK.edges} and back[0] == KINK.edges[4]


def test_steps_of_different_length() -> None:
    tape = Tape(WHOLE.sizes)
    forward = []
    while not tape.forward_done:
        tape = tape.forward()
        forward.append(tape.done)
    assert forward == [3, 6, 9, 12, 15, 16] and tape.turn == 16
    backward = []
    while not tape.complete:
        tape = tape.backward()
        backward.append(tape.done)
    assert backward == [17, 20, 23, 26, 29, 32]
    assert tape.moved() == tape == tape.forward() and tape.next is None
    assert Tape(WHOLE.sizes).moved().forward().done == 3
    assert Tape(WHOLE.sizes, 18).backward().done == 20


def test_what_is_known() -> None:
    tape = Tape(WHOLE.sizes, 3)
    assert tape.knows("bend", Unit(1, 0)) and not tape.knows("bend", Unit(1, 1))
    assert tape.edge == Edge(1, 0, 1) and Tape(WHOLE.sizes).edge is None and Tape(WHOLE.sizes).last is None
