"""Talking in lines: what is shown, what is asked, and what to do when nobody answers."""

from __future__ import annotations

import os
import shutil
import sys
from textwrap import wrap
from typing import TextIO

from rich.console import Console
from rich.text import Text

from dltui.plain.speech import speakable
from dltui.plain.streams import takes
from dltui.plot.cells import Grid, to_rich
from dltui.plot.formula import FormulaError, ascii_line, line, spoken
from dltui.plot.palette import Theme
from dltui.plot.prose import plain, prose
from dltui.plot.transcription import ascii_text
from dltui.text import clean

NARROWEST, WIDEST = 16, 78
LONGEST_ANSWER = 4096
"""Characters; the rest counts as the next line."""
UNBROKEN = 4_000
"""Columns of what is broken into lines later."""


class _Console(Console):
    """Leaves a reader that has gone to the command line, which knows the right exit code."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


class Talk:
    """Lines out, lines in. Without a person (a pipe that has ended) every question is passed over."""

    def __init__(
        self, source: TextIO | None = None, target: TextIO | None = None, *, ascii: bool = False, spoken: bool = False
    ) -> None:
        self._source = source or sys.stdin
        self._target = target or sys.stdout
        self.ascii = ascii or not takes(self._target)
        """Draw with ASCII alone: the other end has nothing else."""
        self.spoken = spoken
        """For ears: formulas in words, words in place of pictures."""
        bare = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
        self._console = _Console(file=self._target, highlight=False, soft_wrap=True, markup=False, emoji=False,
                                 color_system=None if bare else "auto")  # fmt: skip
        self.person = self._source.isatty() and self._target.isatty()
        self._ended = False

    @property
    def width(self) -> int:
        """Columns of text: those of the terminal, or of COLUMNS, but no more than can be read well."""
        return max(NARROWEST, min(WIDEST, shutil.get_terminal_size((WIDEST + 2, 24)).columns - 2))

    @property
    def theme(self) -> Theme:
        """The colours that the other end shows; without any, pictures are drawn in strokes and shades."""
        system = self._console.color_system
        return "none" if system is None or self._console.no_color else "ansi" if system == "standard" else "dark"

    def say(self, text: str | Text = "") -> None:
        """As it is, in lines of its own."""
        if isinstance(text, str) or self.ascii or self.spoken:
            text = text if isinstance(text, str) else text.plain
            text = speakable(text) if self.spoken else ascii_text(text) if self.ascii else text
        self._console.print(text)

    def tell(self, text: str, indent: str = "", *, first: str | None = None) -> None:
        """Wrapped, each line after `indent`, the first one after `first`."""
        text = speakable(text) if self.spoken else ascii_text(text) if self.ascii else text
        for paragraph in text.splitlines() or [""]:
            head = indent if first is None else first
            rows = wrap(paragraph, self.width, initial_indent=head, subsequent_indent=indent, break_long_words=False,
                        break_on_hyphens=False)  # fmt: skip
            self.say("\n".join(rows))
            first = None

    def read(self, text: str) -> None:
        """A text of a lesson, wrapped, with its formulas; nothing for none."""
        if text.strip():
            self._prose(text, "", "")

    def item(self, mark: str, text: str) -> None:
        """A text of a lesson beside a mark, such as the letter of an option."""
        self._prose(text, mark, " " * len(mark))

    def words(self, text: str) -> str:
        """A text of a lesson on one line."""
        return " ".join(plain(text, UNBROKEN, ascii=self.ascii, spoken=self.spoken).split())

    def formula(self, tex: str) -> str:
        """On one line; as it was written where it cannot be read."""
        try:
            return (spoken if self.spoken else ascii_line if self.ascii else line)(tex)
        except FormulaError:
            return tex

    def show(self, grid: Grid) -> None:
        """A picture, without the blanks at the ends of its lines; for ears there is none."""
        if self.spoken:
            return
        rows = list(to_rich(grid).split("\n", allow_blank=True))
        for row in rows if self.theme == "none" else ():  # elsewhere a blank may have a colour
            row.rstrip()
        self._console.print(Text("\n").join(rows))

    def rule(self, title: str) -> None:
        """A heading."""
        if self.spoken:
            self.say(title)
            return
        line = "-" if self.ascii else "─"
        title = ascii_text(title) if self.ascii else title
        self._console.print(Text(f"{2 * line} {title} ".ljust(self.width, line), "bold"))

    def ask(self, prompt: str) -> str | None:
        """One line without its end, cleaned; None when no more lines will come. Raises KeyboardInterrupt at ctrl+c."""
        if self._ended:
            return None
        prompt = f"{speakable(prompt)} " if self.spoken else ascii_text(prompt) if self.ascii else prompt
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

    def _prose(self, text: str, first: str, indent: str) -> None:
        if self.spoken:  # words are longer than signs: lines are broken when they are there
            for number, row in enumerate(plain(text, UNBROKEN, spoken=True).splitlines() or [""]):
                hang = " " * (len(row) - len(row.lstrip()))
                if row.strip(" \N{BOX DRAWINGS LIGHT HORIZONTAL}") or not row:
                    self.tell(speakable(row).strip(), indent + hang, first=indent + hang if number else first)
            return
        drawn = prose(text, self.width - len(indent), theme=self.theme, ascii=self.ascii)
        for number, part in enumerate(drawn.split("\n", allow_blank=True)):
            self._console.print(Text.assemble(indent if number else first, part) if part.plain or not number else "")

    def _line(self) -> str:
        try:
            return clean(self._source.readline(LONGEST_ANSWER))
        except OSError:  # the terminal has gone
            return ""

