"""The course as a list: one line a lesson, or JSON; a lesson as a list of its steps; what is found for a word."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

from dltui.journal.progress import Progress
from dltui.lesson.find import Course, Entry
from dltui.lesson.records import Lesson
from dltui.text import one_line

MOST_FOUND = 30


def lines(course: Course, progress: Progress) -> Iterator[str]:
    """Number, id, state, length and title; under a broken lesson what is wrong with it."""
    for entry in course.entries:
        minutes = f"{entry.minutes:>3} min" if entry.minutes else " " * 7
        yield f"{entry.number:>3}  {entry.id:<22} {_state(entry, progress):>7}  {minutes}  {entry.title}"
        yield from (f"     {problem}" for problem in entry.problems)


def sentences(course: Course, progress: Progress) -> Iterator[str]:
    """The same for ears: no columns."""
    for entry in course.entries:
        if entry.held is None:
            yield f"{entry.title}: has errors, {len(entry.problems)} of them"
            continue
        done = len(progress.done(entry.id))
        state = "done" if done >= entry.steps else f"{done} of {entry.steps} steps done"
        yield f"{entry.number}, {entry.title}. {state}, {entry.minutes} minutes. Called {entry.id}."


def steps(lesson: Lesson, progress: Progress, here: int) -> Iterator[str]:
    """Number, kind, title and id of each step."""
    done = progress.done(lesson.id)
    for number, step in enumerate(lesson.step, 1):
        state = "you are here" if number == here + 1 else "done" if step.id in done else ""
        yield f"{number:>3}  {step.title} ({step.__struct_config__.tag}, {step.id})" + (f", {state}" if state else "")


class Hit(NamedTuple):
    """A step in which something stands."""

    place: str
    """What it can be opened by."""
    title: str
    texts: tuple[str, ...]
    """Of the step and its questions."""


def found(course: Course, words: str, here: str = "") -> Iterator[Hit]:
    """The steps in whose text or questions all the words stand, those of the lesson `here` first."""
    wanted = words.casefold().split()
    for entry in sorted(course.entries, key=lambda entry: entry.id != here):
        for step in entry.lesson.step if entry.lesson is not None else ():
            asked = [question.ask for question in getattr(step, "question", ())]
            text = " ".join([entry.title, step.title, step.text, *asked]).casefold()
            if all(word in text for word in wanted):
                yield Hit(f"{entry.id}/{step.id}", step.title, (step.text, *asked))


def excerpt(text: str, words: str, width: int) -> str:
    """What stands around the first of the words that is there, in one line; empty where none is."""
    lower = text.casefold()
    at = next((place for word in words.casefold().split() if (place := lower.find(word)) >= 0), -1)
    if at < 0 or len(lower) != len(text):  # a letter that changes its length: the place would not be right
        return ""
    start = text.rfind(" ", 0, max(0, at - width // 3)) + 1
    return one_line(f"{'… ' if start else ''}{text[start:]}", width)


def as_json(course: Course, progress: Progress) -> str:
    """The same for programs."""
    rows = [
        {"number": entry.number, "id": entry.id, "title": entry.title, "minutes": entry.minutes,
         "state": _state(entry, progress), "problems": [str(problem) for problem in entry.problems]}
        for entry in course.entries
    ]  # fmt: skip
    return json.dumps(rows)


def _state(entry: Entry, progress: Progress) -> str:
    if entry.held is None:
        return "broken"
    done = len(progress.done(entry.id))
    return "done" if done >= entry.steps else f"{done}/{entry.steps}"
