"""What a generator makes of noise: points in a plane over the judgement of its adversary, or pictures."""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from dltui.engine.adversarial import Adversarial
from dltui.engine.layers import Sample
from dltui.engine.session import Session
from dltui.engine.views.codes import decoded, restored, tiles
from dltui.engine.views.plane import GRID, cells
from dltui.engine.views.subject import Look, Subject, numbers, picture, traced
from dltui.journal.events import Snapshot

SEED = 10_000
"""Of the noise, which stays the same: one sees each point wander."""
POINTS = 256
TILES = 24


def samples(subject: Subject) -> Look:
    return _points(subject) if subject.shape == (2,) else _pictures(subject)


def _noise(rows: int, size: int, device: torch.device) -> Tensor:
    return torch.randn(rows, size, generator=Generator().manual_seed(SEED)).to(device)


def _points(subject: Subject) -> Look:
    plane = cells(subject.domain, subject.device)
    noise = _noise(POINTS, subject.experiment.noise, subject.device)

    def look(session: Session) -> Snapshot:
        assert isinstance(session, Adversarial)
        real = session.scores(plane).sigmoid().reshape(GRID, GRID)
        made = session.outputs(noise).flatten(1)
        return Snapshot(step=session.step, view="samples", shape=list(made.shape), values=numbers(made, 3),
                        pictures=[picture(real, 0.0, 1.0, ramp="classes")], note=f"{POINTS} generated points")

    return look


def _pictures(subject: Subject) -> Look:
    def look(session: Session) -> Snapshot:
        if isinstance(session, Adversarial):
            made = session.outputs(_noise(TILES, session.game.noise, session.device))
            shown = f"{TILES} pictures out of noise"
            scores = session.scores(made.view(-1, *subject.shape)).sigmoid().mean()
            shown += f"; D takes them for real with {float(scores):.2f}"
        else:
            steps = traced(session, subject.training(1)[0])
            place, codes = max((place, out) for place, (layer, out) in enumerate(steps) if isinstance(layer, Sample))
            made = restored(session, decoded(session, place + 1, _noise(TILES, codes.shape[1], session.device)))
            shown = f"{TILES} pictures decoded from normally distributed codes"
        return Snapshot(step=session.step, view="samples", note=shown,
                        pictures=tiles(made.detach().reshape(-1, *subject.shape), ""))

    return look
