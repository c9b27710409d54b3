"""`dltui verify`."""

from __future__ import annotations

import argparse

from dltui.commands.exits import Exit
from dltui.commands.place import found_course, place_of, say


def run(options: argparse.Namespace) -> int:
    course, only, entries = found_course(options), "", []
    for place in options.places or [entry.id for entry in course.entries]:
        named = place_of(course, place)
        if isinstance(named, int):
            return named
        entry, index = named
        assert entry.lesson is not None, "told above"
        entries.append(entry)
        step = place.partition(".toml" if ".toml" in place else "/")[2].strip("/")
        only = entry.lesson.step[index].id if step else only
    if only and len(entries) > 1:
        say("a single step is verified alone: name one LESSON/STEP")
        return Exit.USAGE
    from dltui.plain.verify import verify  # PyTorch comes with it

    return verify(entries, seeds=options.seeds, only=only, as_json=options.json)
