"""`dltui gradcheck`."""

from __future__ import annotations

import argparse
from pathlib import Path

from dltui.commands.exits import Exit
from dltui.commands.place import found_course, place_of, say
from dltui.lesson.find import Entry


def run(options: argparse.Namespace) -> int:
    if options.samples is not None and options.mode != "sample":
        say(f"--samples {options.samples} is for --mode sample; mode {options.mode} takes no number of elements")
        return Exit.USAGE
    name, file = ("", options.place) if options.place.endswith(".py") else options.place.rpartition(":")[::-2]
    placed: tuple[Entry, int] | None = None
    if file.endswith(".py"):
        if not Path(file).exists():
            say(f"{file}: no such file; expected FILE.py:NAME or LESSON/STEP")
            return Exit.USAGE
    else:
        named = place_of(found_course(options), options.place)
        if isinstance(named, int):
            return named
        placed = named
    from dltui.plain.gradients import Order, check_file, check_step

    order = Order(
        mode=options.mode, inputs=tuple(options.inputs), dtype=options.dtype, seed=options.seed,
        budget_s=options.budget, samples=options.samples, as_json=options.json, quiet=options.quiet,
    )  # fmt: skip
    return check_step(*placed, order) if placed else check_file(Path(file), name, order)
