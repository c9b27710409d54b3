"""A terminal at the end of a slow line: sshd and TCP take everything at once and deliver it when they can."""

from __future__ import annotations

import re
import time
from pathlib import Path

from pseudo import Terminal

WHOLE = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[P_^X][^\x1b]*\x1b\\|[^\[\]P_^X])")
"""An escape sequence with its end."""


class SlowTerminal(Terminal):
    """Answers come when the question has come through the line, keys go at once. `silent`: it answers nothing."""

    def __init__(self, argv: list[str], *, rate: float, size: tuple[int, int] = (80, 24),
                 env: dict[str, str] | None = None, cwd: Path | None = None, silent: bool = False) -> None:
        super().__init__(argv, size=size, env=env, cwd=cwd)
        self.rate = rate
        """Bytes a second."""
        self.most = 0
        """The most bytes that were on their way at one time since this was last set to 0."""
        self._silent = silent
        self._line = b""
        self._time = time.monotonic()

    @property
    def queued(self) -> int:
        return len(self._line)

    def pump(self, seconds: float = 0.02) -> int:
        got = super().pump(min(seconds, 0.02))
        self.most = max(self.most, len(self._line))
        now = time.monotonic()
        allowed = int((now - self._time) * self.rate)
        if not self._line:
            self._time = now
        elif allowed:
            self._time += allowed / self.rate
            self._deliver(min(allowed, len(self._line)))
        return got + len(self._line)

    def _deliver(self, count: int) -> None:
        last = self._line.rfind(b"\x1b", 0, count)
        if last >= 0 and not WHOLE.match(self._line[last:count]):
            count = last
        data, self._line = self._line[:count], self._line[count:]
        super().arrive(data)

    def arrive(self, data: bytes) -> None:
        self._line += data

    def _answer(self, text: str) -> None:
        if not self._silent:
            super()._answer(text)
