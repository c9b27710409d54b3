"""`dltui runs`."""

from __future__ import annotations

import argparse
import sys

from dltui.commands.exits import Exit
from dltui.commands.place import found_course, say
from dltui.places import state_dir
from dltui.plain.notebook import lessons, notebook
from dltui.plain.runs import NoSuchRuns, listed, merged
from dltui.plain.streams import takes


def run(options: argparse.Namespace) -> int:
    course = found_course(options)
    if not options.merge and lessons(options.runs, course):
        print(notebook(state_dir(), options.runs, course, options.json, not takes(sys.stdout)))
        return Exit.FINE
    try:
        print((merged if options.merge else listed)(state_dir(), options.runs, course, options.json))
    except NoSuchRuns as error:
        say(str(error))
        return Exit.USAGE
    return Exit.FINE
