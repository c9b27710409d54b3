"""Autoencoders: the plane of codes, pictures beside what became of them, and pictures decoded all over the plane."""

from __future__ import annotations

from math import prod

import torch
from msgspec.structs import replace
from torch import Tensor

from dltui.engine.layers import Noise
from dltui.engine.session import Session
from dltui.engine.views.subject import Look, Subject, number, numbers, picture, small, traced
from dltui.journal.events import Snapshot
from dltui.journal.picture import Picture
from dltui.lesson.layers import Sample

ROWS = 300
PAIRS = 10
SIDE = 64
"""Pixels of the grid of decoded pictures along each side, about."""
QUANTILE = 0.02
"""Of the codes that may lie outside of the grid, at each end of each axis."""
PRIOR = 2.5
"""The grid reaches so many standard deviations of the normal distribution that a variational autoencoder aims at."""


def codes(subject: Subject) -> Look:
    """Where rows of each class come to lie in the plane of codes."""
    x, y = subject.held_out(ROWS)
    labels = y.double() if subject.data.classes else torch.zeros(len(x), dtype=torch.float64)

    def look(session: Session) -> Snapshot:
        _, found = _coded(session, x)
        rows = torch.cat([found.flatten(1)[:, :2].double(), labels[:, None].to(found.device)], 1)
        return Snapshot(step=session.step, view="codes", shape=list(rows.shape), values=numbers(rows, 3),
                        note=f"codes of {len(x)} rows")

    return look


def _coded(session: Session, x: Tensor) -> tuple[int, Tensor]:
    """The number of layers of the encoder, and what comes out of it."""
    steps = traced(session, x)[:-1]
    sizes = [prod(out.shape[1:]) for _, out in steps]
    place = max(place for place, size in enumerate(sizes) if size == min(sizes))
    return place + 1, steps[place][1]


def reconstructions(subject: Subject) -> Look:
    """One row of each class where there are classes, and what the model makes of it."""
    x, y = subject.held_out(ROWS)
    if subject.data.classes:
        each = [(y == label).nonzero()[:, 0] for label in range(subject.data.classes)]
        firsts = [int(rows[0]) for rows in each if len(rows)]
        x = x[firsts[:PAIRS]]
    x = x[:PAIRS]

    def look(session: Session) -> Snapshot:
        made = restored(session, session.outputs(x))
        wrong = float((made - x.reshape(made.shape)).square().mean())
        noisy = _noisy(session, x)
        pictures = tiles(x, "input") + ([] if noisy is None else tiles(noisy, "with noise"))
        pictures += tiles(made.reshape(x.shape), "output")
        return Snapshot(step=session.step, view="reconstructions", pictures=pictures,
                        note=f"mean squared error of these {len(x)}: {number(wrong, 3)}")

    return look


def _noisy(session: Session, x: Tensor) -> Tensor | None:
    """The inputs with the noise of the first layer, if that is one that always adds it."""
    first = session.model[0]
    return first(x) if isinstance(first, Noise) and first.always else None


def restored(session: Session, outputs: Tensor) -> Tensor:
    """Outputs as pixels: the binary cross entropy takes logits."""
    return outputs.sigmoid() if session.objective.kind == "binary_cross_entropy" else outputs


def tiles(pixels: Tensor, group: str) -> list[Picture]:
    """(n, channels, height, width) -> n pictures of grey from 0 to 1."""
    return [picture(each, 0.0, 1.0, group=group) for each in small(pixels)]


def latent_grid(subject: Subject) -> Look:
    """Pictures decoded from codes all over the plane."""
    x, _ = subject.held_out(ROWS)
    _, height, width = small(x[:1])[:, None].shape[1:]
    count = max(3, SIDE // max(height, width))
    variational = any(isinstance(layer, Sample) for layer in subject.experiment.model)

    def look(session: Session) -> Snapshot:
        split, found = _coded(session, x)
        ends = _ends(found.flatten(1)[:, :2], variational)
        across = torch.linspace(ends[0], ends[1], count)
        up = torch.linspace(ends[3], ends[2], count)
        places = torch.stack([across.repeat(count), up.repeat_interleave(count)], 1).to(subject.device)
        made = restored(session, decoded(session, split, places.reshape(-1, *found.shape[1:])))
        small_ones = small(made.reshape(-1, *subject.shape)).reshape(count, count, height, width)
        whole = small_ones.permute(0, 2, 1, 3).reshape(count * height, count * width)
        return Snapshot(step=session.step, view="latent_grid", shape=[4], values=[number(end, 3) for end in ends],
                        pictures=[replace(picture(whole, 0.0, 1.0), tiles=count)])

    return look


def _ends(found: Tensor, variational: bool) -> list[float]:
    """x low, x high, y low, y high."""
    if variational:
        return [-PRIOR, PRIOR, -PRIOR, PRIOR]
    known = found[found.isfinite().all(1)]
    if len(known) < 2:
        return [-1.0, 1.0, -1.0, 1.0]
    low, high = known.quantile(QUANTILE, 0).tolist(), known.quantile(1 - QUANTILE, 0).tolist()
    return [low[0], high[0] + 1e-6, low[1], high[1] + 1e-6]


def decoded(session: Session, split: int, rows: Tensor) -> Tensor:
    """What the layers from `split` on make of the codes, in evaluation mode."""
    session.model.eval()
    try:
        with torch.inference_mode():
            for layer in list(session.model)[split:]:
                rows = layer(rows)
    finally:
        session.model.train()
    return rows
