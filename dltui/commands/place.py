"""The course and the places in it that a command line names."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from dltui.commands.exits import Exit
from dltui.lesson.find import Course, Entry, NotFound, course, find, folders
from dltui.lesson.records import Explorer
from dltui.text import clean

if TYPE_CHECKING:
    from argparse import Namespace

    from dltui.lesson.share import Move


def say(message: str) -> None:
    """One line of talk, to stderr."""
    print(f"dltui: {clean(message, lines=False)}", file=sys.stderr)


def found_course(options: Namespace) -> Course:
    """The course with the folders of `--lessons`. Raises SystemExit after saying which folder is not there."""
    for folder in options.lessons:
        if not folder.is_dir():
            say(f"--lessons {folder}: no such folder")
            raise SystemExit(Exit.USAGE)
    return course(folders(options.lessons))


def place_of(found: Course, place: str) -> tuple[Entry, int] | int:
    """The entry and step named on the command line, or the exit code after saying what is wrong."""
    try:
        entry, index = find(found, place)
    except NotFound as error:
        say(str(error))
        return Exit.USAGE
    if entry.lesson is None:
        for problem in entry.problems:
            print(problem, file=sys.stderr)
        return Exit.INVALID
    return entry, index


def shared_place(found: Course, text: str) -> tuple[tuple[Entry, int], tuple[Move, ...]] | int:
    """The place that a share string names and what is to be done there, which can be done; or the exit code after
    saying what is wrong."""
    from dltui.lesson.share import ShareError, experiment, split

    try:
        place, moves = split(text)
        placed = place_of(found, place)
        if isinstance(placed, int):
            return placed
        lesson = placed[0].lesson
        assert lesson is not None, "told above"
        step = lesson.step[placed[1]]
        if isinstance(step, Explorer) and moves:
            from dltui.explore.sharing import moved

            moved(step, moves)
        elif moves:
            experiment(step, moves)
    except ShareError as error:
        say(str(error))
        return Exit.USAGE
    return placed, moves
