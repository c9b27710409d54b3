"""What is kept of a run in case it ends badly: its newest states in memory, a checkpoint on disk."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from dltui.engine import checkpoint
from dltui.engine.checkpoint import Checkpoint
from dltui.engine.session import Session, State

CHECKPOINT_SECONDS = 10.0
CHECKPOINT_PATIENCE = 50.0
"""Times as long as the last one took pass at least before the next: 2 % of the time, however large the model."""
SHARE = 0.01
"""Of the training time that states in memory may take: a copy of a large model takes long."""
FREE = 0.05
"""Seconds that they may take on top: short runs keep every state."""


class Keeper:
    def __init__(self, folder: Path | None, mark: str, clock: Callable[[], float]) -> None:
        """folder: where checkpoints go, None: nowhere; mark: the digest of the experiment."""
        self.states: deque[State] = deque(maxlen=2)
        """The newest two: when a loss is not finite, the newest may already hold what made it so."""
        self._folder = folder
        self._mark = mark
        self._clock = clock
        self._cost = 0.0
        self._saved_at = clock()
        self._saving_every = CHECKPOINT_SECONDS

    def keep(self, session: Session, seconds: float) -> None:
        """The state of now, unless that has cost more than its share of so many seconds of training."""
        if self._cost <= FREE + SHARE * seconds:
            began = self._clock()
            self.states.append(session.state())
            self._cost += self._clock() - began

    def due(self) -> bool:
        """Whether it is time for another checkpoint."""
        return self._folder is not None and self._clock() - self._saved_at >= self._saving_every

    def save_sound(self, states: Iterable[State], seconds: float) -> str:
        """Save the first state without a value that is not finite."""
        return next((self.save(state, seconds) for state in states if state.finite()), "")

    def save(self, state: State, seconds: float, variants: Mapping[int, Checkpoint | None] | None = None) -> str:
        """The file name of the checkpoint, empty where there is none. A full disk is no reason to stop training."""
        self._saved_at = began = self._clock()
        if self._folder is None:
            return ""
        try:
            checkpoint.save(self._folder / checkpoint.FILE, Checkpoint(state, self._mark, seconds, variants or {}))
        except OSError:
            return ""
        self._saving_every = max(CHECKPOINT_SECONDS, CHECKPOINT_PATIENCE * (self._clock() - began))
        return checkpoint.FILE
