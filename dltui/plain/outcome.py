"""What a run is at and what it came to, in lines: without PyTorch, so that runs of other processes can be told too."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

from dltui.journal.events import Adapted, AnyEvent, Metrics, Started
from dltui.journal.run import Run
from dltui.plain import comparing, curves, views
from dltui.plain.talk import Talk
from dltui.text import clean

FINE, FAILED, INTERRUPTED = 0, 1, 130
LINES_EVERY, SHARE = 1.0, 0.2
"""Seconds between two lines of progress where a bar cannot be drawn, and the share of the time so far that it is at
least: long runs are not told at length."""
Say = Callable[[str], None]


def _log(message: str) -> None:
    print(message, file=sys.stderr)


class Lines:
    """Now and then a line, ever more seldom, and none that repeats the one before."""

    def __init__(self, say: Say = _log) -> None:
        self._say = say
        self._start = self._next = time.monotonic()
        self._steps = 0
        self._last = ""

    def __call__(self, event: AnyEvent) -> None:
        if isinstance(event, Started) and not event.variant:
            self._steps = event.steps
            self._next = self._later()
            self._say(f"training: {event.steps} steps, seed {event.seed}, {event.device} ({event.device_reason})")
        elif isinstance(event, Metrics) and event.series and time.monotonic() >= self._next:
            values = measured(event)
            if values != self._last:
                self._last, self._next = values, self._later()
                which = f"run {event.variant}, " if event.variant else ""
                self._say(f"{which}step {step_of(event)}/{self._steps}  {values}")
        elif isinstance(event, Adapted):
            self._say(f"dltui: {clean(event.message)}")

    def _later(self) -> float:
        now = time.monotonic()
        return now + max(LINES_EVERY, SHARE * (now - self._start))


def step_of(event: Metrics) -> int:
    return max(steps[-1] for steps, _ in event.series.values() if steps)


def measured(event: Metrics) -> str:
    last = {name: values[-1] for name, (_, values) in event.series.items() if values}
    return "  ".join(f"{name} {value:.4g}" for name, value in last.items() if value is not None)


def code(done: Run) -> int:
    """The exit code of the command that was about this run."""
    return {"done": FINE, "stopped": INTERRUPTED}.get(done.state, FAILED)


def tell(done: Run, talk: Talk) -> None:
    """Chart, pictures, then one line with the outcome."""
    if done.variants:
        comparing.tell(done, talk)
    curves.tell(done, talk)
    views.show(done, talk)
    talk.tell(ending(done))
    if done.message:
        talk.tell(done.message)


def ending(done: Run) -> str:
    """How the run ended, in a line."""
    values = "  ".join(f"{name} {value:.4g}" for name, value in done.final.items() if value is not None)
    which = f"{len(done.variants)} runs" if done.variants else f"seed {done.seed}"
    return f"{done.state} at step {done.step}/{done.steps} in {done.seconds:.2f} s  {which}  {values}".rstrip()


def summary(done: Run) -> str:
    """One line of JSON about a run."""
    started = done.started
    return json.dumps({  # in ASCII: whatever the encoding of the output, this is JSON
        "run": done.run, "lesson": done.lesson, "step": done.step_id, "state": done.state, "steps": done.step,
        "of": done.steps, "seed": done.seed, "device": done.device, "device_reason": done.device_reason,
        "seconds": round(done.seconds, 4), "final": done.final, "message": done.message, "checkpoint": done.checkpoint,
        "digest": started.digest if started else "", "experiment": started.experiment if started else {},
        **({"variants": comparing.summary(done)} if done.variants else {}),
    })
