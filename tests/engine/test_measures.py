from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from dltui.engine.assembly import assemble
from dltui.engine.layers import Noise as NoiseModule
from dltui.engine.layers import Sample as SampleModule
from dltui.lesson.datasets import DATASETS
from dltui.lesson.layers import AnyLayer, Flatten, Linear, Noise, Sample
from dltui.lesson.metrics import metrics, unmeasured
from dltui.lesson.records import Experiment, Optimizer


def experiment(data: str, loss: str, model: list[AnyLayer], **fields: Any) -> Experiment:
    usual: dict[str, Any] = {"optimizer": Optimizer(kind="sgd", lr=0.1), "steps": 1, "show": ["loss"]}
    return Experiment(id="x", title="x", data=data, loss=loss, model=model, **(usual | fields))  # type: ignore[arg-type]


CODES: list[AnyLayer] = [Flatten(), Linear(out=4), Sample(), Linear(out=64)]
GAME: dict[str, Any] = {"adversary": [Flatten(), Linear(out=1)], "noise": 3}
CASES = [
    (experiment("circles", "mse", [Linear(out=1)]), ["loss", "accuracy", "wrong"]),
    (experiment("digits", "cross_entropy", [Flatten(), Linear(out=10)]), ["loss", "accuracy"]),
    (experiment("marks", "mse", [Linear(out=1)]), ["loss", "mse"]),
    (experiment("digits", "mse", [Flatten(), Linear(out=8), Linear(out=64)], target="input"),
     ["loss", "mse", "neighbours"]),
    (experiment("digits", "mse", [Flatten(), Linear(out=64)], target="input"), ["loss", "mse"]),
    (experiment("digits", "binary_cross_entropy", CODES, target="input"),
     ["loss", "reconstruction", "kl", "neighbours"]),
    (experiment("ring8", "gan", [Linear(out=2)], **GAME), ["loss", "d_loss", "g_loss", "modes", "quality"]),
    (experiment("digits", "gan", [Linear(out=64)], **GAME), ["loss", "d_loss", "g_loss", "modes", "quality"]),
    (experiment("circles", "gan", [Linear(out=2)], **GAME), ["loss", "d_loss", "g_loss"]),
]  # fmt: skip


@pytest.mark.parametrize(("one", "names"), CASES, ids=lambda value: ",".join(value) if isinstance(value, list) else "")
def test_what_the_record_says_is_measured(one: Experiment, names: list[str]) -> None:
    assert metrics(one, DATASETS[one.data]) == names
    made = assemble(one, "cpu")
    made.session.advance(1, lambda: False)
    found = made.evaluation.measure(made.session)
    assert ["loss", *made.session.series(), *found] == names


def test_why_something_is_not_measured() -> None:
    one, spec = CASES[2][0], DATASETS["marks"]
    assert unmeasured("mse", one, spec) == ""
    assert unmeasured("accuracy", one, spec) == "accuracy needs classes, and the target of marks is a number: use mse"
    assert unmeasured("kl", one, spec) == "kl is not measured here: this model has loss and mse"


def test_numbers_are_the_mean_of_squares() -> None:
    made = assemble(experiment("marks", "mse", [Linear(out=1, init="zeros")]), "cpu")
    assert made.evaluation.measure(made.session)["mse"] == pytest.approx(float(np.mean(made.data.train_y**2)), rel=1e-5)


def test_divergence_from_the_normal_distribution() -> None:
    """Mean 1 and standard deviation 1/2: 0.8181 for each number (Kingma & Welling 2014, appendix B)."""
    sample = SampleModule(1.0)
    x = torch.tensor([[1.0, 1.0, -2 * np.log(2), -2 * np.log(2)]])
    drawn = sample(x.expand(20_000, 4))
    assert sample.kl.item() == pytest.approx(2 * 0.8181, abs=1e-4)
    assert drawn.mean().item() == pytest.approx(1, abs=0.02)
    assert drawn.std().item() == pytest.approx(0.5, abs=0.02)
    assert sample.eval()(x).tolist() == [[1.0, 1.0]]


def test_the_divergence_is_in_the_loss_by_its_weight() -> None:
    losses = []
    for beta in (0.0, 2.0):
        model: list[AnyLayer] = [Flatten(), Linear(out=4), Sample(beta=beta), Linear(out=64)]
        session = assemble(experiment("digits", "binary_cross_entropy", model, target="input"), "cpu").session
        losses += session.advance(1, lambda: False)
        kl = [part.kl.item() for part in session.model if isinstance(part, SampleModule)]
    assert losses[1] - losses[0] == pytest.approx(2 * kl[0], rel=1e-3)


def test_noise_lasts_where_it_shall() -> None:
    x = torch.zeros(500, 3)
    assert NoiseModule(0.3, always=False)(x).std().item() == pytest.approx(0.3, rel=0.1)
    assert not NoiseModule(0.3, always=False).eval()(x).any()
    lasting = NoiseModule(0.3, always=True).eval()
    assert lasting(x).std().item() == pytest.approx(0.3, rel=0.1)
    assert torch.equal(lasting(x), lasting(x))


def test_a_denoiser_is_held_against_the_clean_input() -> None:
    """Weights that hand the noisy picture on: the error is the variance of the noise."""
    one = experiment("digits", "mse", [Flatten(), Noise(std=0.3, always=True), Linear(out=64)], target="input")
    made = assemble(one, "cpu")
    linear = made.session.model[2]
    with torch.no_grad():
        linear.weight.copy_(torch.eye(64))
        linear.bias.zero_()
    assert made.evaluation.measure(made.session)["mse"] == pytest.approx(0.09, rel=0.02)


def test_modes_and_quality_of_a_generator_that_knows_the_answer() -> None:
    made = assemble(experiment("ring8", "gan", [Linear(out=2, init="zeros")], **GAME), "cpu")
    layer = made.session.model[0]
    with torch.no_grad():
        layer.bias.copy_(torch.tensor([2.0, 0.1]))
    assert made.evaluation.measure(made.session) == {"modes": 1.0, "quality": 1.0}
    with torch.no_grad():
        layer.bias.zero_()
    assert made.evaluation.measure(made.session) == {"modes": 0.0, "quality": 0.0}


def test_neighbours_of_codes_that_are_the_pixels() -> None:
    """Nearest neighbours on raw digits are right for about 98 of 100."""
    model: list[AnyLayer] = [Flatten(), Linear(out=63, init="orthogonal"), Linear(out=64)]
    made = assemble(experiment("digits", "mse", model, target="input"), "cpu")
    assert made.evaluation.measure(made.session)["neighbours"] > 0.9
