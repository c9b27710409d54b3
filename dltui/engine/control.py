"""What somebody else may tell a run in hand: pause, go on, a few single steps, stop, whether it may be left alone. Safe
from any thread."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Order:
    """What the trainer is to do next."""

    kind: Literal["go", "pause", "stop"]
    allowance: int | None = None
    """With `go`: pause after so many steps; None: no limit."""


class Control:
    """Commands go in on one side, the trainer asks on the other.

    The trainer looks at `flag` at every step: a plain attribute, because a lock would cost more than a small step.
    The lock may be taken again by the thread that holds it: a signal handler runs in the middle of anything.
    """

    def __init__(self, hold: bool = False) -> None:
        self.flag = hold
        """True when there is a command the trainer has not seen."""
        self.kept: bool | None = None
        """Whether it goes on when nobody is left to steer it; None: nobody has said."""
        self.left = False
        """Whoever started it has gone."""
        self._changed = threading.Condition(threading.RLock())
        self._paused = hold
        self._stopped = False
        self._allowance: int | None = None

    def pause(self) -> None:
        self._tell(paused=True, allowance=None)

    def go(self) -> None:
        self._tell(paused=False, allowance=None)

    def single(self, steps: int = 1) -> None:
        """So many more steps, then pause; steps that were still allowed are added."""
        with self._changed:
            self._tell(paused=False, allowance=(self._allowance or 0) + max(1, steps))

    def stop(self) -> None:
        """Finish with a checkpoint. There is no way back; also how a run makes room for the next one."""
        with self._changed:
            self._stopped = True
            self.flag = True
            self._changed.notify_all()

    @property
    def stopped(self) -> bool:
        return self._stopped

    @property
    def paused(self) -> bool:
        return self._paused

    def order(self) -> Order:
        """The order of the moment; lowers the flag."""
        with self._changed:
            self.flag = False
            if self._stopped:
                return Order("stop")
            return Order("pause") if self._paused else Order("go", self._allowance)

    def wait(self) -> Order:
        """Block until the order is not `pause`."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or not self._paused)
            return self.order()

    def spend(self, steps: int) -> None:
        """Count steps against the allowance, if there is one; pause when it is used up."""
        with self._changed:
            if self._allowance is None:
                return
            self._allowance = max(0, self._allowance - steps)
            if self._allowance == 0:
                self._tell(paused=True, allowance=None)

    def _tell(self, paused: bool, allowance: int | None) -> None:
        with self._changed:
            self._paused, self._allowance = paused, allowance
            self.flag = True
            self._changed.notify_all()
