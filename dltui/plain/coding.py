"""Exercises and challenges in lines: a file to write in one's own editor, and what it is worth."""

from __future__ import annotations

import io
import re
from argparse import Namespace
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress

from dltui.grading import arena, desk
from dltui.lesson.outline import wanted
from dltui.lesson.records import Challenge, Exercise
from dltui.lesson.tasks import NoTask, Workpiece, workpiece
from dltui.plain.activity import Activity, Place, Usage
from dltui.plain.talk import Talk

COMMANDS: tuple[Usage, ...] = (
    ("start", "write the file to begin with; start again: once more from the beginning"),
    ("check", "have it judged"),
    ("hint", "a hint"),
    ("solution", "to compare, once yours is right"),
)


HINTS = re.compile(r": --hints \d+")
"""What the command says, where a word is enough."""


class Coding(Activity):
    """Done when it is right."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self._attend: Callable[..., int] = arena.attend if isinstance(place.step, Challenge) else desk.attend
        self._hints = 0

    @property
    def prompt(self) -> str:
        return "exercise > "

    @property
    def commands(self) -> Sequence[Usage]:
        return COMMANDS

    def begin(self) -> None:
        step, talk = self.place.step, self.talk
        talk.say()
        if isinstance(step, Challenge):
            for number, goal in enumerate(step.stars, 1):
                talk.tell(f"{number} star{'s' if number > 1 else ''}: {goal}")
        else:
            self._asked()
        talk.tell("start writes the file, check judges it, hint and solution help; enter goes on. The same from a "
                  f"shell: dltui {'challenge' if isinstance(step, Challenge) else 'exercise'} start "
                  f"{self.place.lesson.id}/{step.id}")  # fmt: skip

    def _asked(self) -> None:
        """The functions to write; what is wrong with the exercise is said by whoever begins it."""
        with suppress(NoTask):
            for one in wanted(self._piece()):
                self.talk.say(one.call)
                for words in one.words:
                    self.talk.tell(words, "  ")
                self.talk.tell(one.judged, "  ")
                self.talk.say()

    def take(self, given: str) -> bool:
        match given.split():
            case ["start"]:
                self._do("start")
            case ["start", "again"]:
                self._do("start", force=True)
            case ["check"]:
                self.done = self._do("check") == 0 or self.done
            case ["hint" | "h"]:
                self._hint()
            case ["solution"]:
                self._do("solution")
            case _:
                return False
        return True

    def _hint(self) -> None:
        step = self.place.step
        try:
            hints = step.hints if isinstance(step, Challenge) else self._piece().task.hints
        except NoTask as error:
            self.talk.tell(str(error))
            return
        if self._hints < len(hints):
            self._hints += 1
            self.talk.item(f"hint {self._hints} of {len(hints)}: ", hints[self._hints - 1])
        else:
            self.talk.say("There are no more hints." if hints else "There are no hints.")

    def _piece(self) -> Workpiece:
        """Raises NoTask."""
        step = self.place.step
        assert isinstance(step, Exercise)
        return workpiece(self.place.entry.path.parent, step.exercise)

    def _do(self, action: str, *, force: bool = False) -> int | None:
        """The exit code that the command would have had; None: it could not be done."""
        options = Namespace(action=action, force=force, hints=self._hints, json=False)
        lines = _Lines(self.talk)
        try:
            with redirect_stdout(lines), redirect_stderr(lines):
                return self._attend(self.place.entry, self.place.index, None, options)
        except desk.Unready as error:
            self.talk.tell(f"{error}".replace("--force starts again", "start again begins anew") + ".")
        except OSError as error:
            self.talk.tell(f"{error.filename or 'the file'}: {error.strerror}.")
        finally:
            lines.end()
        return None


class _Lines(io.TextIOBase):
    """Says whole lines of what is printed."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._rest = ""

    def write(self, text: str) -> int:
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            here = HINTS.sub(": hint", line)
            start = " " * (len(here) - len(here.lstrip()))
            if len(here) > self._talk.width:
                self._talk.tell(here.strip(), f"{start}  ", first=start)
            else:
                self._talk.say(here)
        return len(text)

    def end(self) -> None:
        if self._rest:
            self.write("\n")
