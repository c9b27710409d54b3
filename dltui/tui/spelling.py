"""Keys as they are shown. Texts are written with the lab's own keys; where the learner has chosen others, those stand
in their place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode

from dltui.tui.keys import ROOMS

SHOWN: Mapping[str, str] = MappingProxyType({"enter": "↵"})
"""Where the lab shows a key otherwise than Textual does."""
SPAN = re.compile(r"`([^`\n]+)`")


def pressed(app: App[Any], name: str) -> str:
    """The key of an action, such as `experiment.train`."""
    return _shown(app, _now(app, name)[0])


def respelt(app: App[Any], nodes: Iterable[DOMNode | None], text: str) -> str:
    """Keys with blanks between them, as they are now; the first node that has a key says whose it is."""
    if not app._keymap:
        return text
    spellings = _spellings(app, nodes)
    return " ".join(spellings.get(word, word) for word in text.split(" "))


def respelt_prose(app: App[Any], nodes: Iterable[DOMNode | None], text: str) -> str:
    """The same for the keys in a text in Markdown, which are set as code."""
    if not app._keymap:
        return text
    spellings = _spellings(app, nodes)
    return SPAN.sub(lambda span: f"`{spellings.get(span[1], span[1])}`", text)


def respelt_words(app: App[Any], nodes: Iterable[DOMNode | None], text: str) -> str:
    """The same for a sentence that is shown as it is: keys lose their marks."""
    spellings = _spellings(app, nodes)
    return SPAN.sub(lambda span: spellings.get(span[1], span[0]), text)


def _spellings(app: App[Any], nodes: Iterable[DOMNode | None]) -> dict[str, str]:
    """Every way to write a key -> the key that is to be pressed instead, which mostly is the same."""
    found: dict[str, str] = {}
    for node in nodes:
        names = dict.fromkeys(binding.id for _, binding in node._bindings if binding.id) if node is not None else ()
        for name in names:
            now, chosen = _now(app, name), name in app._keymap
            for place, key in enumerate(_own(name)):
                instead = _shown(app, now[min(place, len(now) - 1)])
                for spelling in (key, key.capitalize(), _shown(app, key)):
                    found.setdefault(spelling, instead if chosen else spelling)
    return found


def _own(name: str) -> list[str]:
    room, _, action = name.partition(".")
    return [binding.key for binding in Binding.make_bindings([Binding(ROOMS[room][action].keys, "")])]


def _now(app: App[Any], name: str) -> list[str]:
    return app._keymap[name].split(",") if name in app._keymap else _own(name)


def _shown(app: App[Any], key: str) -> str:
    return SHOWN.get(key) or app.get_key_display(Binding(key, ""))
