"""The course and the places in it that a command line names."""

from __future__ import annotations

import argparse
import sys

from dltui.commands.exits import Exit
from dltui.lesson.find import Course, Entry, NotFound, course, find, folders
from dltui.text import clean


def say(message: str) -> None:
    """One line of talk, to stderr."""
    print(f"dltui: {clean(message, lines=False)}", file=sys.stderr)


def found_course(options: argparse.Namespace) -> Course:
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
