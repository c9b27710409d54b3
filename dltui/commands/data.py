"""`dltui data`."""

from __future__ import annotations

import argparse

from dltui.commands.exits import Exit
from dltui.commands.place import say
from dltui.plain.data import as_json, bring, lines


def run(options: argparse.Namespace) -> int:
    if options.action == "fetch":
        if options.name is None:
            say("fetch what? `dltui data fetch mnist` is the one data set that does not come with dltui")
            return Exit.USAGE
        return bring(options.source, options.mirrors)
    print(as_json() if options.json else "\n".join(lines()))
    return Exit.FINE
