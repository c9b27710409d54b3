"""The two networks of the explorer against PyTorch, and a digit dragged before them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional

from dltui.explore.digits import digits
from dltui.explore.drag import Drag
from dltui.explore.drag_nets import PLACES, convolved, digit, everywhere, moved, probabilities, trained
from dltui.explore.explorer import SettingError

sizes = st.integers(1, 6)


def tensor(values: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(values))


@settings(max_examples=50, deadline=None)
@given(sizes, sizes, sizes, sizes, sizes, st.sampled_from([1, 3, 5]), st.integers(0, 999))
def test_a_convolution_of_many_is_that_of_torch(n: int, c: int, f: int, h: int, w: int, k: int, seed: int) -> None:
    drawn = np.random.default_rng(seed)
    x, weights, bias = drawn.normal(size=(n, c, h, w)), drawn.normal(size=(f, c, k, k)), drawn.normal(size=f)
    wanted = functional.conv2d(tensor(x), tensor(weights), tensor(bias), padding=k // 2)
    np.testing.assert_allclose(convolved(x, (weights, bias)), wanted.numpy(), atol=1e-6)


def test_both_networks_are_those_of_torch() -> None:
    nets, pictures = trained(), digits().test[:40].reshape(-1, 8, 8)
    dense = nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10)).double()
    other = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(),
        nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(32, 10)).double()  # fmt: skip
    for net, layers, scores in ((dense, nets.layers, nets.dense(pictures)),
                                (other, (*nets.filters, nets.answer), nets.convolutional(pictures))):
        with torch.no_grad():
            values = [value for layer in layers for value in layer]
            for parameter, value in zip(net.parameters(), values, strict=True):
                parameter.copy_(tensor(value))
            wanted = net(tensor(pictures)[:, None])
        np.testing.assert_allclose(scores, wanted.numpy(), atol=1e-6)
        np.testing.assert_allclose(probabilities(scores), wanted.softmax(1).numpy(), atol=1e-6)


def test_they_know_the_digits_and_only_one_of_them_knows_dragged_ones() -> None:
    pictures, labels = digits().test.reshape(-1, 8, 8), digits().labels
    aside = np.stack([moved(one, 0, 1) for one in pictures])
    nets = trained()
    for answers, least, most in (
        (nets.dense(pictures), 0.93, 1.0), (nets.convolutional(pictures), 0.98, 1.0),
        (nets.dense(aside), 0.3, 0.6), (nets.convolutional(aside), 0.95, 1.0),
    ):  # fmt: skip
        assert least <= float((answers.argmax(1) == labels).mean()) <= most
    assert nets.parameters == (2410, 5130)


@settings(max_examples=50, deadline=None)
@given(sizes, sizes, st.integers(-7, 7), st.integers(-7, 7))
def test_a_move_loses_what_leaves_the_picture(h: int, w: int, down: int, right: int) -> None:
    picture = np.arange(1.0, h * w + 1).reshape(h, w)
    found = moved(picture, down, right)
    for i in range(h):
        for j in range(w):
            inside = 0 <= i - down < h and 0 <= j - right < w
            assert found[i, j] == (picture[i - down, j - right] if inside else 0)


def test_the_tables_show_the_answers() -> None:
    state = Drag.start({"picture": 439, "right": 1})
    pixels, dense, filters, scores = state.scenes()[0].tables
    assert pixels.title == "a 2, 1 right" and scores.names == ("percent", "dense", "filters")
    for table, answers in zip((dense, filters), everywhere(439), strict=True):
        assert [int(cell.text) for row in table.rows for cell in row] == answers.argmax(1).tolist()
        ringed = [at for at, cell in enumerate(sum(table.rows, ())) if cell.mark == "ring"]
        assert [PLACES[at] for at in ringed] == [(0, 1)]
    assert state.said() == "A 2, 1 right: dense says 1, filters say 2."


def test_the_ink_that_leaves_is_counted() -> None:
    state = Drag.start({"down": 2})
    left = digit(0)[:6].sum() / digit(0).sum()
    assert state.lost == pytest.approx(1 - left) and 0 < state.lost < 1
    assert state.said().endswith(f" {100 * (1 - left):.0f} % of the ink is lost.")
    home = state.acted("home")
    assert home.lost == 0 and "ink" not in home.said() and home.acted("home") is home


def test_the_next_difference_is_one() -> None:
    state = Drag.start({"right": 1}).acted("apart")
    assert "dense says" in state.said() and state.picture != 0 and state.right == 1
    assert Drag.start({"picture": 499}).acted("next").picture == 0


@pytest.mark.parametrize("picture", [0, 14, 439, 499])
def test_facts_fit_a_narrow_pane(picture: int) -> None:
    for fact in Drag.start({"picture": picture, "down": -3}).facts():
        assert len(fact.label) <= 16 and len(fact.value) <= 46


@pytest.mark.parametrize(("settings", "message"), [
    ({"right": 4}, "right lies between -3 and 3"), ({"down": 0.5}, "down is a whole number"),
    ({"picture": -1}, "picture lies between 0 and 499"), ({"seed": 1}, "no setting 'seed'"),
])  # fmt: skip
def test_bad_settings_are_sentences(settings: dict[str, object], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        Drag.start(settings)
