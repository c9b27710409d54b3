"""Plain command lines, read without `argparse`, which takes longer to load than a course takes to list.

The same functions declare the options for both. Whatever is not quite plain (help, abbreviations, mistakes) is left to
`argparse`: None is returned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

FLAGS = {"store_true": True, "store_false": False}


class Declared:
    """What was declared, for reading; takes the calls that `argparse.ArgumentParser` takes."""

    def __init__(self) -> None:
        self.description = self.epilog = self.usage = ""
        self.options: dict[str, dict[str, Any]] = {}
        self.places: list[dict[str, Any]] = []

    def add_argument(self, *names: str, **how: Any) -> None:
        long = next((name for name in names if name.startswith("--")), "")
        kept = {"dest": (long or names[0]).lstrip("-").replace("-", "_"), **how}
        if not names[0].startswith("-"):
            self.places.append(kept)
        for name in names if names[0].startswith("-") else ():
            self.options[name] = kept


def read(declarations: Sequence[Callable[[Any], None]], words: Sequence[str]) -> SimpleNamespace | None:
    """The options and arguments in `words`, by their names."""
    declared = Declared()
    for declare in declarations:
        declare(declared)
    found = {one["dest"]: one.get("default", _unset(one)) for one in [*declared.options.values(), *declared.places]}
    left: list[str] = []
    rest = iter(words)
    try:
        for word in rest:
            if word.startswith("-"):
                _take(declared.options[word.partition("=")[0]], word, rest, found)
            else:
                left.append(word)
        _fill(declared.places, left, found)
    except (LookupError, ValueError, TypeError, StopIteration):
        return None
    except Exception as error:
        if type(error).__name__ != "ArgumentTypeError":  # of argparse, which is not loaded to be named here
            raise
        return None
    return SimpleNamespace(**found)


def _unset(one: dict[str, Any]) -> Any:
    return not FLAGS[one["action"]] if one.get("action") in FLAGS else [] if one.get("nargs") == "*" else None


def _take(one: dict[str, Any], word: str, rest: Any, found: dict[str, Any]) -> None:
    """An option, and what follows it. Raises LookupError where that is not plain."""
    action = one.get("action", "store")
    _, given, value = word.partition("=")
    if action in FLAGS and not given:
        found[one["dest"]] = FLAGS[action]
        return
    if action not in ("store", "append") or "nargs" in one:
        raise LookupError(word)
    if not given:
        value = next(rest)
        if value.startswith("-"):
            raise LookupError(value)
    read = _value(one, value)
    found[one["dest"]] = [*found[one["dest"]], read] if action == "append" else read


def _fill(places: list[dict[str, Any]], left: list[str], found: dict[str, Any]) -> None:
    """Arguments by their places, of which the last may take what is left. Raises LookupError where they do not fit."""
    waiting = list(left)
    for one in places:
        many = one.get("nargs")
        if many in ("+", "*"):
            if one is not places[-1] or many == "+" and not waiting:
                raise LookupError(one["dest"])
            if waiting:
                found[one["dest"]] = [_value(one, word) for word in waiting]
            return
        if waiting:
            found[one["dest"]] = _value(one, waiting.pop(0))
        elif many != "?":
            raise LookupError(one["dest"])
    if waiting:
        raise LookupError(waiting[0])


def _value(one: dict[str, Any], word: str) -> Any:
    value = one.get("type", str)(word)
    if value not in one.get("choices", [value]):
        raise LookupError(word)
    return value
