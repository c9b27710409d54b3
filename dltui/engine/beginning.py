"""A session at step 0: the model at its seed, the rows on its device, the optimiser at rest."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch

from dltui.engine import model, optimizer
from dltui.engine.adversarial import Adversarial, Game
from dltui.engine.batches import Batches
from dltui.engine.data import Data
from dltui.engine.duel import written_out
from dltui.engine.flat import flatten
from dltui.engine.layers import draws
from dltui.engine.noise import Noise
from dltui.engine.objective import objective_of
from dltui.engine.schedule import schedule
from dltui.engine.session import Session
from dltui.lesson.datasets import DataSpec
from dltui.lesson.layout import ADVERSARIAL
from dltui.lesson.records import Experiment

NOISE_SEED = 1 << 32
"""Added to the seed for the noise of dropout and its like, which shall not repeat the numbers of the initial
weights."""


def begin(experiment: Experiment, spec: DataSpec, rows: Data, device: torch.device) -> Session:
    """For an experiment whose model, loss and data were found to fit. Raises TooLarge."""
    net = model.build(experiment, spec, experiment.seed, device)
    flat = flatten(net)
    aim = objective_of(experiment, net, spec)
    x = torch.from_numpy(rows.train_x).to(device)
    y = aim.targets(rows.train_x if aim.restores else rows.train_y).to(device)
    batches = Batches(x, y, experiment.batch, experiment.seed)
    steps = experiment.steps or (experiment.epochs or 1) * batches.per_epoch
    noise = Noise(experiment.seed + NOISE_SEED, device, draws(net) or experiment.loss in ADVERSARIAL)
    kind: Callable[..., Session] = Session
    if experiment.loss in ADVERSARIAL:
        game = _game(experiment, spec, steps, device)
        duel = written_out((net, flat), (game.model, game.flat), game.label, game.saturating)
        kind = partial(Adversarial, game=game, duel=duel)
    return kind(
        model=net, flat=flat, objective=aim, batches=batches, update=optimizer.make(experiment.optimizer, flat),
        steps=steps, rates=schedule(experiment.optimizer, steps), noise=noise,
    )  # fmt: skip


def _game(experiment: Experiment, spec: DataSpec, steps: int, device: torch.device) -> Game:
    net = model.build_adversary(experiment, spec, experiment.seed, device)
    flat = flatten(net)
    rule = experiment.adversary_optimizer or experiment.optimizer
    return Game(
        model=net, flat=flat, update=optimizer.make(rule, flat), rates=schedule(rule, steps), noise=experiment.noise,
        shape=spec.shape, d_steps=experiment.d_steps, g_steps=experiment.g_steps, label=1 - experiment.label_smoothing,
        saturating=experiment.loss == "gan_saturating",
    )  # fmt: skip
