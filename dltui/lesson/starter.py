"""The file of settings that a learner begins with, and settings written as TOML."""

from __future__ import annotations

import json
from collections.abc import Iterator
from textwrap import wrap
from typing import Any

from msgspec import Struct, structs

from dltui.lesson.challenges import MARK, Challenge, Settings
from dltui.lesson.entering import base, parameters, steps
from dltui.lesson.records import Experiment

WIDTH = 100


def starter(lesson: str, step: Challenge) -> str:
    """Every free setting as the lesson has it, with the goal and the limits above."""
    start = base(step)
    lines = [f"{MARK}{lesson}/{step.id}", *(f"# {line}" for line in _told(step, start)), ""]
    return "\n".join(lines) + written(step, start)


def written(step: Challenge, chosen: Experiment | Settings) -> str:
    """The free settings as TOML; those that are not set are left out."""
    given = [(name, getattr(chosen, name)) for name in step.free]
    return "".join(f"{name} = {_shown(name, value)}\n" for name, value in given if value is not None)


def _told(step: Challenge, start: Experiment) -> Iterator[str]:
    yield ""
    for number, goal in enumerate(step.stars, 1):
        yield f"{'*' * number:3}  {goal}"
    yield ""
    seeds = f"with each of {step.seeds} seeds" if step.seeds > 1 else "with a seed of the grader's"
    text = f"A star needs those before it, {seeds}. At most {step.limits.parameters} parameters (these settings have " \
        f"{parameters(start)}) and {step.limits.steps or steps(start)} steps. " \
        f"Free: {', '.join(step.free)}. What you take out stays as the lesson has it."
    yield from wrap(text, WIDTH)
    if step.limits.code is not None:
        yield f"The narrowest layer gives at most {step.limits.code} numbers."
    if step.limits.layers:
        counts = [f"{kind} {least}" if least == most else f"{kind} {least} to {most}"
                  for kind, (least, most) in step.limits.layers.items()]  # fmt: skip
        yield from wrap(f"Layers, rounds of a repeat layer counted one by one: {', '.join(counts)}.", WIDTH)


def _shown(name: str, value: Any) -> str:
    if name in ("model", "adversary"):
        return "[\n" + "".join(f"  {_inline(layer)},\n" for layer in value) + "]"
    return _inline(value)


def _inline(value: Any) -> str:
    if isinstance(value, Struct):
        config = value.__struct_config__
        parts = [f"{config.tag_field} = {json.dumps(config.tag)}"] if config.tag_field else []
        for one in structs.fields(value):
            usual = one.default_factory() if callable(one.default_factory) else one.default
            if (here := getattr(value, one.name)) is not None and (one.required or here != usual):
                parts.append(f"{one.name} = {_inline(here)}")
        return f"{{ {', '.join(parts)} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_inline, value))}]"
    return json.dumps(value, ensure_ascii=False)
