"""Values from lesson files and keyboards, checked: what was given, what was expected, the nearest name."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeVar

from dltui.explore.explorer import Action, Control, SettingError, Slider

T = TypeVar("T")


def unknown(kind: str, given: object, known: Iterable[str]) -> SettingError:
    """The error for a name or value that does not exist, with the nearest one that does."""
    names = list(known)
    near = get_close_matches(str(given), names, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return SettingError(f"no {kind} {_shown(given)}; there is {', '.join(names) or 'none'}{hint}")


def known(settings: Mapping[str, Any], names: Iterable[str]) -> None:
    """Raises SettingError at the first setting that is none of the names."""
    names = list(names)
    for name in settings:
        if name not in names:
            raise unknown("setting", name, names)


def number(name: str, given: object, low: float = -math.inf, high: float = math.inf) -> float:
    """A finite number within the range. Raises SettingError."""
    # numpy's own scalars are accepted where they are floats or ints by inheritance; bool is an int and means a slip.
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        raise SettingError(f"{name} is a number, not {_shown(given)}")
    if not low <= given <= high:
        raise SettingError(f"{name} lies between {low:g} and {high:g}, not at {given:g}")
    return float(given)


def whole(name: str, given: object, low: int, high: int) -> int:
    """A whole number within the range. Raises SettingError."""
    value = number(name, given, low, high)
    if value != int(value):
        raise SettingError(f"{name} is a whole number, not {_shown(given)}")
    return int(value)


def choice(name: str, given: object, options: Sequence[str]) -> str:
    """One of the options; a number stands for its shortest text, true and false for on and off. Raises SettingError."""
    if isinstance(given, bool):
        given = "on" if given else "off"
    elif isinstance(given, int | float):
        given = f"{given:g}"
    if given not in options:
        raise unknown(name, given, options)
    return str(given)


def several(name: str, given: object, read: Callable[[str, object], T], at_most: int = 200) -> tuple[T, ...]:
    """Each element of a list, read by `read(name, element)`. Raises SettingError."""
    if not isinstance(given, list | tuple) or len(given) > at_most:
        raise SettingError(f"{name} is a list of at most {at_most} elements, not {_shown(given)}")
    return tuple(read(f"{name}[{place}]", element) for place, element in enumerate(given))


def turned(controls: Sequence[Control], name: str, given: object) -> float | str:
    """The value that one of the controls takes. Raises SettingError."""
    found = {control.name: control for control in controls}
    if name not in found:
        raise unknown("control", name, found)
    control = found[name]
    return slid(control, given) if isinstance(control, Slider) else choice(name, given, control.options)


def unmoved(controls: Sequence[Control], name: str, value: float | str) -> str | None:
    """Why one of the controls stays where it is, a sentence if it is at its end; None where it takes a new value."""
    control = next(each for each in controls if each.name == name)
    if value != control.value:
        return None
    if isinstance(control, Slider) and value in (control.low, control.high):
        return f"{control.label} = {control.value:g} is as far as it goes."
    return ""


def action(actions: Sequence[Action], name: str) -> Action:
    """One of the actions by name. Raises SettingError."""
    found = {each.name: each for each in actions}
    if name not in found:
        raise unknown("action", name, found)
    return found[name]


def slid(slider: Slider, given: object) -> float:
    """The value a slider takes: clipped to its range, without the dust of adding decimal steps. Raises SettingError."""
    value = round(number(slider.label, given), 10)
    return min(max(value, slider.low), slider.high)


def _shown(given: object) -> str:
    text = repr(given)
    return text if len(text) <= 60 else text[:57] + "..."
