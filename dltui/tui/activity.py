"""What stands on the right of a lesson: an explorer, an experiment, a quiz."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.binding import Binding
from textual.message import Message
from textual.widget import Widget

from dltui.journal.run import Run
from dltui.lesson.records import AnyStep, Experiment, Lesson
from dltui.lesson.share import Move
from dltui.tui.bars import Key
from dltui.tui.lab import Lab
from dltui.tui.spelling import respelt_words


class Activity(Widget):
    """Base of the panes. A pane owns its keys and its state and tells the screen by message."""

    DEFAULT_CSS = "Activity { height: 1fr; width: 1fr; }"
    HELP_TEXT = ""
    """What to do here, in Markdown, for the help screen."""

    class Changed(Message):
        """The keys or the status line are different now."""

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, Activity.Changed)

    class Passed(Message):
        """The step counts as done. It is named: the screen may have gone on before it hears of it."""

        def __init__(self, step_id: str) -> None:
            super().__init__()
            self.step_id = step_id

    class Next(Message):
        """The learner asks for the next step."""

    def __init__(self, lab: Lab, lesson: Lesson, step: AnyStep) -> None:
        super().__init__()
        self.lab = lab
        self.lesson = lesson
        self._step_id = step.id

    def begin(self) -> None:
        """Take the focus."""
        self.focus()

    def leave(self) -> None:
        """The step is being left: stop timers, pause what is running."""

    def moves(self) -> tuple[Move, ...]:
        """What a share string has to say for the pane to stand as it does."""
        return ()

    def run_shown(self) -> tuple[Run, Experiment] | None:
        """The run in focus, and the lesson's own experiment."""
        return None

    def passed(self) -> None:
        """Have the step count as done."""
        self.post_message(self.Passed(self._step_id))

    def escape(self) -> bool:
        """Close whatever is open inside the pane. False: there was nothing, so the screen may be left."""
        return False

    def respelt(self, text: str) -> str:
        """A sentence in which keys are set as code, with the keys that were chosen."""
        return respelt_words(self.app, (self, self.screen, self.app), text)

    def bindings(self) -> list[Binding]:
        """The pane's own bindings, those of its base classes included, with the keys that were chosen."""
        found = self._bindings.copy()
        found.apply_keymap(self.app._keymap)
        return [binding for _, binding in found]

    def typed(self, character: str) -> bool:
        """A character typed while the text has the focus. True: it meant something here."""
        return False

    def keys(self) -> Sequence[Key]:
        """The three most useful keys now."""
        return ()

    def status(self) -> Text:
        return Text()
