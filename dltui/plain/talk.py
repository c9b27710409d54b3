"""Talking in lines: what is shown, what is asked, and what to do when nobody answers."""

from __future__ import annotations

import shutil
import sys
from typing import TextIO

from rich.console import Console
from rich.text import Text

from dltui.plain.streams import takes
from dltui.plot.cells import Grid, to_rich
from dltui.plot.palette import Theme
from dltui.plot.prose import prose
from dltui.plot.transcription import ascii_text
from dltui.text import clean

NARROWEST, WIDEST = 16, 78
LONGEST_ANSWER = 4096
"""Characters; the rest counts as the next line."""


class Talk:
    """Lines out, lines in. Without a person (a pipe that has ended) every question is passed over."""

    def __init__(self, source: TextIO | None = None, target: TextIO | None = None) -> None:
        self._source = source or sys.stdin
        self._target = target or sys.stdout
        self.ascii = not takes(self._target)
        """Draw with ASCII alone: the other end has nothing else."""
        self._console = Console(file=self._target, highlight=False, soft_wrap=True, markup=False, emoji=False)
        self.person = self._source.isatty() and self._target.isatty()
        self._ended = False
        columns = shutil.get_terminal_size().columns if self._target.isatty() else WIDEST + 2
        self.width = max(NARROWEST, min(WIDEST, columns - 2))

    @property
    def theme(self) -> Theme:
        """The colours that the other end shows; without any, pictures are drawn in strokes and shades."""
        system = self._console.color_system
        return "none" if system is None or self._console.no_color else "ansi" if system == "standard" else "dark"

    def say(self, text: str | Text = "") -> None:
        self._console.print(ascii_text(text) if self.ascii and isinstance(text, str) else text)

    def read(self, text: str) -> None:
        """A text of a lesson, wrapped, with its formulas."""
        self.say(prose(text, self.width, ascii=self.ascii))

    def show(self, grid: Grid) -> None:
        drawn = to_rich(grid)
        drawn.end = "\n"
        self._console.print(drawn)

    def rule(self, title: str) -> None:
        line = "-" if self.ascii else "─"
        title = ascii_text(title) if self.ascii else title
        self.say(Text(f"{2 * line} {title} ".ljust(self.width, line), "bold"))

    def ask(self, prompt: str) -> str | None:
        """One line without its end, cleaned; None when no more lines will come. Raises KeyboardInterrupt at ctrl+c."""
        if self._ended:
            return None
        if self.person:
            self._target.write(prompt)
            self._target.flush()
        line = self._line()
        if not line:
            self._ended = True
            if self.person:
                self._target.write("\n")
            return None
        if not self.person:  # so that a transcript can be read
            self.say(f"{prompt}{line.rstrip()}")
        return line.strip()

    def _line(self) -> str:
        try:
            return clean(self._source.readline(LONGEST_ANSWER))
        except OSError:  # the terminal has gone
            return ""
