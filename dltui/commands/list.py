"""`dltui list`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dltui.commands.exits import Exit
from dltui.commands.place import found_course, say
from dltui.journal.progress import Progress
from dltui.places import state_dir
from dltui.plain.listing import as_json, lines

if TYPE_CHECKING:
    from argparse import Namespace


def run(options: Namespace) -> int:
    progress = Progress.read(state_dir() / "progress")
    if progress.damage:
        say(progress.damage)
    found = found_course(options)
    print(as_json(found, progress) if options.json else "\n".join(lines(found, progress)))
    return Exit.FINE
