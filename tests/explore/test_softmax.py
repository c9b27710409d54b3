from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional

from dltui.explore.explorer import SettingError
from dltui.explore.softmax import OUTPUTS, Softmax

scores = st.lists(st.floats(-10, 10), min_size=2, max_size=5)


def facts(explorer: Softmax) -> dict[str, str]:
    return {fact.label: fact.value for fact in explorer.facts()}


def charged(z: Tensor, truth: int, output: str) -> Tensor:
    if output == "sigmoids":
        hot = functional.one_hot(torch.tensor(truth), len(z)).double()
        return functional.binary_cross_entropy_with_logits(z, hot, reduction="sum")
    inner = {"softmin": -z, "double softmax": z.softmax(0)}.get(output, z)
    return functional.cross_entropy(inner[None], torch.tensor([truth]))


@pytest.mark.parametrize("output", OUTPUTS)
@settings(deadline=None, max_examples=40)
@given(scores, st.floats(0.1, 10), st.data())
def test_loss_and_pull_are_torchs(output: str, given_scores: list[float], t: float, data: st.DataObject) -> None:
    truth = data.draw(st.integers(0, len(given_scores) - 1))
    explorer = Softmax.start(
        {"scores": given_scores, "output": output, "temperature": t, "truth": truth + 1}
    )
    z = torch.tensor(given_scores, dtype=torch.float64, requires_grad=True)
    loss = charged(z / t, truth, output)
    (pull,) = torch.autograd.grad(loss, z)
    assert explorer.loss == pytest.approx(float(loss.detach()), abs=1e-6)
    assert explorer.gradient == pytest.approx(pull.numpy(), abs=1e-6)


@settings(deadline=None)
@given(scores, st.floats(0.1, 10), st.floats(-1000, 1000))
def test_softmax_sums_to_one_and_does_not_see_a_shift(given_scores: list[float], t: float, shift: float) -> None:
    explorer = Softmax.start({"scores": given_scores, "temperature": t})
    assert explorer.p.sum() == pytest.approx(1)
    assert explorer.gradient.sum() == pytest.approx(0, abs=1e-9)
    assert explorer.changed("shift", shift).p == pytest.approx(explorer.p, abs=1e-6)
    order = explorer.changed("temperature", 1.0).p.argmax()
    assert explorer.p[order] == pytest.approx(explorer.p.max())


def test_the_numbers_of_the_lesson() -> None:
    explorer = Softmax.start({})
    assert facts(explorer)["probabilities"] == "(0.090, 0.245, 0.665)"
    assert facts(explorer)["loss"] == "0.4076"
    assert facts(explorer)["pull"] == "(0.090, 0.245, -0.335)"
    assert facts(explorer.changed("output", "softmin"))["probabilities"] == "(0.665, 0.245, 0.090)"
    assert facts(explorer.changed("output", "double softmax"))["loss"] == "0.7972"


def test_steps_lower_the_loss() -> None:
    explorer = Softmax.start({"truth": 1})
    after = explorer.acted("step")
    assert after.loss < explorer.loss
    assert after.acted("steps").loss < after.loss
    assert "2.408 →" in after.said()


def test_a_charge_without_end_is_a_number() -> None:
    explorer = Softmax.start({"scores": [10, -10], "truth": 2, "temperature": 0.1})
    assert explorer.loss == pytest.approx(200)
    assert facts(explorer)["loss"] == "200"


@pytest.mark.parametrize(("given_settings", "message"), [
    ({"scores": [1]}, "scores are 2 to 5 numbers, not 1"), ({"temperature": 0}, "temperature lies between 0.1 and 10"),
    ({"truth": 4}, "truth lies between 1 and 3"), ({"output": "sofmax"}, "did you mean 'softmax'"),
])  # fmt: skip
def test_bad_settings_are_told(given_settings: dict[str, object], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        Softmax.start(given_settings)
