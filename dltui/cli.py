"""The `dltui` command: commands, options, exit codes. Imports stand inside functions here and only here, so that
`dltui --version` pays for nothing it does not use.

Data goes to stdout, talk to stderr.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dltui.lesson.find import Course, Entry


class Exit(IntEnum):
    """What the exit code of every command means."""

    FINE = 0
    FAILED = 1
    """A verdict, a gradient or a claim failed; a run diverged."""
    USAGE = 2
    """The command line is wrong, or names something that is not there."""
    INVALID = 3
    """A lesson file has errors."""
    UNDECIDED = 4
    """Something could not be judged."""
    TIMEOUT = 5
    INTERNAL = 70
    """An error of dltui's own."""
    INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    from dltui.plain.signals import leaving_at_once

    words = list(sys.argv[1:] if arguments is None else arguments)
    with leaving_at_once():
        from dltui.plain.streams import drop, secure

        secure()
        try:
            try:
                return _command(words)
            finally:
                sys.stdout.flush()
        except KeyboardInterrupt:
            return Exit.INTERRUPTED
        except BrokenPipeError:  # the reader of a pipe, such as `head`, has gone: nobody to talk to
            drop(sys.stdout)
            return Exit.FINE
        except OSError as error:  # a full disk behind `>`, a terminal that has gone
            drop(sys.stdout)
            _say(f"{error.filename or 'the output'}: {error.strerror or error}")
            return Exit.FAILED
        except Exception as error:  # the process border: an error of ours is a line, a file and a code of its own
            from dltui.plain.crash import told

            _say(told(error))
            return Exit.INTERNAL


def _command(words: list[str]) -> int:
    from dltui.arguments import parsed

    options = parsed(words)
    commands = {
        "list": _list, "train": _train, "gradcheck": _gradcheck, "lint": _lint, "schema": _schema, "data": _data
    }  # fmt: skip
    return commands.get(options.command, _open)(options)


def _say(message: str) -> None:
    from dltui.text import clean

    print(f"dltui: {clean(message, lines=False)}", file=sys.stderr)


def _course(options: argparse.Namespace) -> Course:
    from dltui.lesson.find import course, folders

    for folder in options.lessons:
        if not folder.is_dir():
            _say(f"--lessons {folder}: no such folder")
            raise SystemExit(Exit.USAGE)
    return course(folders(options.lessons))


def _place(found: Course, place: str) -> tuple[Entry, int] | int:
    """The entry and step named on the command line, or the exit code after saying what is wrong."""
    from dltui.lesson.find import NotFound, find

    try:
        entry, index = find(found, place)
    except NotFound as error:
        _say(str(error))
        return Exit.USAGE
    if entry.lesson is None:
        for problem in entry.problems:
            print(problem, file=sys.stderr)
        return Exit.INVALID
    return entry, index


def _list(options: argparse.Namespace) -> int:
    from dltui.journal.progress import Progress
    from dltui.places import state_dir
    from dltui.plain.listing import as_json, lines

    progress = Progress.read(state_dir() / "progress")
    if progress.damage:
        _say(progress.damage)
    found = _course(options)
    print(as_json(found, progress) if options.json else "\n".join(lines(found, progress)))
    return Exit.FINE


def _lint(options: argparse.Namespace) -> int:
    from dltui.lesson.find import folders
    from dltui.lesson.lint import lint
    from dltui.plot.formula import check
    from dltui.quiz.proof import check_question

    paths = options.paths or folders(options.lessons)
    missing = [path for path in paths if not path.exists()]
    if missing:
        _say(f"{missing[0]}: no such file or folder")
        return Exit.USAGE
    problems = lint(paths, check_formula=check, check_question=check_question)
    for problem in problems:
        print(problem)
    if problems:
        _say(f"{len(problems)} problem{'s' if len(problems) > 1 else ''}")
        return Exit.INVALID
    _say("no problems")
    return Exit.FINE


def _schema(options: argparse.Namespace) -> int:
    import json

    from dltui.lesson.schema import schema

    print(json.dumps(schema(), indent=1))
    return Exit.FINE


def _train(options: argparse.Namespace) -> int:
    from dltui.plain.order import OrderError, order

    placed = _place(_course(options), options.place)
    if isinstance(placed, int):
        return placed
    try:
        experiment = order(*placed, options.changes, options.seed)
    except OrderError as error:
        _say(str(error))
        return Exit.USAGE
    from dltui.plain.train import train  # PyTorch comes with it

    lesson = placed[0].lesson
    assert lesson is not None, "told above"
    return train(lesson, experiment, device=options.device, as_json=options.json)


def _gradcheck(options: argparse.Namespace) -> int:
    name, file = ("", options.place) if options.place.endswith(".py") else options.place.rpartition(":")[::-2]
    placed: tuple[Entry, int] | None = None
    if file.endswith(".py"):
        if not Path(file).exists():
            _say(f"{file}: no such file; expected FILE.py:NAME or LESSON/STEP")
            return Exit.USAGE
    else:
        named = _place(_course(options), options.place)
        if isinstance(named, int):
            return named
        placed = named
    from dltui.plain.gradients import Order, check_file, check_step

    order = Order(
        mode=options.mode, inputs=tuple(options.inputs), dtype=options.dtype, seed=options.seed,
        budget_s=options.budget, samples=options.samples, as_json=options.json, quiet=options.quiet,
    )  # fmt: skip
    return check_step(*placed, order) if placed else check_file(Path(file), name, order)


def _data(options: argparse.Namespace) -> int:
    from dltui.plain.data import as_json, bring, lines

    if options.action == "fetch":
        if options.name is None:
            _say("fetch what? `dltui data fetch mnist` is the one data set that does not come with dltui")
            return Exit.USAGE
        return bring(options.source, options.mirrors)
    print(as_json() if options.json else "\n".join(lines()))
    return Exit.FINE


def _open(options: argparse.Namespace) -> int:
    """The screen; lines of text where there is no terminal to draw on."""
    found = _course(options)
    placed: tuple[Entry, int] | None = None
    if options.place:
        named = _place(found, options.place)
        if isinstance(named, int):
            return named
        placed = named
    if options.plain or not _drawable():
        from dltui.plain.tour import play

        return play(found, placed, device=options.device)
    return _screen(found, placed, options)


def _drawable() -> bool:
    """Can a full-screen application run here? Textual draws on stderr and hangs without a terminal on stdin."""
    if os.environ.get("TEXTUAL_DRIVER"):  # served to a browser: there is no tty, and none is needed
        return True
    ends = (sys.__stdin__, sys.__stderr__, sys.__stdout__)
    return os.environ.get("TERM", "") != "dumb" and all(end is not None and end.isatty() for end in ends)


def _screen(found: Course, placed: tuple[Entry, int] | None, options: argparse.Namespace) -> int:
    from dltui.journal.progress import ProgressWriter
    from dltui.places import usable_state
    from dltui.plain.signals import interruptible
    from dltui.tui.app import run
    from dltui.tui.engine import Engine
    from dltui.tui.lab import Lab

    if sys.__stderr__ is not None:  # a Latin-1 locale would litter the screen with \u2800
        sys.__stderr__.reconfigure(encoding="utf-8")
    state = usable_state()
    recorder = ProgressWriter(state.folder / "progress")
    lab = Lab(
        course=found, state=state, recorder=recorder,
        engine=Engine(state.folder), device=options.device,
        fps=options.fps or (2.0 if os.environ.get("SSH_CONNECTION") else 5.0),
    )
    return interruptible(lambda: run(lab, placed or _where_left(found, recorder.progress.last())))


def _where_left(found: Course, last: tuple[str, str] | None) -> tuple[Entry, int] | None:
    """The step where the learner stopped, if it is still there."""
    if last is None:
        return None
    for entry in found.entries:
        if entry.id == last[0] and entry.lesson is not None:
            ids = [step.id for step in entry.lesson.step]
            return entry, ids.index(last[1]) if last[1] in ids else 0
    return None
