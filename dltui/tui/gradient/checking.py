"""Orders to the engine about one gradient check, and what its journal says back."""

from __future__ import annotations

import random
import time

import msgspec
from msgspec.structs import replace

from dltui.journal import folder
from dltui.journal.events import Checked, Failed, Probed
from dltui.journal.tail import Tail
from dltui.journal.work import AnyWork, Check, Probe
from dltui.lesson.records import GradientCheck
from dltui.text import clean
from dltui.tui.lab import Lab

HONEST = "none"


class Checking:
    """Every check is a run folder of its own; curves of single elements go into the same journal."""

    def __init__(self, lab: Lab, lesson: str, check: GradientCheck) -> None:
        self._lab = lab
        self._lesson = lesson
        self._original = check
        self.check = check
        self.mode = "full"
        self.checked: Checked | None = None
        self.probed: dict[tuple[str, int], Probed] = {}
        self.trouble = ""
        self._asked: set[tuple[str, int]] = set()
        self._run = ""
        self._tail: Tail | None = None
        self._engine = lab.engine
        self._phase = ""

    @property
    def warming(self) -> bool:
        return self._engine.poll().phase == "warming"

    @property
    def waiting(self) -> bool:
        """Is an answer on its way?"""
        return not self.trouble and (self.checked is None or len(self._asked) > len(self.probed))

    def start(self) -> None:
        """Check with the settings of the moment."""
        self._run = folder.new_run_id(self._lesson, self._original.id, time.time(), random.Random())
        self._tail = Tail(folder.path(self._lab.state.folder, self._run) / folder.JOURNAL)
        self.checked, self.probed, self._asked = None, {}, set()
        self._send(Check(run=self._run, folder=self._folder(), check=self._plain(), mode=self.mode))

    def plant(self, bug: str, layer: int) -> None:
        self.check = replace(self.check, bug=bug, layer=layer)
        self.start()

    def honest(self) -> None:
        """As the lesson has it."""
        self.check = self._original
        self.start()

    def probe(self, tensor: str, place: int) -> None:
        """Ask for the differences of one element at many steps, once."""
        if (tensor, place) not in self._asked:
            self._asked.add((tensor, place))
            self._send(Probe(run=self._run, folder=self._folder(), check=self._plain(), tensor=tensor, place=place))

    def _plain(self) -> dict[str, object]:
        plain: dict[str, object] = msgspec.to_builtins(replace(self.check, rounds=[], text=""))
        return plain

    def _folder(self) -> str:
        return str(folder.path(self._lab.state.folder, self._run))

    def _send(self, order: AnyWork) -> None:
        self.trouble = ""
        try:
            if isinstance(order, Check):
                self._engine = self._lab.checker
            self._engine.send(order)
        except OSError as error:
            self.trouble = clean(f"The engine cannot start: {error.strerror or error}.")

    def poll(self) -> bool:
        """Read on in the journal. True when there is something new."""
        news = False
        for event in self._tail.read() if self._tail is not None else []:
            news = True
            if isinstance(event, Checked):
                self.checked = event
            elif isinstance(event, Probed):
                self.probed[event.tensor, event.place] = event
            elif isinstance(event, Failed):
                self.trouble = event.message
        state = self._engine.poll()
        phase, self._phase = self._phase, state.phase
        if not news and self.waiting and state.phase == "dead":
            self.trouble = f"{state.said[:1].upper()}{state.said[1:]}. Press t to check again."
            return True
        return news or phase != state.phase
