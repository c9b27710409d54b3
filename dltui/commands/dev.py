"""`dltui dev`."""

from __future__ import annotations

import argparse

from dltui.commands import lab
from dltui.commands.exits import Exit
from dltui.commands.place import found_course, place_of, say


def run(options: argparse.Namespace) -> int:
    """The lab on one lesson, which is read again whenever its file is saved."""
    if not lab.drawable():
        say("a lesson is written in the full screen: `dltui dev` needs a terminal")
        return Exit.USAGE
    found = found_course(options)
    named = place_of(found, options.place)
    return named if isinstance(named, int) else lab.screen(found, named, options, authoring=True)
