"""Who steers a run that is being trained: this window, or another one while this one watches."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from dltui.journal import orders, owner
from dltui.journal.work import AnyOrder
from dltui.tui.engine import Engine

ELSEWHERE = ("Another window steers this run. Here you can watch it and walk through it in time; `t` trains one of"
             " your own.")
DEAF = "This run takes no orders from here: what trains it is on another machine, or older. `t` trains one of your own."


class Helm:
    """The engine of this window takes orders directly; the run of any other is steered through its folder, by one
    window at a time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(self, run: Path) -> bool:
        """Whether this window steers the run from now on."""
        try:
            return owner.held(run, "helm") or owner.claim(run, "helm") or self._engine.owns(run.name)
        except OSError:  # a full disk: nobody else can say that it is theirs
            return True

    def leave(self, run: Path) -> None:
        """Let another window have it."""
        if not self._engine.owns(run.name):
            with suppress(OSError):
                owner.release(run, "helm")

    def tell(self, run: Path, order: AnyOrder) -> str:
        """Why the order to a run of another engine cannot be given, in a sentence; empty if it was given."""
        if not self.take(run):
            return ELSEWHERE
        return "" if orders.send(run, order) else DEAF
