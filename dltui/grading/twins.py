"""Files of code or settings that more than one learner hands in: a person must say whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from dltui.grading.sheet import Sheet
from dltui.lesson.find import Course
from dltui.lesson.problem import listed
from dltui.lesson.records import Challenge, Exercise
from dltui.text import one_line

MOST_NAMES = 5


def noted(sheets: Sequence[Sheet], folders: Sequence[Path], course: Course) -> list[Sheet]:
    """The sheets, with trouble where a file beside the answer files counts for several of them. `folders`: where each
    answer file lies."""
    owners: dict[Path, list[int]] = {}
    for number, (sheet, folder) in enumerate(zip(sheets, folders, strict=True)):
        for file in _files(sheet, folder, course):
            owners.setdefault(file, []).append(number)
    trouble: dict[int, list[str]] = {}
    for file, numbers in owners.items():
        for number in numbers if len(numbers) > 1 else []:
            others = [sheets[other].name for other in numbers if other != number]
            some = [*others[:MOST_NAMES], *([f"{len(others) - MOST_NAMES} more"] if len(others) > MOST_NAMES else [])]
            said = f"{one_line(file.name, 100)} is handed in by {listed(some, 'and')} too"
            trouble.setdefault(number, []).append(said)
    return [replace(sheet, trouble=[*sheet.trouble, *trouble[number]]) if number in trouble else sheet
            for number, sheet in enumerate(sheets)]  # fmt: skip


def _files(sheet: Sheet, folder: Path, course: Course) -> set[Path]:
    """Nothing outside of the folder: that was refused, and whose it is is clear."""
    lesson = next((entry.lesson for entry in course.entries if entry.id == sheet.lesson), None)
    work = {step.id for step in lesson.step if isinstance(step, Exercise | Challenge)} if lesson else set()
    given = [row.given for row in sheet.rows if row.given and row.question in work]
    home = folder.resolve()
    try:
        return {file for name in given if (file := (folder / name).resolve()).is_relative_to(home)}
    except (OSError, RuntimeError, ValueError):  # names that are none
        return set()
