"""What was changed of a lesson's experiment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from dltui.lesson.records import Experiment
from dltui.text import one_line

LATER = frozenset({"predict", "knobs", "title", "text", "claim", "show"})
"""Fields of an experiment that do not change its numbers."""


def differences(own: Experiment, experiment: Mapping[str, Any]) -> dict[str, str]:
    """The leaves of `experiment` (plain data, as a journal has it) that are not those of the lesson's `own`, by their
    place, such as `optimizer.lr`."""
    lessons = dict(_leaves(msgspec.to_builtins(own)))
    here = dict(_leaves(experiment))
    return {one_line(name, 40): one_line(str(value), 40) for name, value in here.items() if lessons.get(name) != value}


def _leaves(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping | list) and not place.startswith("compare."):
        pairs = value.items() if isinstance(value, Mapping) else enumerate(value)
        for name, each in pairs:
            if place or name not in LATER:
                yield from _leaves(each, f"{place}.{name}" if place else str(name))
    else:
        yield place, value
