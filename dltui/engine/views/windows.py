"""All views of a run, opened once, and the time that looking may take."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch

from dltui.engine.data import Data
from dltui.engine.session import Session
from dltui.engine.views import codes, judged, plane, recurrent, samples, weights
from dltui.engine.views.subject import Look, Subject
from dltui.journal.events import Snapshot
from dltui.lesson.datasets import DATASETS
from dltui.lesson.records import Experiment
from dltui.lesson.views import PICTURES, unseen

SHARE = 0.035
"""Of the training time that looking may take: with the look that is longer than the one before, 5 % at most."""
FREE = 0.25
"""Seconds of looking that a run gets on top: short runs are looked at afterwards, and nobody waits for so little."""
LEAST = 0.1
"""Seconds from one look to the next, but for those that the free seconds are for."""

LOOKS: Mapping[str, Callable[[Subject], Look]] = {
    "regions": plane.regions, "fit": plane.fit, "parameters": weights.parameters, "gradients": weights.gradients,
    "filters": weights.filters, "features": judged.features, "mistakes": judged.mistakes,
    "confusion": judged.confusion, "codes": codes.codes, "reconstructions": codes.reconstructions,
    "latent_grid": codes.latent_grid, "gates": recurrent.gates, "recall": recurrent.recall,
    "samples": samples.samples,
}  # fmt: skip


@dataclass(frozen=True)
class Windows:
    """The views of a run that can be drawn for its model and data; the others are left out."""

    domain: tuple[float, ...]
    looks: Sequence[Look]

    def snapshots(self, session: Session) -> list[Snapshot]:
        """One for each view, at the step where the session stands."""
        return [look(session) for look in self.looks]


def windows(experiment: Experiment, data: Data, device: torch.device) -> Windows:
    """Open the views that the experiment shows over the domain of the data."""
    subject = Subject(experiment, data, device, plane.domain(data))
    spec = DATASETS[experiment.data]
    shown = [view for view in experiment.show if view in PICTURES and not unseen(view, experiment, spec)]
    return Windows(subject.domain, [LOOKS[view](subject) for view in shown])


class Budget:
    """Whether to look now, by what looking has cost so far."""

    def __init__(self) -> None:
        self._spent = 0.0
        self._last = 0.0
        self._at = float("-inf")

    def allows(self, now: float, seconds: float, sure: bool) -> bool:
        """`seconds` of training are done. sure: one of the few looks that also a short run gets, while they are free.

        A look is taken for as long as the one before.
        """
        if sure:
            return self._spent + self._last <= FREE + SHARE * seconds
        return now - self._at >= LEAST and self._spent + self._last <= SHARE * seconds

    def spend(self, now: float, seconds: float) -> None:
        """A look that ended `now` took so many seconds."""
        self._spent += seconds
        self._last = seconds
        self._at = now
