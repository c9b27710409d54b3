"""`dltui exercise`."""

from __future__ import annotations

import argparse
from pathlib import Path

from dltui.commands.exits import Exit
from dltui.commands.place import found_course, place_of, say


def run(options: argparse.Namespace) -> int:
    from dltui.grading.desk import Unready, attend, named_in

    place, file = options.place, options.to
    try:
        if place.endswith(".py"):
            place, file = named_in(Path(place)), Path(place)
        named = place_of(found_course(options), place)
        if isinstance(named, int):
            return named
        return attend(*named, file, options)
    except Unready as error:
        say(str(error))
        return Exit.USAGE
