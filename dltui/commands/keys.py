"""`dltui keys`."""

from __future__ import annotations

import argparse
import os

from dltui.commands.exits import Exit
from dltui.commands.place import say
from dltui.places import keys_file
from dltui.tui.keymap import read, template


def run(options: argparse.Namespace) -> int:
    """The lab's own keys as a file, or a look at the learner's."""
    if not options.check:
        print(template(), end="")
        return Exit.FINE
    if not os.access(keys_file(), os.F_OK):
        say(f"{keys_file()}: no such file, so every key is the lab's own; dltui keys > that file begins one")
        return Exit.FINE
    chosen = read(keys_file())
    for problem in chosen.problems:
        print(problem)
    count = len(chosen.keys)
    say(f"{count} action{'' if count == 1 else 's'} with keys of your own")
    return Exit.FAILED if chosen.problems else Exit.FINE
