"""`dltui new`."""

from __future__ import annotations

import argparse

from dltui.commands.exits import Exit
from dltui.commands.place import say
from dltui.plain.scaffold import Refused, scaffold


def run(options: argparse.Namespace) -> int:
    try:
        path = scaffold(options.name, options.to, options.title)
    except Refused as error:
        say(str(error))
        return Exit.USAGE
    print(path)
    say(f"see it while you write: dltui dev {path}")
    return Exit.FINE
