"""`dltui challenge`."""

from __future__ import annotations

import argparse
from pathlib import Path

from dltui.commands.exits import Exit
from dltui.commands.place import found_course, place_of, say


def run(options: argparse.Namespace) -> int:
    from dltui.grading.arena import attend
    from dltui.grading.desk import Unready, named_in
    from dltui.lesson.challenges import ENDING, MARK

    place, file = options.place, options.to
    try:
        if place.endswith(ENDING):
            place, file = named_in(Path(place), MARK), Path(place)
        named = place_of(found_course(options), place)
        return named if isinstance(named, int) else attend(*named, file, options)
    except Unready as error:
        say(str(error))
        return Exit.USAGE
