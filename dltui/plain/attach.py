"""Following a run that another process trains, in lines, until it is over. To leave it changes nothing for the run."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from dltui.journal.folder import JOURNAL, alive
from dltui.journal.run import Run
from dltui.journal.tail import Tail
from dltui.plain.outcome import LINES_EVERY, Lines, code, tell
from dltui.plain.talk import Talk
from dltui.text import one_line

POLL = 0.1
"""Seconds between two looks at the journal."""


def follow(folder: Path) -> int:
    """What the run has come to, a line now and then until it is over, then the outcome. Returns the exit code of
    `train`."""
    run, tail, lines = Run(), Tail(folder / JOURNAL), Lines()
    while events := tail.read():  # all of its past, of which one line is enough
        for event in events:
            run.apply(event)
    print(one_line(f"{run.lesson}/{run.step_id}: {run.state} at step {run.step}/{run.steps}", 200), file=sys.stderr)
    looked = time.monotonic()
    while not run.over:
        for event in tail.read():
            run.apply(event)
            lines(event)
        if time.monotonic() - looked >= LINES_EVERY:
            looked = time.monotonic()
            if not alive(folder) and not (events := tail.read()):
                run.lose()
        time.sleep(POLL)
    tell(run, Talk())
    return code(run)
