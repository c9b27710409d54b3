from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from dltui.explore.explorer import Explorer, SettingError, Switch
from dltui.explore.gan import MOVES, Gan
from dltui.explore.gan_game import BATCH, DATA, LEAK, Game, Turn
from dltui.explore.gan_net import BETAS, LOSSES, LossName, Player, Weights, d_loss, g_loss
from dltui.explore.gan_pictures import ARROWS, SHOWN
from dltui.scene import Arrow, Line, Mark

SIZES = st.lists(st.integers(1, 9), min_size=2, max_size=5)
any_loss = pytest.mark.parametrize("loss", LOSSES)


def facts(explorer: Explorer) -> dict[str, str]:
    return {fact.label.removesuffix(" ×"): fact.value for fact in explorer.facts()}


def pressed(explorer: Gan, *actions: str) -> Gan:
    for action in actions:
        explorer = explorer.acted(action)
    return explorer


def twin(weights: Weights, slope: float) -> nn.Sequential:
    """The same network in PyTorch, in float64."""
    layers: list[nn.Module] = []
    for place in range(0, len(weights), 2):
        units, inputs = weights[place].shape
        layer = nn.Linear(inputs, units, dtype=torch.float64)
        with torch.no_grad():
            layer.weight.copy_(torch.tensor(weights[place]))
            layer.bias.copy_(torch.tensor(weights[place + 1]))
        layers += [layer, nn.LeakyReLU(slope)]
    return nn.Sequential(*layers[:-1])


def torch_g_loss(scores: torch.Tensor, loss: LossName) -> torch.Tensor:
    judged = scores.sigmoid()
    return -judged.log().mean() if loss == LOSSES[0] else (1 - judged).log().mean()


def near(ours: Weights, theirs: nn.Module, grad: bool = True) -> None:
    for mine, parameter in zip(ours, theirs.parameters(), strict=True):
        other = parameter.grad if grad else parameter.detach()
        assert other is not None
        assert mine == pytest.approx(other.numpy(), rel=1e-6, abs=1e-9)


# ── arithmetic against PyTorch ──────────────────────────────────────────────────────────────────────────────────────


@settings(deadline=None, max_examples=40)
@given(SIZES, st.integers(1, 6), st.sampled_from([0.0, 0.2]), st.integers(0, 99))
def test_networks_and_their_gradients(sizes: list[int], rows: int, slope: float, seed: int) -> None:
    generator = np.random.RandomState(seed)
    player = Player.begun(sizes, slope, generator)
    x, sent = generator.normal(size=(rows, sizes[0])), generator.normal(size=(rows, sizes[-1]))
    values = player.values(x)
    gradient, back = player.backward(values, sent)
    model, inputs = twin(player.weights, slope), torch.tensor(x, requires_grad=True)
    outputs = model(inputs)
    outputs.backward(torch.tensor(sent))
    assert values[-1] == pytest.approx(outputs.detach().numpy(), rel=1e-6, abs=1e-9)
    near(gradient, model)
    assert inputs.grad is not None
    assert back == pytest.approx(inputs.grad.numpy(), rel=1e-6, abs=1e-9)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.floats(-20, 20), min_size=1, max_size=8), st.lists(st.floats(-20, 20), min_size=1, max_size=8),
    st.sampled_from(LOSSES),
)  # fmt: skip
def test_both_losses_and_their_slopes(real: list[float], fake: list[float], loss: LossName) -> None:
    ours, by_real, by_fake = d_loss(np.array(real)[:, None], np.array(fake)[:, None])
    r, f = (torch.tensor(each, dtype=torch.float64, requires_grad=True) for each in (real, fake))
    theirs = -nn.functional.logsigmoid(r).mean() - nn.functional.logsigmoid(-f).mean()
    theirs.backward()
    assert ours == pytest.approx(theirs.item(), rel=1e-6)
    assert r.grad is not None and f.grad is not None
    assert by_real[:, 0] == pytest.approx(r.grad.numpy(), rel=1e-6, abs=1e-12)
    assert by_fake[:, 0] == pytest.approx(f.grad.numpy(), rel=1e-6, abs=1e-12)
    f.grad = None
    sign = 1 if loss == LOSSES[0] else -1
    fooled = sign * -nn.functional.logsigmoid(sign * f).mean()
    fooled.backward()
    mine, slopes = g_loss(np.array(fake)[:, None], loss)
    assert mine == pytest.approx(fooled.item(), rel=1e-6, abs=1e-12)
    assert f.grad is not None
    assert slopes[:, 0] == pytest.approx(f.grad.numpy(), rel=1e-6, abs=1e-12)


@settings(deadline=None, max_examples=20)
@given(SIZES, st.sampled_from([0.001, 0.01, 0.05]), st.integers(0, 99))
def test_steps_of_adam(sizes: list[int], rate: float, seed: int) -> None:
    generator = np.random.RandomState(seed)
    player = Player.begun(sizes, 0.2, generator)
    model = twin(player.weights, 0.2)
    optimizer = torch.optim.Adam(model.parameters(), lr=rate, betas=BETAS)
    for _ in range(4):
        gradient = tuple(generator.normal(size=each.shape) for each in player.weights)
        for parameter, slope in zip(model.parameters(), gradient, strict=True):
            parameter.grad = torch.tensor(slope)
        optimizer.step()
        player = player.stepped(gradient, rate)
    near(player.weights, model, grad=False)


@any_loss
@pytest.mark.parametrize("data", DATA)
def test_a_round_is_what_pytorch_makes_of_it(data: str, loss: LossName) -> None:
    game = Game.begun(data, 3, 5)
    for _ in range(2):
        real, noise, game = game.drawn()
        g, d = twin(game.g.weights, 0.0), twin(game.d.weights, LEAK)
        x, z = torch.tensor(real), torch.tensor(noise)
        judged = -d(x).sigmoid().log().mean() - (1 - d(g(z).detach()).sigmoid()).log().mean()
        judged.backward()
        turn = Turn.of(game, "D", real, noise, loss)
        assert turn.loss == pytest.approx(judged.item())
        near(turn.gradient, d)
        assert all(parameter.grad is None for parameter in g.parameters())
        game = turn.stepped(game, 0.01)
        real, noise, game = game.drawn()
        d = twin(game.d.weights, LEAK)
        fake = g(torch.tensor(noise))
        fake.retain_grad()
        fooled = torch_g_loss(d(fake), loss)
        fooled.backward()
        turn = Turn.of(game, "G", real, noise, loss)
        assert turn.loss == pytest.approx(fooled.item())
        near(turn.gradient, g)
        assert turn.pulls == pytest.approx(-BATCH * fake.grad.numpy(), rel=1e-6, abs=1e-9)
        game = turn.stepped(game, 0.01)


# ── the explorer ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_ten_moves_are_a_round() -> None:
    explorer = Gan.start({})
    who = []
    for _ in range(10):
        explorer = explorer.acted("move")
        who.append((explorer.turn.who, explorer.done))
    assert who == [(player, move) for player in "DG" for move in range(1, MOVES + 1)]
    assert explorer.round == 1 and len(explorer.history) == 2
    assert explorer.acted("move").turn.who == "D"


def test_nothing_is_shown_before_it_is_known() -> None:
    explorer = Gan.start({})
    shown = [set(facts(explorer := pressed(explorer, "move"))) for _ in range(4)]
    assert shown[0] == {"alive"}
    assert shown[1] - shown[0] == {"G(z)"}
    assert shown[2] - shown[1] == {"D(G(z))", "loss of D"}
    assert shown[3] - shown[2] == {"slope by its score", "gradient of D"}


@pytest.mark.parametrize(("train", "moves"), [("only D", "d"), ("only G", "g")])
def test_only_one_learns(train: str, moves: str) -> None:
    before = Gan.start({"train": train})
    after = before.acted("ten")
    still = "g" if moves == "d" else "d"
    assert getattr(after.game, still) is getattr(before.game, still)
    assert getattr(after.game, moves).steps == 10 == after.round
    assert after.history[-1]._asdict()[f"{moves}_loss"] < before.history[-1]._asdict()[f"{moves}_loss"]


def test_a_turn_of_the_one_that_rests_is_dropped() -> None:
    explorer = pressed(Gan.start({}), "move", "move").changed("train", "only G")
    assert (explorer.turn.who, explorer.done) == ("G", 0)
    assert explorer.acted("turn").turn.who == "G"
    assert explorer.acted("turn").changed("train", "only D").turn.who == "D"


def test_only_the_player_in_turn_steps() -> None:
    before = Gan.start({})
    after_d = before.acted("turn")
    assert after_d.game.g is before.game.g and after_d.game.d is not before.game.d
    after_g = after_d.acted("turn")
    assert after_g.game.d is after_d.game.d and after_g.game.g is not after_d.game.g
    assert after_d.said().startswith("D has had its turn") and "→" in after_d.said()


def test_rings_are_where_d_is_wrong_and_arrows_are_the_pulls() -> None:
    explorer = pressed(Gan.start({"rounds": 50}), "turn", "move", "move", "move")
    marks = [item for item in explorer.scenes()[0].items if isinstance(item, Mark) and item.role == "class0"]
    assert [mark.ring for mark in marks] == (explorer.turn.fake_scores[:SHOWN, 0] >= 0).tolist()
    explorer = explorer.acted("move")
    arrows = [item for item in explorer.scenes()[0].items if isinstance(item, Arrow)]
    assert 0 < len(arrows) <= ARROWS
    drawn = np.array([np.subtract(arrow.end, arrow.start) for arrow in arrows])
    starts = np.array([arrow.start for arrow in arrows])
    for start, way in zip(starts, drawn, strict=True):
        place = np.abs(explorer.turn.fake - start).sum(axis=1).argmin()
        pull = explorer.turn.pulls[place]
        assert float(way @ pull) == pytest.approx(float(np.linalg.norm(way) * np.linalg.norm(pull)))


def test_where_d_is_sure_the_saturating_loss_hardly_pulls() -> None:
    """The case that the non-saturating loss was made for."""
    ahead = Gan.start({"train": "only G", "ahead": 100})
    assert (ahead.round, ahead.game.g.steps, ahead.game.d.steps) == (100, 0, 100)
    strong, weak = (pressed(ahead.changed("loss", loss), "move", "move", "move", "move") for loss in LOSSES)
    lengths = [float(np.linalg.norm(each.turn.pulls, axis=1).mean()) for each in (strong, weak)]
    assert lengths[0] > 20 * lengths[1]
    assert "D is sure" in weak.said()


@pytest.mark.parametrize("seed", [0, 1])
def test_two_clouds_come_alive(seed: int) -> None:
    history = Gan.start({"data": "two", "seed": seed, "rounds": 300}).history
    assert max(score.modes for score in history) >= 1
    assert max(score.quality for score in history) > 0.5


def test_replay_is_exact() -> None:
    one, two = (Gan.start({"data": "ring4", "seed": 3}).acted("ten") for _ in range(2))
    assert one.history == two.history
    assert one.changed("seed", 4).acted("ten").history != one.history
    assert Gan.start({"data": "ring4", "seed": 3, "rounds": 10}).history[-1] == one.history[-1]


def test_a_setting_that_begins_anew() -> None:
    explorer = Gan.start({"rate_d": 0.02, "loss": "saturating"}).acted("ten").changed("data", "ring8")
    assert (explorer.round, explorer.rate_d, explorer.loss) == (0, "0.02", "saturating")
    assert explorer.changed("noise", 9).game.noise == 4
    assert explorer.changed("noise", 2.4) is not explorer


@pytest.mark.parametrize(
    "given_settings",
    [{"data": "ring9"}, {"noise": 0}, {"noise": 1.5}, {"rounds": 301}, {"moves": -1}, {"rate_d": 1e9}, {"loss": "gan"},
     {"ahead": 1e9}, {"train": "D"}, {"seed": 10}, {"rates": 1}, {"curve": "all"}],
)  # fmt: skip
def test_bad_settings_are_told(given_settings: dict[str, Any]) -> None:
    with pytest.raises(SettingError, match=r"there is|lies between|whole number"):
        Gan.start(given_settings)


def test_a_curve_stands_beside_the_points() -> None:
    explorer = Gan.start({"rounds": 20, "curve": "losses"})
    _, losses = explorer.scenes()
    lines = {item.name: item.points for item in losses.items if isinstance(item, Line) and item.name}
    assert lines["D"] == tuple((float(each.round), each.d_loss) for each in explorer.history)
    _, clouds = explorer.changed("curve", "clouds").scenes()
    assert clouds.title == "what counts" and clouds.y == (0, 2)
    assert len(explorer.changed("curve", "none").scenes()) == 1


def test_controls_speak() -> None:
    explorer = Gan.start({})
    for control in explorer.controls():
        if isinstance(control, Switch):
            other = next(option for option in control.options if option != control.value)
            assert explorer.changed(control.name, other).said()
            assert explorer.changed(control.name, control.value).said() == explorer.said()
    assert explorer.acted("hint").said().startswith("D's turn")
