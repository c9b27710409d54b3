"""Talking in lines: what is shown, what is asked, and what to do when nobody answers."""

from __future__ import annotations

import shutil
import sys
from typing import TextIO

from rich.console import Console
from rich.text import Text

from dltui.plot.cells import Grid, to_rich

WIDEST = 78


class Talk:
    """Lines out, lines in. Without a person (a pipe that has ended) every question is passed over."""

    def __init__(self, source: TextIO | None = None, target: TextIO | None = None) -> None:
        self._source = source or sys.stdin
        self._target = target or sys.stdout
        self._console = Console(file=self._target, highlight=False, soft_wrap=True, markup=False, emoji=False)
        self.person = self._source.isatty() and self._target.isatty()
        self._ended = False
        columns = shutil.get_terminal_size().columns if self._target.isatty() else WIDEST + 2
        self.width = max(24, min(WIDEST, columns - 2))

    def say(self, text: str | Text = "") -> None:
        self._console.print(text)

    def show(self, grid: Grid) -> None:
        drawn = to_rich(grid)
        drawn.end = "\n"
        self._console.print(drawn)

    def rule(self, title: str) -> None:
        self.say(Text(f"── {title} ".ljust(self.width, "─"), "bold"))

    def ask(self, prompt: str) -> str | None:
        """One line without its end; None when no more lines will come. Raises KeyboardInterrupt at ctrl+c."""
        if self._ended:
            return None
        if self.person:
            self._target.write(prompt)
            self._target.flush()
        line = self._source.readline()
        if not line:
            self._ended = True
            if self.person:
                self._target.write("\n")
            return None
        if not self.person:  # so that a transcript can be read
            self.say(f"{prompt}{line.rstrip()}")
        return line.strip()
