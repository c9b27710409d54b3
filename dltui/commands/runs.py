"""`dltui runs`."""

from __future__ import annotations

import argparse

from dltui.commands.exits import Exit
from dltui.commands.place import found_course, say
from dltui.places import state_dir
from dltui.plain.runs import NoSuchRuns, listed, merged


def run(options: argparse.Namespace) -> int:
    try:
        print((merged if options.merge else listed)(state_dir(), options.runs, found_course(options), options.json))
    except NoSuchRuns as error:
        say(str(error))
        return Exit.USAGE
    return Exit.FINE
