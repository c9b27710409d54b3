"""Keys of the learner's own: `keys.toml` in the settings folder. What is wrong in it is told with its line, and the
lab's own keys stay for that."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from textual.binding import Binding
from textual.keys import Keys

from dltui.lesson.positions import Positions
from dltui.lesson.problem import Problem, Report, nearest, problem, quoted
from dltui.lesson.toml import TomlError, decode, parse
from dltui.places import keys_file
from dltui.text import clean
from dltui.tui.keys import FIRST, ROOMS, SEARCHING, TOGETHER, every

MODIFIERS = frozenset({"ctrl", "shift", "alt", "meta", "super", "hyper"})
TAKEN = frozenset({"ctrl+q"})
"""Keys with which Textual always leaves."""
ALIASES: Mapping[str, str] = MappingProxyType({
    "esc": "escape", "return": "enter", "del": "delete", "ins": "insert", "pgup": "pageup", "pgdn": "pagedown",
    "page_up": "pageup", "page_down": "pagedown", "spacebar": "space", "bs": "backspace", "dot": "full_stop",
    "period": "full_stop", "hyphen": "minus", "question": "question_mark",
})
"""What keys are called elsewhere."""
HEAD = """\
# The keys of dltui. To change one, take the # away from its line and write another key; several stand with commas
# between them: "t,f5". A key is a character, or a name: f5, enter, escape, space, tab, backspace, delete, up, down,
# left, right, home, end, pageup, pagedown, question_mark, comma, ctrl+t, shift+left …
# Buttons of explorers, letters of answers and what lessons say about keys stay as they are.
# This file is to be: """


class Chosen(NamedTuple):
    """What a file gives."""

    keys: Mapping[str, str]
    """By the name of the action: keys as Textual names them, with commas between them."""
    problems: tuple[Problem, ...]


def template() -> str:
    """A file with all actions and their keys, ready to be changed."""
    lines = [f"{HEAD}{clean(str(keys_file()), lines=False)}"]
    for room, actions in ROOMS.items():
        lines.append(f"\n[{room}]")
        said = [(f'# {name} = "{_spelt(action.keys)}"', action.says) for name, action in actions.items()]
        wide = max(len(line) for line, _ in said)
        lines += [f"{line.ljust(wide)}  # {says}" if says else line for line, says in said]
    return "\n".join(lines) + "\n"


def read(file: Path) -> Chosen:
    """The keys of a file, as far as it is right; none where there is no file."""
    try:
        text = decode(file.read_bytes())
        document = parse(text)
    except FileNotFoundError:
        return Chosen({}, ())
    except OSError as error:
        return Chosen({}, (problem(str(file), (0, 0), f"the keys cannot be read: {error.strerror}"),))
    except TomlError as error:
        return Chosen({}, (problem(str(file), error.place, error.message),))
    report = Report(str(file), text)
    chosen = dict(_entries(document, report))
    _part(chosen, report)
    return Chosen(chosen, report.problems())


def _entries(document: Mapping[str, Any], report: Report) -> Iterator[tuple[str, str]]:
    """What is given for actions there are."""
    for room, actions in document.items():
        if room not in ROOMS:
            hint = _elsewhere(room) or nearest(room, ROOMS)
            report.add((room,), f"{quoted(room)} is no room of the lab: an action is called ROOM.NAME", hint=hint)
        elif not isinstance(actions, dict):
            report.add((room,), f"{quoted(room)} is a room: an action is called {room}.NAME")
        else:
            for name, value in actions.items():
                if name not in ROOMS[room]:
                    hint = nearest(name, ROOMS[room]) or _elsewhere(name)
                    report.add((room, name), f"{room}.{name} is no action; `dltui keys` lists them all", hint=hint)
                elif keys := _keys(f"{room}.{name}", value, report):
                    yield f"{room}.{name}", keys


def _elsewhere(name: str) -> str:
    """The action of this name in any room."""
    return next((whole for whole, _ in every() if whole.partition(".")[2] == name), "")


def _keys(name: str, value: object, report: Report) -> str:
    """The keys of an entry as Textual names them; empty where there is no right one."""
    place = tuple(name.split("."))
    texts = value.split(",") if isinstance(value, str) else value
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) and text.strip() for text in texts):
        report.add(place, f'{name}: expected keys, as "t" or "t,f5", not {quoted(str(value))}')
        return ""
    found = []
    for text in texts:
        key = named(text.strip())
        if not key:
            hint = ALIASES.get(text.strip().lower()) or nearest(text, _names())
            report.add(place, f"{name}: no key is called {quoted(text.strip())}", hint=hint)
            return ""
        if key in TAKEN:
            report.add(place, f"{name}: {key} leaves the lab, always; take another key")
            return ""
        found.append(key)
    return ",".join(found)


def named(text: str) -> str:
    """A key as Textual names it: `?` is `question_mark`, `ctrl+S` is `ctrl+s`. Empty: there is no such key."""
    *modifiers, last = text.split("+") if len(text) > 1 else [text]
    if len(last) == 1 and last.isprintable() and not last.isspace():
        last = last.lower() if modifiers else last
    elif last not in _names():
        return ""
    if len(set(modifiers)) < len(modifiers) or not MODIFIERS.issuperset(modifiers):
        return ""
    return "+".join([*modifiers, next(iter(Binding.make_bindings([Binding(last, "")]))).key])


def _names() -> frozenset[str]:
    signs = (binding.key for sign in string.punctuation if sign != "," for binding in
             Binding.make_bindings([Binding(sign, "")]))  # fmt: skip
    plain = (key.value for key in Keys if key.value.isidentifier() and not key.value.startswith("scroll"))
    return frozenset({*signs, *plain, "comma", "space"})


def _part(chosen: dict[str, str], report: Report) -> None:
    """Take away what would give one key two meanings on a screen where it had one: the later entry goes, and its action
    keeps the key it had, which may be another's by now."""
    own = {name: action.keys.split(",") for name, action in every()}
    order = _order(chosen, report.positions)
    while (clash := _clash(chosen, own, order)) is not None:
        name, other, key = clash
        del chosen[name]
        order.remove(name)
        report.add(tuple(name.split(".")), f"{name}: {quoted(_spelt(key))} is the key of {other} on the same screen")


def _order(chosen: Mapping[str, str], places: Positions) -> list[str]:
    """The last of the file first."""
    return sorted(chosen, key=lambda name: places.nearest(tuple(name.split("."))), reverse=True)


def _clash(chosen: Mapping[str, str], own: Mapping[str, list[str]], order: list[str]) -> tuple[str, str, str] | None:
    """An entry, the action it is in the way of, and the key. Where both have a key from the start, they bear it."""
    for name in order:
        room = name.partition(".")[0]
        seen = {other for rooms in TOGETHER if room in rooms for other in rooms}
        for other in own:
            if other == name or other.partition(".")[0] not in seen:
                continue
            theirs = chosen[other].split(",") if other in chosen else own[other]
            for key in chosen[name].split(","):
                borne = key in own[name] and key in own[other]
                apart = (name in SEARCHING) != (other in SEARCHING) and other not in FIRST
                if key in theirs and not borne and not apart:
                    return name, other, key
    return None


def _spelt(keys: str) -> str:
    """As one would type it: `?` for `question_mark`."""
    return ",".join(_sign(key) for key in keys.split(","))


def _sign(key: str) -> str:
    signs = {binding.key: sign for sign in string.punctuation if sign not in ',"\\' for binding in
             Binding.make_bindings([Binding(sign, "")])}  # fmt: skip
    return signs.get(key, key)
