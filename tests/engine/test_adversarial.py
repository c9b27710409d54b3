from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
import torch
from torch.nn import functional

from dltui.engine.adversarial import Adversarial, discriminator_loss, generator_loss
from dltui.engine.assembly import assemble
from dltui.engine.divergence import first_place
from dltui.journal.events import AnyEvent, Failed
from dltui.journal.run import Run
from dltui.lesson.layers import AnyLayer, BatchNorm, LeakyRelu, Linear, Relu
from dltui.lesson.records import Experiment, Optimizer


def ring(**fields: Any) -> Experiment:
    generator: list[AnyLayer] = [Linear(out=32), Relu(), Linear(out=2)]
    judge: list[AnyLayer] = [Linear(out=16), LeakyRelu(slope=0.2), Linear(out=1)]
    usual: dict[str, Any] = {
        "id": "x", "title": "x", "data": "ring8", "model": generator, "adversary": judge, "noise": 3, "loss": "gan",
        "optimizer": Optimizer(kind="adam", lr=1e-3, betas=[0.5, 0.99]), "steps": 20, "batch": 64, "show": ["loss"],
    }  # fmt: skip
    return Experiment(**(usual | fields))


def game(**fields: Any) -> Adversarial:
    session = assemble(ring(**fields), "cpu").session
    assert isinstance(session, Adversarial)
    return session


def never() -> bool:
    return False


def test_losses_are_binary_cross_entropies() -> None:
    real, fake = torch.randn(5, 1), torch.randn(5, 1)
    one, nothing = torch.ones(5, 1), torch.zeros(5, 1)
    entropy = functional.binary_cross_entropy_with_logits
    torch.testing.assert_close(discriminator_loss(real, fake), entropy(real, one) + entropy(fake, nothing))
    torch.testing.assert_close(discriminator_loss(real, fake, 0.9), entropy(real, 0.9 * one) + entropy(fake, nothing))
    torch.testing.assert_close(generator_loss(fake), entropy(fake, one))
    torch.testing.assert_close(generator_loss(fake, saturating=True), -entropy(fake, nothing))


@pytest.mark.parametrize(("saturating", "slope"), [(True, -0.01), (False, -0.99)])
def test_the_slope_where_the_discriminator_is_sure(saturating: bool, slope: float) -> None:
    score = torch.logit(torch.tensor([[0.01]])).requires_grad_()
    generator_loss(score, saturating).backward()
    assert score.grad is not None
    assert score.grad.item() == pytest.approx(slope)


@pytest.mark.parametrize(("d_steps", "g_steps"), [(1, 1), (3, 1), (1, 2)])
def test_updates_are_counted_and_each_network_has_its_own(d_steps: int, g_steps: int) -> None:
    session = game(d_steps=d_steps, g_steps=g_steps)
    session.advance(4, never)
    assert session.step == 4
    assert session.update.state["count"].item() == 4 * g_steps
    assert session.game.update.state["count"].item() == 4 * d_steps
    assert not session.flat.grads.any() and not session.game.flat.grads.any()


def test_the_other_network_stays_as_it_is() -> None:
    session = game()
    before = session.flat.values.clone()
    with session.noise:
        session._judge()
    assert torch.equal(session.flat.values, before)
    before = session.game.flat.values.clone()
    with session.noise:
        session._fool()
    assert torch.equal(session.game.flat.values, before)


def test_series_of_both_losses() -> None:
    session = game()
    losses = session.advance(5, never)
    parts = session.series()
    assert losses == [d + g for d, g in zip(parts["d_loss"], parts["g_loss"], strict=True)]
    assert parts["d_loss"][0] == pytest.approx(1.386, abs=0.4)


def test_a_state_brings_both_back() -> None:
    session = game()
    session.advance(7, never)
    state = session.state()
    first = session.advance(15, never)
    session.restore(state)
    assert session.advance(15, never) == first


def test_divergence_names_the_network(told: Callable[..., Run]) -> None:
    session = game()
    with torch.no_grad():
        session.game.flat.named(session.game.flat.values)["2.weight"][0] = float("nan")
    assert first_place(session, ring()).layer == "adversary.2 (linear)"
    with torch.no_grad():
        session.flat.named(session.flat.values)["0.weight"][0] = float("inf")
    assert first_place(session, ring()).layer == "model.0 (linear)"


def test_a_rate_that_is_far_too_large_is_a_sentence(events: Callable[..., Iterable[AnyEvent]]) -> None:
    *_, last = events(ring(optimizer=Optimizer(kind="sgd", lr=1e6), adversary_optimizer=Optimizer(kind="sgd", lr=1e6)))
    assert isinstance(last, Failed)
    assert last.reason == "diverged"
    assert last.layer


def test_what_is_measured(told: Callable[..., Run]) -> None:
    final = told(ring()).final
    assert set(final) == {"loss", "d_loss", "g_loss", "modes", "quality"}
    assert told(ring()).final == final, "equal seeds, equal numbers"
    assert told(ring(seed=1)).final != final


@pytest.mark.parametrize("loss", ["gan", "gan_saturating"])
@pytest.mark.parametrize("label_smoothing", [0.0, 0.2])
def test_moves_that_are_written_out_are_those_of_autograd(loss: str, label_smoothing: float) -> None:
    rule = Optimizer(kind="sgd", lr=0.1)  # Adam would hide a gradient that is twice as long
    sessions = [game(loss=loss, label_smoothing=label_smoothing, optimizer=rule) for _ in range(2)]
    assert sessions[0].duel is not None
    sessions[1].duel = None
    for move in ("_judge", "_fool"):
        found = []
        for session in sessions:
            with session.noise:
                found.append(getattr(session, move)())
        assert found[0] == pytest.approx(found[1], rel=1e-5)
    for one, other in (sessions[0].flat, sessions[1].flat), (sessions[0].game.flat, sessions[1].game.flat):
        torch.testing.assert_close(one.values, other.values, rtol=1e-4, atol=1e-6)


def test_layers_that_are_not_written_out_are_left_to_autograd() -> None:
    session = game(model=[Linear(out=8), BatchNorm(), Relu(), Linear(out=2)])
    assert session.duel is None
    assert len(session.advance(3, never)) == 3
