"""What is measured of models that tell no classes apart: numbers, restored inputs, generated rows."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Generator, Tensor

from dltui.engine.data import Data
from dltui.engine.evaluation import Evaluation, evaluation_interval
from dltui.engine.objective import Objective, divergence
from dltui.engine.session import Session
from dltui.lesson.datasets import DATASETS
from dltui.lesson.metrics import metrics
from dltui.lesson.records import Experiment
from dltui.lesson.views import code_place

MOST_ROWS = 2000
"""Rows that are restored, samples that are generated."""
CODED = 2000
"""Training rows whose codes are looked at."""
NEIGHBOUR_LOOKS = 20
"""About so many per run: the way to all neighbours is long."""
PICTURES = 500
"""Generated pictures, of which the nearest real one is looked for."""
ALIVE = 0.01
"""Of the samples, for a mode to count."""
WITHIN = 0.25
"""How near to the middle of a cloud a sample belongs to it: five standard deviations."""
REAL = 0.95
"""Of held-out pictures are as near to a training picture as a good sample must be."""
SAMPLE_SEED = 30_000


class Measures(Protocol):
    """What is measured of a session at an evaluation point."""

    def measure(self, session: Session) -> dict[str, float]: ...


class Deviation:
    """`mse` of numbers and of restored inputs, or `reconstruction` of restored pictures; `kl` and `neighbours` where
    the model has codes."""

    def __init__(self, experiment: Experiment, data: Data, device: torch.device) -> None:
        spec = DATASETS[experiment.data]
        self._names = metrics(experiment, spec)
        self._restores = experiment.target == "input"
        self._labels = data.train_y[:CODED], (data.train_y if data.test_y is None else data.test_y)[:MOST_ROWS]
        self._train = torch.from_numpy(data.train_x[:CODED]).to(device)
        self._test = torch.from_numpy((data.train_x if data.test_x is None else data.test_x)[:MOST_ROWS]).to(device)
        self._place = code_place(experiment, spec) if "neighbours" in self._names else None
        self._points = data.points

    def measure(self, session: Session) -> dict[str, float]:
        outputs, aim = session.outputs(self._test), session.objective
        taken = {self._names[1]: float(aim.error(outputs, self._wanted(aim)))}
        if "kl" in self._names:
            taken["kl"] = float(divergence(session.model))
        if self._place is not None and self._due(session):
            taken["neighbours"] = self._neighbours(session, self._place)
        return taken

    def _wanted(self, aim: Objective) -> Tensor:
        labels = self._test.cpu().numpy() if self._restores else self._labels[1]
        return aim.targets(labels).to(self._test.device)

    def _due(self, session: Session) -> bool:
        every = evaluation_interval(session.steps, session.batches.per_epoch, self._points)
        every *= -(-session.steps // every // NEIGHBOUR_LOOKS) or 1
        return session.step % every == 0 or session.step == session.steps

    def _neighbours(self, session: Session, place: int) -> float:
        session.model.eval()
        with torch.inference_mode():
            encoder = session.model[: place + 1]
            known, asked = encoder(self._train).flatten(1), encoder(self._test).flatten(1)
            nearest = torch.cdist(asked, known).argmin(1).cpu()
        session.model.train()
        train, test = (torch.from_numpy(labels) for labels in self._labels)
        return float((train[nearest] == test).float().mean())


class Generation:
    """`modes` and `quality` of what a generator makes of the same noise every time."""

    def __init__(self, experiment: Experiment, data: Data, device: torch.device) -> None:
        pictures = data.train_x.ndim == 4
        rows = PICTURES if pictures else MOST_ROWS
        noise = torch.randn(rows, experiment.noise, generator=Generator().manual_seed(SAMPLE_SEED))
        self._noise = noise.to(device)
        self._known: Tensor | None = None
        """Middles of clouds, or real pictures"""
        self._labels: Tensor | None = None
        self._near = WITHIN
        if data.centres is not None:
            self._known = torch.from_numpy(data.centres).to(device)
        elif pictures and data.test_x is not None:
            self._known = torch.from_numpy(data.train_x).flatten(1).to(device)
            self._labels = torch.from_numpy(data.train_y).to(device)
            held_out = torch.from_numpy(data.test_x[:MOST_ROWS]).flatten(1).to(device)
            self._near = float(torch.cdist(held_out, self._known).amin(1).quantile(REAL))

    def measure(self, session: Session) -> dict[str, float]:
        if self._known is None:
            return {}
        samples = session.outputs(self._noise).flatten(1)
        distances, nearest = torch.cdist(samples, self._known).min(1)
        good = distances <= self._near
        modes = nearest if self._labels is None else self._labels[nearest]
        counts = modes[good].bincount() if self._labels is None else modes.bincount()
        alive = int((counts >= ALIVE * len(samples)).sum())
        return {"modes": float(alive), "quality": float(good.float().mean())}


def measures(experiment: Experiment, data: Data, device: torch.device) -> Measures:
    """What the record of the experiment says is measured."""
    names = metrics(experiment, DATASETS[experiment.data])
    if "g_loss" in names:
        return Generation(experiment, data, device)
    return Evaluation(data, device) if "accuracy" in names else Deviation(experiment, data, device)
