"""An explorer in lines: one command sets a control or takes an action, the state is printed again."""

from __future__ import annotations

from textwrap import fill
from typing import Literal

from dltui.explore.explorer import Explorer, SettingError, Slider
from dltui.explore.registry import start
from dltui.lesson.records import Explorer as ExplorerStep
from dltui.plain.talk import Talk
from dltui.plot import canvas
from dltui.plot.formula import ascii_line, line

HELP = "name=value turns, a key acts, undo takes back, ? tells what there is, enter goes on, q quits"


def play(step: ExplorerStep, talk: Talk) -> Literal["played", "passed", "quit"]:
    """Show the first state; whoever is there may then turn and act until an empty line. Says how it was left."""
    state = start(step.explorer, step.settings)
    past: list[Explorer] = []
    _show(state, step.controls, talk)
    while True:
        if talk.person:
            talk.say(HELP)
        given = talk.ask("explore > ")
        if not given:
            return "played" if past or talk.person else "passed"
        if given in ("q", "quit") and not any(given == action.key for action in state.actions()):
            return "quit"
        if given in ("?", "help"):
            talk.say(_known(state))
            continue
        if given in ("undo", "back"):
            if not past:
                talk.say("There is nothing to take back.")
                continue
            state = past.pop()
        else:
            try:
                new = _become(state, given)
            except SettingError as error:
                talk.say(str(error))
                continue
            past.append(state)
            state = new
        _show(state, step.controls, talk)


def _become(state: Explorer, given: str) -> Explorer:
    """Raises SettingError for what is neither an action nor a control."""
    name, sign, value = (part.strip() for part in given.partition("="))
    if sign:
        try:
            return state.changed(name, float(value))
        except ValueError as error:
            if isinstance(error, SettingError):
                raise
            return state.changed(name, value)
    for action in state.actions():
        if given in (action.key, action.name):
            return state.acted(action.name)
    raise SettingError(f"“{given}” is nothing I know here. {_known(state)}")


def _known(state: Explorer) -> str:
    actions = ", ".join(f"{action.key} ({action.label})" for action in state.actions())
    controls = ", ".join(f"{control.name}=…" for control in state.controls())
    return f"Actions: {actions or 'none'}. Controls: {controls or 'none'}."


def _show(state: Explorer, offered: list[str], talk: Talk) -> None:
    talk.show(canvas.draw(list(state.scenes())[0], min(talk.width, 72), 18, talk.ascii))
    set_line = ascii_line if talk.ascii else line
    for fact in state.facts():
        formula = f"   {set_line(fact.tex)}" if fact.tex else ""
        talk.say(f"{fact.label}: {fact.value}{formula}")
    for paragraph in state.said().splitlines():
        talk.say(fill(paragraph, talk.width))
    for control in state.controls():
        if not offered or control.name in offered:
            span = f"{control.low:g} to {control.high:g}" if isinstance(control, Slider) else ", ".join(control.options)
            value = f"{control.value:g}" if isinstance(control, Slider) else control.value
            talk.say(f"  {control.name} = {value}   ({control.label}: {span})")
    for action in state.actions():
        talk.say(f"  {action.key}   {action.label}")
