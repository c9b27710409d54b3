"""`dltui train`."""

from __future__ import annotations

import argparse

from dltui.commands.exits import Exit
from dltui.commands.place import found_course, place_of, say
from dltui.lesson.records import Experiment
from dltui.lesson.share import ShareError, pairs, split
from dltui.plain.order import OrderError, order, share
from dltui.plain.waiting import waiting


def run(options: argparse.Namespace) -> int:
    if options.resume is not None:
        return _resume(options)
    try:
        place, moves = split(options.place)
        placed = place_of(found_course(options), place)
        if isinstance(placed, int):
            return placed
        step = placed[0].lesson.step[placed[1]] if placed[0].lesson is not None else None
        asked = pairs(step, moves) if isinstance(step, Experiment) else {}
        changes = [*(f"{name}={value}" for name, value in asked.items()), *options.changes]
        experiment = order(*placed, changes, options.seed, options.compare, options.seeds)
        shard = share(experiment, options.shard)
    except (OrderError, ShareError) as error:
        say(str(error))
        return Exit.USAGE
    with waiting("importing PyTorch"):
        from dltui.plain.train import train

    lesson = placed[0].lesson
    assert lesson is not None, "told above"
    return train(lesson, experiment, device=options.device, as_json=options.json, shard=shard)


def _resume(options: argparse.Namespace) -> int:
    place = None
    if options.place:
        placed = place_of(found_course(options), options.place)
        if isinstance(placed, int):
            return placed
        assert placed[0].lesson is not None, "told above"
        place = placed[0].id, placed[0].lesson.step[placed[1]].id
    with waiting("importing PyTorch"):
        from dltui.plain.resume import NothingToResume, resume

    try:
        return resume(options.resume, place, device=options.device, as_json=options.json)
    except NothingToResume as error:
        say(str(error))
        return Exit.USAGE
