"""`dltui stop`."""

from __future__ import annotations

import argparse

from dltui.commands.exits import Exit
from dltui.commands.place import say
from dltui.journal.folder import alive
from dltui.places import usable_state
from dltui.plain.runs import NoSuchRuns, to_be_stopped
from dltui.plain.stop import Unanswered, kill, said, stop


def run(options: argparse.Namespace) -> int:
    """Every run is told on a line of its own."""
    try:
        chosen = to_be_stopped(usable_state().folder, options.runs, options.all)
    except NoSuchRuns as error:
        say(str(error))
        return Exit.USAGE
    code = Exit.FINE
    for each in chosen:
        if not alive(each.folder):
            say(f"nothing to stop: {said(each.folder)}")
            code = max(code, Exit.USAGE)
            continue
        try:
            print((kill if options.kill else stop)(each.folder))
        except Unanswered as error:
            say(str(error))
            code = Exit.TIMEOUT
    return code
