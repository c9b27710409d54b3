"""`dltui answers`."""

from __future__ import annotations

import argparse

from dltui.commands.exits import Exit
from dltui.commands.place import found_course, place_of, say
from dltui.grading.command import answer_file, write
from dltui.journal.progress import Progress, learner
from dltui.places import state_dir


def run(options: argparse.Namespace) -> int:
    named = place_of(found_course(options), options.lesson)
    if isinstance(named, int):
        return named
    entry, _ = named
    assert entry.lesson is not None, "told above"
    state = state_dir()
    text = answer_file(entry.lesson, entry, Progress.read(state / "progress"), learner(state), options)
    if options.to is None:
        print(text, end="")
        return Exit.FINE
    if options.to.exists() and not options.force:
        say(f"{options.to} is there already: --force writes over it")
        return Exit.USAGE
    write(options.to, text)
    say(f"{options.to} is written; fill it in, then: dltui grade {options.to}")
    return Exit.FINE
