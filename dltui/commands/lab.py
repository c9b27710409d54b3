"""`dltui [LESSON[/STEP]]`: the lab itself."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping

from dltui.commands.place import found_course, shared_place
from dltui.lesson.find import Course, Entry
from dltui.lesson.share import Move

FPS, REMOTE_FPS = 5.0, 2.0
"""Most redraws of a live chart a second, where the learner does not say."""
CALM = {"TEXTUAL_ANIMATIONS": "none", "TEXTUAL_SMOOTH_SCROLL": "0"}
"""What Textual reads when it is imported, for lines that have better things to carry than motion."""


def run(options: argparse.Namespace) -> int:
    """The screen; lines of text where there is no terminal to draw on."""
    found = found_course(options)
    placed: tuple[Entry, int] | None = None
    moves: tuple[Move, ...] = ()
    if options.place:
        named = shared_place(found, options.place)
        if isinstance(named, int):
            return named
        placed, moves = named
    if options.plain or options.spoken or not drawable():
        from dltui.plain.tour import play

        return play(found, placed, device=options.device, spoken=options.spoken, moves=moves)
    return screen(found, placed, options, moves=moves)


def far(environ: Mapping[str, str]) -> bool:
    """Whether the terminal is at the other end of a line."""
    return bool(environ.get("SSH_CONNECTION"))


def drawable() -> bool:
    """Can a full-screen application run here? Textual hangs without a terminal on stdin."""
    if os.environ.get("TEXTUAL_DRIVER"):  # served to a browser: there is no tty, and none is needed
        return True
    ends = (sys.__stdin__, sys.__stdout__)
    return os.environ.get("TERM", "") != "dumb" and all(end is not None and end.isatty() for end in ends)


def screen(
    found: Course, placed: tuple[Entry, int] | None, options: argparse.Namespace, *, authoring: bool = False,
    attached: str = "", moves: tuple[Move, ...] = (),
) -> int:
    """The lab in the full screen; `authoring`: the lesson is read again when its file changes; `attached`: the run that
    is to be shown; `moves`: what a share string asks for at `placed`."""
    for name, value in CALM.items() if far(os.environ) else ():
        os.environ.setdefault(name, value)
    from dltui.journal.progress import ProgressWriter
    from dltui.places import usable_state
    from dltui.plain.signals import interruptible
    from dltui.plain.streams import takes
    from dltui.tui.app import run
    from dltui.tui.engine import Engine
    from dltui.tui.lab import Lab

    _draw_on_the_terminal()
    state = usable_state()
    recorder = ProgressWriter(state.folder / "progress")
    lab = Lab(
        course=found, state=state, recorder=recorder,
        engine=Engine(state.folder), device=options.device, authoring=authoring, attached=attached,
        ascii=not takes(sys.stdout), mouse=options.mouse,
        fps=options.fps or (REMOTE_FPS if far(os.environ) else FPS),
    )
    if placed is not None and placed[0].lesson is not None and moves:
        lab.shared[placed[0].id, placed[0].lesson.step[placed[1]].id] = moves
    return interruptible(lambda: run(lab, placed or _where_left(found, recorder.progress.last())))


def _draw_on_the_terminal() -> None:
    """Textual draws on stderr, which may lead into a file: complaints go there still, the screen does not. In UTF-8, as
    what is drawn is ASCII alone where the terminal has no more."""
    if sys.__stderr__ is not None and (sys.__stderr__.isatty() or os.environ.get("TEXTUAL_DRIVER")):
        sys.__stderr__.reconfigure(encoding="utf-8")
    else:
        vars(sys)["__stderr__"] = os.fdopen(os.dup(1), "w", encoding="utf-8")


def _where_left(found: Course, last: tuple[str, str] | None) -> tuple[Entry, int] | None:
    """The step where the learner stopped, if it is still there."""
    if last is None:
        return None
    for entry in found.entries:
        if entry.id == last[0] and entry.lesson is not None:
            ids = [step.id for step in entry.lesson.step]
            return entry, ids.index(last[1]) if last[1] in ids else 0
    return None
