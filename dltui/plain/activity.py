"""What there is to do in a step, in lines: shown first, then one line after another is taken until the step is left."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from dltui.journal.progress import ProgressWriter
from dltui.lesson.find import Entry
from dltui.lesson.records import AnyStep, Lesson
from dltui.lesson.share import Move
from dltui.plain.talk import Talk

Usage = tuple[str, str]
"""How a command is typed, and what it does."""


class Place(Struct, frozen=True):
    """A step of the course, and what everything in it needs."""

    entry: Entry
    index: int
    recorder: ProgressWriter
    talk: Talk
    device: str = "auto"
    moves: tuple[Move, ...] = ()
    """What a share string asks for here."""

    @property
    def lesson(self) -> Lesson:
        assert self.entry.lesson is not None, "a broken lesson is never opened"
        return self.entry.lesson

    @property
    def step(self) -> AnyStep:
        return self.lesson.step[self.index]


class Activity:
    """Of a page to read, and what the others share."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.talk = place.talk
        self.done = False
        """Whether the step counts as done."""

    @property
    def prompt(self) -> str:
        return "> "

    @property
    def free(self) -> bool:
        """What is typed may be any words, so that a single letter is no command."""
        return False

    @property
    def commands(self) -> Sequence[Usage]:
        """What can be typed here besides the commands of the tour."""
        return ()

    def begin(self) -> None:
        """Show what there is, below the text of the step."""
        self.done = True

    def take(self, given: str) -> bool:
        """Do what a line says, which is not empty. False: it says nothing to this step."""
        return False

    def onward(self) -> bool:
        """An empty line. True: the step is to be left."""
        return True

    def alone(self) -> None:
        """No more lines will come: do what needs none."""

