"""`dltui attach`."""

from __future__ import annotations

import argparse

from dltui.commands.exits import Exit
from dltui.commands.lab import drawable, screen
from dltui.commands.place import found_course, say
from dltui.journal.folder import runs_dir
from dltui.lesson.find import NotFound, find
from dltui.places import usable_state
from dltui.plain.runs import NoSuchRuns, going_on


def run(options: argparse.Namespace) -> int:
    """The screen at the step of the run; lines where there is none, or where its lesson is not among those here."""
    state = usable_state().folder
    try:
        found = going_on(state, options.run)
    except NoSuchRuns as error:
        say(str(error))
        return Exit.USAGE
    if not options.plain and drawable() and found.folder.parent == runs_dir(state):
        course = found_course(options)
        try:
            placed = find(course, f"{found.lesson}/{found.step_id}")
        except NotFound:
            placed = None
        if placed is not None and placed[0].lesson is not None:
            return screen(course, placed, options, attached=found.run)
        say(f"{found.lesson}/{found.step_id} is not among the lessons here, so it is told in lines; --lessons DIR adds"
            " a folder")
    from dltui.plain.attach import follow

    return follow(found.folder)
