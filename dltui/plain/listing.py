"""The course as a list: one line a lesson, or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator

from dltui.journal.progress import Progress
from dltui.lesson.find import Course, Entry


def lines(course: Course, progress: Progress) -> Iterator[str]:
    """Number, id, state, length and title; under a broken lesson what is wrong with it."""
    for entry in course.entries:
        minutes = f"{entry.minutes:>3} min" if entry.minutes else " " * 7
        yield f"{entry.number:>3}  {entry.id:<22} {_state(entry, progress):>7}  {minutes}  {entry.title}"
        yield from (f"     {problem}" for problem in entry.problems)


def as_json(course: Course, progress: Progress) -> str:
    """The same for programs."""
    rows = [
        {"number": entry.number, "id": entry.id, "title": entry.title, "minutes": entry.minutes,
         "state": _state(entry, progress), "problems": [str(problem) for problem in entry.problems]}
        for entry in course.entries
    ]  # fmt: skip
    return json.dumps(rows)


def _state(entry: Entry, progress: Progress) -> str:
    if entry.lesson is None:
        return "broken"
    done = len(progress.done(entry.id))
    return "done" if done >= entry.steps else f"{done}/{entry.steps}"
