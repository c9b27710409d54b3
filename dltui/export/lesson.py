"""A lesson as Markdown: all that is to be read, with the commands for what is to be done. No keys, no results."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

from dltui.explore.registry import start
from dltui.export import questions
from dltui.lesson.change import value
from dltui.lesson.datasets import DATASETS
from dltui.lesson.layout import LayoutError
from dltui.lesson.prose import formulas
from dltui.lesson.records import AnyStep, Challenge, Exercise, Experiment, Explorer, GradientCheck, Lesson, Quiz
from dltui.lesson.source import source
from dltui.plot import canvas
from dltui.plot.cells import to_text

WIDE, HIGH = 76, 20
"""Cells of an explorer's picture."""
_CODE = re.compile(r"```.*?```|`+[^`\n]+`+", re.DOTALL)
_TAG = re.compile(r"<(?=[A-Za-z/!?])")


def markdown(lesson: Lesson, learner: str = "", pictures: bool = True) -> str:
    """The whole lesson; ends in a newline. `learner` fixes the numbers that vary in questions."""
    parts = [f"# {lesson.title}", f"*{lesson.minutes} minutes, {len(lesson.step)} steps.*"]
    if lesson.intro.strip():
        parts.append(_inert(lesson.intro.strip()))
    parts.append("You will\n\n" + "\n".join(f"- {_inert(goal)}" for goal in lesson.goals))
    for number, step in enumerate(lesson.step, 1):
        parts.append(f"## {number}. {_inert(step.title)}")
        if step.text.strip():
            parts.append(_inert(step.text.strip()))
        parts += _doing(lesson, step, learner, pictures)
    return "\n\n".join(part.rstrip() for part in parts if part.strip()) + "\n"


def _doing(lesson: Lesson, step: AnyStep, learner: str, pictures: bool) -> Iterator[str]:
    place = f"{lesson.id}/{step.id}"
    match step:
        case Explorer():
            if pictures:
                state = start(step.explorer, step.settings)
                drawn = canvas.draw(state.scenes()[0], WIDE, HIGH, theme="none")
                rows = [row.rstrip() for row in to_text(drawn).splitlines() if row.strip()]
                yield _fenced("text", "\n".join(rows))
            yield _command("Play with it", place)
        case Experiment():
            yield from _experiment(step, place)
        case Quiz():
            for number, question in enumerate(step.question, 1):
                yield _inert("\n".join(questions.lines(question, number, learner)))
            yield _command("Answer on the screen", place)
        case GradientCheck():
            yield _command("Check the gradient", place, "gradcheck ")
        case Exercise():
            yield _command("Write the code", place, "exercise start ")
        case Challenge():
            yield "Stars for: " + ", ".join(f"`{star}`" for star in step.stars)
            yield _command("Take it up", place, "challenge start ")
        case _:
            pass


def _experiment(step: Experiment, place: str) -> Iterator[str]:
    if step.predict is not None:
        yield f"Your guess first: {_inert(step.predict.ask)}"
    if step.knobs:
        rows = "\n".join(f"- {_inert(knob.label)}: {', '.join(map(str, knob.values))} "
                         f"(`{knob.set}` is {value(step, knob.set)})" for knob in step.knobs)  # fmt: skip
        yield f"To be turned:\n\n{rows}"
    if step.compare:
        each = "; ".join(f"{name} {', '.join(map(str, values))}" for name, values in step.compare.items())
        yield f"Compared: {each}."
    with suppress(LayoutError):  # told by lint
        yield _fenced("python", source(step, DATASETS[step.data]).rstrip())
    yield _command("Train it", place)


def _command(what: str, place: str, before: str = "") -> str:
    return f"{what}: `dltui {before}{place}`"


def _fenced(language: str, text: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text}\n{fence}"


def _inert(text: str) -> str:
    """Lessons have no HTML: what looks like a tag stays what it looks like wherever this is shown."""
    kept = [(found.start, found.end) for found in formulas(text)]
    kept += [match.span() for match in _CODE.finditer(text)]
    parts, at = [], 0
    for begin, end in sorted(kept):
        if begin >= at:
            parts += [_TAG.sub("&lt;", text[at:begin]), text[begin:end]]
            at = end
    return "".join([*parts, _TAG.sub("&lt;", text[at:])])
