"""An explorer in lines: one command sets a control or takes an action, the state is printed again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import isfinite, nan

from dltui.explore.explorer import Control, Explorer, SettingError, Slider
from dltui.explore.registry import start
from dltui.explore.sharing import figure, moved
from dltui.lesson.problem import nearest
from dltui.lesson.records import Explorer as ExplorerStep
from dltui.lesson.share import Move, added, command, joined
from dltui.plain.activity import Activity, Place, Usage
from dltui.plain.views import trimmed
from dltui.plot import canvas
from dltui.scene import Cell, Scene

WIDEST, HIGHEST = 72, 16
"""Cells of a picture with axes; tables and diagrams take what they need."""
ROOM = 60
"""Rows for a picture without axes, before the blank ones are left out."""
WORDS = ("undo", "reset", "state", "share")
PAIR = re.compile(r"(\w+)\s*=\s*(\S+)")
COMMANDS: tuple[Usage, ...] = (
    ("NAME=VALUE", "turn a control, or several at once: a=1 b=2"),
    ("NAME+, NAME-", "one step more or less"),
    ("undo", "take the last change back"),
    ("reset", "begin anew"),
    ("state", "everything once more, with all pictures"),
    ("share", "a line that opens this step as it stands now"),
)


class Exploring(Activity):
    """Done when anything was tried."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        assert isinstance(place.step, ExplorerStep)
        self._step = place.step
        self._state = start(place.step.explorer, place.step.settings)
        self._past: list[Explorer] = []
        self._trail: list[tuple[Move, ...]] = [()]
        """What was done up to each state of the past, and to this one."""
        if place.moves:
            self._past, self._trail = [self._state], [(), place.moves]
            self._state = moved(place.step, place.moves)

    @property
    def prompt(self) -> str:
        return "explore > "

    @property
    def commands(self) -> Sequence[Usage]:
        actions = [(action.key, action.label) for action in self._state.actions()]
        return [*actions, *((control.name, _span(control)) for control in self._controls()), *COMMANDS]

    def begin(self) -> None:
        self.talk.say()
        self._whole()
        if self.talk.person:
            self.talk.say("NAME=VALUE turns a control, a letter acts, undo takes back, enter goes on")

    def take(self, given: str) -> bool:
        if given in WORDS and not any(given == each.name for each in self._state.actions()):
            self._command(given)
            return True
        try:
            new = self._become(given)
        except SettingError as error:
            self.talk.tell(str(error))
            return True
        if new is None:
            return False
        before, self._state = self._state, new
        self._past.append(before)
        self._trail.append(self._with(given, before))
        self.done = True
        self._changed(before)
        return True

    def _command(self, given: str) -> None:
        before = self._state
        if given == "state":
            self._whole()
        elif given == "share":
            self.talk.say(command(joined(f"{self.place.lesson.id}/{self._step.id}", self._trail[-1])))
        elif not self._past:
            self.talk.say("There is nothing to take back.")
        else:
            self._state = self._past.pop() if given == "undo" else self._past[0]
            if given == "reset":
                self._past.append(before)
                self._trail.append(())
            else:
                self._trail.pop()
            self._changed(before)

    def _with(self, given: str, before: Explorer) -> tuple[Move, ...]:
        """What was done before, and what a line that was just taken did."""
        moves = self._trail[-1]
        for action in before.actions():
            if given in (action.key, action.name):
                return added(moves, Move(action.name, times=1))
        old = {control.name: control.value for control in before.controls()}
        for control in self._controls():
            if old.get(control.name) != control.value:
                moves = added(moves, Move(control.name, figure(control.value)))
        return moves

    @property
    def _apart(self) -> str:
        """Between things that stand side by side."""
        return ", " if self.talk.spoken else "   "

    def _controls(self) -> list[Control]:
        offered = self._step.controls
        return [control for control in self._state.controls() if not offered or control.name in offered]

    def _become(self, given: str) -> Explorer | None:
        """None for what is neither an action nor a control. Raises SettingError."""
        for action in self._state.actions():
            if given in (action.key, action.name):
                if not action.enabled:
                    raise SettingError(f"{action.label}: not now.")
                return self._state.acted(action.name)
        known = {control.name: control for control in self._controls()}
        words = given.removeprefix("set ").strip()
        if words[-1:] in ("+", "-") and words[:-1].strip() in known:
            return self._stepped(known[words[:-1].strip()], 1 if words[-1] == "+" else -1)
        name, sign, value = (part.strip() for part in words.partition("="))
        if not sign:
            name, _, value = (part.strip() for part in words.partition(" "))
            if name not in known or not value:
                return None
        pairs = PAIR.findall(words) if words.count("=") > 1 else [(name, value)]
        state = self._state
        for name, value in pairs:
            if name not in known:
                close = nearest(name, known)
                hint = f", did you mean {close}?" if close else f"; there are {', '.join(known) or 'none'}."
                raise SettingError(f"There is no control “{name}” here{hint}")
            state = _set(state, name, value)
        return state

    def _stepped(self, control: Control, by: int) -> Explorer:
        if isinstance(control, Slider):
            return self._state.changed(control.name, control.value + by * control.step)
        at = control.options.index(control.value) + by
        return self._state.changed(control.name, control.options[at % len(control.options)])

    def _whole(self) -> None:
        """All pictures, numbers, controls and actions."""
        for scene in self._state.scenes():
            self._picture(scene)
        self._facts({})
        self._said()
        for control in self._controls():
            now = f"{control.name} = {_value(control)}"
            self.talk.tell(f"{now}   ({control.label}: {_span(control)})", "      ", first="  ")
        for action in self._state.actions():
            if action.enabled:
                self.talk.say(f"  {action.key}{self._apart}{action.label}")

    def _changed(self, before: Explorer) -> None:
        """The main picture and the numbers; for ears only those that are others than before."""
        old = {control.name: _value(control) for control in before.controls()}
        for control in self._controls():
            if old.get(control.name) != _value(control):
                self.talk.say(f"{control.name} = {_value(control)}")
        self._picture(self._state.scenes()[0])
        self._facts({fact.label: (fact.value, fact.tex) for fact in before.facts()} if self.talk.spoken else {})
        self._said()

    def _facts(self, known: dict[str, tuple[str, str]]) -> None:
        for fact in self._state.facts():
            if known.get(fact.label) != (fact.value, fact.tex):
                formula = f"{self._apart}{self.talk.formula(fact.tex)}" if fact.tex else ""
                self.talk.tell(f"{fact.label}: {fact.value}{formula}", "  ", first="")

    def _said(self) -> None:
        if said := self._state.said():
            self.talk.tell(said)

    def _picture(self, scene: Scene) -> None:
        talk = self.talk
        if talk.spoken:
            for table in scene.tables:
                talk.tell(f"{table.title or 'numbers'}:")
                for row, cells in enumerate(table.rows):
                    name = table.names[row] if row < len(table.names) else f"row {row + 1}"
                    talk.tell(f"{name}: {', '.join(map(_cell, cells))}")
            return
        height = HIGHEST if scene.axes or scene.square else ROOM if scene.tables else HIGHEST
        talk.show(trimmed(canvas.draw(scene, min(talk.width, WIDEST), height, talk.ascii, theme=talk.theme)))


def _set(state: Explorer, name: str, value: str) -> Explorer:
    """Raises SettingError."""
    control = next(each for each in state.controls() if each.name == name)
    if not isinstance(control, Slider):
        return state.changed(name, value)
    try:
        number = float(value)
    except ValueError:
        number = nan
    if not isfinite(number):
        raise SettingError(f"{name}: expected a number from {_span(control)}, got “{value}”.")
    return state.changed(name, number)


def _cell(cell: Cell) -> str:
    """A cell of a table, for ears."""
    text = cell.text.strip()
    return ("blank" if text in ("", "·") else text) + (" marked" if cell.mark else "")


def _value(control: Control) -> str:
    return f"{control.value:g}" if isinstance(control, Slider) else control.value


def _span(control: Control) -> str:
    return f"{control.low:g} to {control.high:g}" if isinstance(control, Slider) else ", ".join(control.options)
