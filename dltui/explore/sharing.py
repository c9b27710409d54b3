"""Explorers in share strings: what was set and done since the step began, and how to get there again."""

from __future__ import annotations

from collections.abc import Sequence

from dltui.explore.explorer import Explorer, SettingError, Slider
from dltui.explore.registry import start
from dltui.lesson.problem import listed, nearest, quoted
from dltui.lesson.records import Explorer as ExplorerStep
from dltui.lesson.share import Move, ShareError


def moved(step: ExplorerStep, moves: Sequence[Move]) -> Explorer:
    """The explorer of the step after these moves. Raises ShareError."""
    state = start(step.explorer, step.settings)
    for move in moves:
        try:
            state = _acted(state, move) if move.times else _set(step, state, move)
        except SettingError as error:
            raise ShareError(str(error)) from None
    return state


def figure(value: float | str) -> str:
    """The value of a control as a share string has it: read again, it is exactly the same."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _set(step: ExplorerStep, state: Explorer, move: Move) -> Explorer:
    known = {each.name: each for each in state.controls() if not step.controls or each.name in step.controls}
    if move.name not in known:
        raise ShareError(_unknown("control", move.name, list(known)))
    if not isinstance(known[move.name], Slider):
        return state.changed(move.name, move.value)
    try:
        return state.changed(move.name, float(move.value))
    except ValueError as error:
        if isinstance(error, SettingError):
            raise
        raise ShareError(f"{move.name}: expected a number, got {quoted(move.value)}") from None


def _acted(state: Explorer, move: Move) -> Explorer:
    names = [each.name for each in state.actions()]
    if move.name not in names:
        controls = [each.name for each in state.controls()]
        if move.name in controls:
            raise ShareError(f"{move.name} is a control: expected {move.name}=VALUE")
        raise ShareError(_unknown("action", move.name, names))
    for _ in range(move.times):
        state = state.acted(move.name)
    return state


def _unknown(what: str, name: str, known: list[str]) -> str:
    near = nearest(name, known)
    there = f"there are {listed(known, 'and')}" if known else f"there is no {what} here"
    return f"there is no {what} {quoted(name)} — " + (f"did you mean {near}?" if near else there)
