from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional

from dltui.explore.explorer import SettingError
from dltui.explore.losses import CHARGES, Losses
from dltui.plot.formula import line

TORCH: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "cross entropy": lambda z, t: functional.binary_cross_entropy_with_logits(z, t),
    "squared": lambda z, t: functional.mse_loss(z.sigmoid(), t) / 2,
    "hinge": lambda z, t: (1 - z * (2 * t - 1)).clamp(min=0),
}


@settings(deadline=None)
@given(st.floats(-8, 8).filter(lambda z: abs(abs(z) - 1) > 1e-9), st.sampled_from("01"), st.floats(0.1, 5))
def test_a_step_is_torchs(z: float, truth: str, eta: float) -> None:
    explorer = Losses.start({"z": z, "truth": truth, "eta": eta})
    after = explorer.acted("step")
    for charge, runner, moved in zip(CHARGES, explorer.runners, after.runners, strict=True):
        at = torch.tensor(runner, dtype=torch.float64, requires_grad=True)
        loss: Tensor = TORCH[charge.name](at, torch.tensor(float(truth), dtype=torch.float64))
        (slope,) = torch.autograd.grad(loss, at)
        assert moved == pytest.approx(z - eta * float(slope), abs=1e-6)
        assert float(charge.value(explorer.margins)[0]) == pytest.approx(float(loss.detach()), abs=1e-6)


def test_the_race_of_the_lesson() -> None:
    explorer = Losses.start({}).acted("step").acted("ten")
    cross, squared, hinge = explorer.runners
    assert squared < -4.9 < 0 < hinge <= cross
    later = explorer.acted("many").acted("many")
    assert later.facts()[0].value == "211; came to 0: c in 5, a in 6, b in 168"
    assert later.runners[2] == 1.0
    assert later.acted("back").runners == (-5.0,) * 3


@pytest.mark.parametrize("truth", ["0", "1"])
def test_the_formulas_are_by_the_score_and_a_start_on_the_right_side_is_no_arrival(truth: str) -> None:
    explorer = Losses.start({"z": 3.0 if truth == "1" else -3.0, "truth": truth})
    steps, *losses = explorer.acted("ten").facts()
    assert steps.value == "10"
    wanted = {"1": ["ln(1 + e⁻ᶻ)", "½(1 − σ(z))²", "max(0, 1 − z)"], "0": ["ln(1 + eᶻ)", "½σ(z)²", "max(0, 1 + z)"]}
    assert [line(fact.tex) for fact in losses] == wanted[truth]


def test_both_truths_are_mirrored() -> None:
    one = Losses.start({"z": -3.0}).acted("ten")
    other = Losses.start({"z": 3.0, "truth": "0"}).acted("ten")
    assert other.runners == pytest.approx([-z for z in one.runners])


def test_pulls_are_told() -> None:
    explorer = Losses.start({}).changed("z", -6.0)
    assert explorer.said() == "Wrong: cross entropy pulls with 0.998, squared error with 0.00246."
    undecided = "Undecided: cross entropy pulls with 0.5, squared pulls with 0.125, hinge pulls with 1."
    assert explorer.changed("z", 0.0).said() == undecided
    assert "Right" in explorer.changed("truth", "0").said()


@pytest.mark.parametrize(("given_settings", "message"), [
    ({"z": 9}, "z lies between -8 and 8"), ({"truth": 2}, "no truth '2'"), ({"rate": 1}, "no setting 'rate'"),
])  # fmt: skip
def test_bad_settings_are_told(given_settings: dict[str, object], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        Losses.start(given_settings)
