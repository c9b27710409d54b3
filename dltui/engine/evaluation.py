"""What is measured at the evaluation points of a run."""

from __future__ import annotations

import torch

from dltui.engine.data import Data
from dltui.engine.session import Session


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


def evaluation_interval(steps: int, per_epoch: int, points: bool) -> int:
    """Steps from one evaluation to the next: an epoch, or about one percent of the run for point sets and full batches.

    It divides an epoch or is a multiple of one, so that evaluations fall on the ends of epochs.
    """
    percent = max(1, steps // 100)
    if per_epoch > 1 and not points:
        return per_epoch
    if percent >= per_epoch:
        return percent // per_epoch * per_epoch
    return max(size for size in range(1, percent + 1) if per_epoch % size == 0)


def _right(session: Session, x: torch.Tensor, labels: torch.Tensor) -> int:
    return int((session.objective.classes(session.outputs(x)) == labels).sum().item())
