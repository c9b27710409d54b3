"""`dltui grade`."""

from __future__ import annotations

import argparse

from dltui.commands.exits import Exit
from dltui.commands.place import found_course, say
from dltui.grading.command import Usage, graded


def run(options: argparse.Namespace) -> int:
    try:
        return graded(options, found_course(options))
    except Usage as error:
        say(str(error))
        return Exit.USAGE
