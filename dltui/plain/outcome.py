"""What a run is at and what it came to, in lines: without PyTorch, so that runs of other processes can be told too."""

from __future__ import annotations

import json
import sys
import time

from dltui.journal.events import Adapted, AnyEvent, Metrics, Started
from dltui.journal.run import Run
from dltui.plain import comparing, views
from dltui.plain.talk import Talk
from dltui.plot import chart
from dltui.plot.axes import around, values_axis
from dltui.plot.cells import Grid
from dltui.plot.palette import run_look
from dltui.text import clean

FINE, FAILED, INTERRUPTED = 0, 1, 130
LINES_EVERY = 2.0
"""Seconds between two lines of progress where a bar cannot be drawn."""


class Lines:
    """For logs: now and then a line."""

    def __init__(self) -> None:
        self._next = 0.0
        self._steps = 0

    def __call__(self, event: AnyEvent) -> None:
        if isinstance(event, Started) and not event.variant:
            self._steps = event.steps
            print(f"training: {event.steps} steps, seed {event.seed}, {event.device} ({event.device_reason})",
                  file=sys.stderr)
        elif isinstance(event, Metrics) and event.series and time.monotonic() >= self._next:
            self._next = time.monotonic() + LINES_EVERY
            print(f"step {step_of(event)}/{self._steps}  {measured(event)}", file=sys.stderr)
        elif isinstance(event, Adapted):
            print(f"dltui: {clean(event.message)}", file=sys.stderr)


def step_of(event: Metrics) -> int:
    return max(steps[-1] for steps, _ in event.series.values() if steps)


def measured(event: Metrics) -> str:
    last = {name: values[-1] for name, (_, values) in event.series.items() if values}
    return "  ".join(f"{name} {value:.4g}" for name, value in last.items() if value is not None)


def code(done: Run) -> int:
    """The exit code of the command that was about this run."""
    return {"done": FINE, "stopped": INTERRUPTED}.get(done.state, FAILED)


def picture(done: Run, width: int, height: int, ascii: bool = False) -> Grid:
    """The loss of a finished run."""
    series = done.series["loss"]
    low, high = series.bounds() or (1.0, 0.0)
    look = run_look(0)
    points = series.window(0, done.steps, width)
    curve = chart.Curve("loss", points, look.color("dark"), "solid", look.glyph, look.letter)
    return chart.draw(chart.Chart((curve,), around(0, done.steps), values_axis(low, high)), width, height, ascii)


def tell(done: Run, talk: Talk) -> None:
    """Chart, then one line with the outcome."""
    if done.variants:
        comparing.tell(done, talk)
    if "loss" in done.series:
        talk.show(picture(done, talk.width, 18, talk.ascii))
    views.show(done, talk)
    values = "  ".join(f"{name} {value:.4g}" for name, value in done.final.items() if value is not None)
    which = f"{len(done.variants)} runs" if done.variants else f"seed {done.seed}"
    talk.say(f"{done.state} at step {done.step}/{done.steps} in {done.seconds:.2f} s  {which}  {values}".rstrip())
    if done.message:
        talk.say(done.message)


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
