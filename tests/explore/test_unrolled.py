"""The unrolled unit: its gradient against PyTorch, the numbers of the lesson, what a cut does, bad settings."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dltui.explore.explorer import SettingError
from dltui.explore.unrolled import BESIDE, INPUTS, MOST, Unrolled
from dltui.explore.unrolled_chain import Chain
from dltui.scene import Label

numbers = st.floats(-3, 3)


@given(numbers, numbers, st.lists(st.floats(-2, 2), min_size=2, max_size=8), st.data())
def test_gradients_and_cuts_are_those_of_pytorch(w: float, u: float, x: list[float], data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(x)))
    chain = Chain(w, u, tuple(x), cut)
    weight = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    h = torch.zeros((), dtype=torch.float64)
    for t, value in enumerate(x):
        if t == len(x) - cut:
            h = h.detach()
        h = torch.tanh(weight * h + u * value)
    h.backward()
    assert weight.grad is not None
    assert chain.states[-1] == pytest.approx(float(h.detach()), abs=1e-6)
    assert chain.gradient == pytest.approx(float(weight.grad), abs=1e-6)
    whole = Chain(w, u, tuple(x), len(x))
    assert whole.difference == pytest.approx(whole.gradient, abs=1e-6)


def test_the_numbers_of_the_lesson() -> None:
    explorer = Unrolled.start({}).acted("all")
    facts = {fact.label: fact for fact in explorer.facts()}
    assert facts["∂h₃/∂w"].value == "0.6715" == facts["by a difference"].value
    assert facts["∂h₃/∂w"].tex == "0 + 0.3198 + 0.3517"
    cut = explorer.changed("cut", "1")
    assert "0.3517 instead of 0.6715" in cut.said()


def test_one_number_at_a_time() -> None:
    explorer = Unrolled.start({})
    told = ("h₁ = 0.7616", "h₂ = 0.3634", "h₃ = 0.1797", "Step 3 adds 0.3517", "Step 2 adds 0.3198")
    for done, said in enumerate(told, 1):
        explorer = explorer.acted("micro")
        assert explorer.done == done and said in explorer.said()
        unknown = [item for item in explorer.scenes()[0].items if isinstance(item, Label) and item.text == "?"]
        assert len(unknown) == max(0, 3 - done)
    assert "add up to 0.6715" in explorer.acted("micro").said()


def test_a_long_chain_has_its_shares_below_and_not_beside() -> None:
    explorer = Unrolled.start({"steps": BESIDE + 1, "done": "forward"}).acted("micro")
    (scene,) = explorer.scenes()
    labels = [item for item in scene.items if isinstance(item, Label)]
    (adds,) = [label for label in labels if label.text == "adds"]
    row = [label.text for label in labels if label.y == adds.y and label is not adds]
    assert row == [f"{explorer.chain.shares[-1]:.2g}".removeprefix("0")]
    assert len(Unrolled.start({"steps": BESIDE}).acted("all").scenes()) == 2


@pytest.mark.parametrize("steps", range(2, MOST + 1))
def test_every_length_has_its_inputs(steps: int) -> None:
    for name in INPUTS:
        chain = Unrolled.start({"steps": steps, "inputs": name}).chain
        assert chain.steps == steps and any(chain.x)


@pytest.mark.parametrize(("given_settings", "message"), [
    ({"steps": 1}, "steps lies between 2 and 6"), ({"w": 99}, "between -3 and 3"), ({"cut": 3}, "no cut '3'"),
    ({"inputs": "puls"}, "no inputs 'puls'"),
])  # fmt: skip
def test_settings_that_make_no_sense_are_explained(given_settings: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        Unrolled.start(given_settings)
