"""`dltui grade`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dltui.commands.exits import Exit
from dltui.commands.place import found_course, say
from dltui.grading.command import Usage, graded

if TYPE_CHECKING:
    from argparse import Namespace


def run(options: Namespace) -> int:
    try:
        return graded(options, found_course(options))
    except Usage as error:
        say(str(error))
        return Exit.USAGE
