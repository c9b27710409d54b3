"""What is measured at the evaluation points of a run."""

from __future__ import annotations

import torch

from dltui.engine.data import Data
from dltui.engine.session import Session
from dltui.lesson.records import Experiment

MOST_LOOKS = 8
SHARE = 4
"""Rows trained on for each that an evaluation reads, at least."""


class Evaluation:
    """`accuracy` on the held-out rows, on the training rows where none are held out; `wrong`, the number of
    misclassified training rows, for two-class point sets."""

    def __init__(self, data: Data, device: torch.device) -> None:
        self._train = torch.from_numpy(data.train_x).to(device), torch.from_numpy(data.train_y).to(device)
        self._test = self._train
        if data.test_x is not None and data.test_y is not None:
            self._test = torch.from_numpy(data.test_x).to(device), torch.from_numpy(data.test_y).to(device)
        self._counts_wrong = data.points and data.classes == 2

    def measure(self, session: Session) -> dict[str, float]:
        right = _right(session, *self._test)
        taken = {"accuracy": right / len(self._test[1])}
        if self._counts_wrong:
            right = right if self._test is self._train else _right(session, *self._train)
            taken["wrong"] = float(len(self._train[1]) - right)
        return taken


def evaluation_interval(steps: int, per_epoch: int, points: bool, looks: int = 0) -> int:
    """Steps from one evaluation to the next: an epoch, or about one percent of the run for point sets and full batches.

    It divides an epoch or is a multiple of one, so that evaluations fall on the ends of epochs; but a run of fewer
    epochs than `looks` has that many evaluations, or its curve would be a straight line from its start to its end.
    """
    percent = max(1, steps // 100)
    if per_epoch > 1 and not points:
        return per_epoch if steps // per_epoch >= looks else max(1, steps // looks)
    if percent >= per_epoch:
        return percent // per_epoch * per_epoch
    return max(size for size in range(1, percent + 1) if per_epoch % size == 0)


def looks(experiment: Experiment, data: Data, trained: int) -> int:
    """Evaluations that a run counted in steps has at least, when it trains on so many rows: several, as long as they
    take a small part of its time. Epochs are an author's own measure."""
    held_out = len(data.test_y) if data.test_y is not None else 0
    return min(MOST_LOOKS, trained // (SHARE * held_out)) if held_out and experiment.epochs is None else 0


def _right(session: Session, x: torch.Tensor, labels: torch.Tensor) -> int:
    return int((session.objective.classes(session.outputs(x)) == labels).sum().item())
