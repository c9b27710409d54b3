"""What the experiment pane says about itself: help, keys, the status line."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from dltui.journal.run import Run
from dltui.lesson.datasets import DATASETS
from dltui.lesson.records import Experiment
from dltui.tui.bars import Key

HELP = """
A real PyTorch model, trained in the background: nothing you do here can freeze it, nor it you.

- `t` trains with the settings shown. Same settings, same seed, same curve. `S` takes the next seed.
- `space` pauses and goes on, `.` does one optimiser step, `s` stops and keeps a checkpoint (`space` resumes).
- `←` `→` (or `-` `+`) turn the knob in hand, `↑` `↓` take another, `r` brings back the lesson's settings.
- `enter` replays a finished run in slow motion; `[` `]` walk back and forth in time, `{` `}` in strides, `home` to the
  start, `end` to the newest step: curves, pictures and numbers all follow, also while it trains.
- `v` brings the next view to the front: there may be more of them than there is room for.
- Earlier runs stay on the chart: `o` puts another in focus,
  `x` takes the older ones off.
- `a` smooths (the raw curve stays, faint), `l` and `L` make axes logarithmic, `f` shows the chart full screen.
- `g` checks the gradient of this model, element by element, against finite differences.
- `y` copies every value of the run in focus as a table, or the sentence that says what went wrong. `R` opens the
  notebook with all runs of the lesson.
- `c` shows the model and its training loop as PyTorch code.
- A run of more than a minute goes on when the lab closes or the connection is lost (it is marked *kept*), a shorter one
  stops with a checkpoint. `K` says otherwise. `D` leaves the lab and keeps the run; `dltui attach`, or `A` here,
  comes back to it, and `dltui stop` ends it.
"""
MARKS = {"waiting": "…", "running": "▸", "paused": "‖", "done": "✓", "stopped": "■", "diverged": "✗", "failed": "✗",
         "lost": "✗"}
SHORT = 24
"""Characters up to which compared values are listed, and not only counted."""


def keys(state: str, knobs: bool, watching: bool = False) -> Sequence[Key]:
    """The three most useful keys while the newest run is in `state`; "" when there is none. `watching`: another window
    steers it."""
    if watching:
        return [("[ ]", "time"), ("v", "view"), ("t", "train your own")]
    if state == "running":
        return [("space", "pause"), ("s", "stop"), ("[ ]", "time")]
    if state == "paused":
        return [("space", "go on"), (".", "one step"), ("[ ]", "time")]
    if state == "stopped":
        return [("t", "train"), ("space", "resume"), ("c", "code")]
    if state in ("done", "diverged"):
        return [("t", "train"), ("↵", "replay"), ("+ -", "turn") if knobs else ("g", "gradient")]
    return [("t", "train"), ("+ -", "turn") if knobs else ("c", "code"), ("g", "gradient")]


def status(run: Run, kept: bool = False, watching: bool = False) -> str:
    """State, step, whether it goes on without the lab, who steers it, speed, seed, device and why that device."""
    parts = [f"{MARKS[run.state]} {run.state} {run.step}/{run.steps}" if run.steps else run.state]
    if watching and not run.over:
        parts.append("watching: another window steers")
    elif kept:
        parts.append("kept")
    if run.state == "running" and run.steps_per_second:
        parts.append(f"{run.steps_per_second:,.0f} steps/s".replace(",", " "))
    parts.append(f"{len(run.variants)} runs" if run.variants else f"seed {run.seed}")
    if run.device:
        parts.append(f"{run.device} ({run.device_reason})")
    return " · ".join(parts)


def steps(experiment: Experiment) -> int:
    """Optimiser steps of a whole run; the last incomplete batch of an epoch is dropped."""
    rows = DATASETS[experiment.data].train_rows
    batch = min(experiment.batch or rows, rows)
    return experiment.steps or (experiment.epochs or 1) * max(1, rows // batch)


def summary(experiment: Experiment) -> str:
    """How long and with what it trains, in a line."""
    count, unit = (experiment.epochs, "epoch") if experiment.epochs else (experiment.steps, "step")
    length = f"{count} {unit}{'' if count == 1 else 's'}"
    batch = f"batches of {experiment.batch}" if experiment.batch else "full batch"
    if experiment.compare:
        runs = prod(map(len, experiment.compare.values()))
        each = [_compared(name.rpartition(".")[2], values) for name, values in experiment.compare.items()]
        return " · ".join([f"{runs} runs together", *each, length, batch])
    return " · ".join([f"{experiment.optimizer.kind} lr {experiment.optimizer.lr:g}", length, batch,
                       f"seed {experiment.seed}"])


def _compared(name: str, values: Sequence[object]) -> str:
    listed = ", ".join(f"{value:g}" if isinstance(value, float) else str(value) for value in values)
    return f"{name} {listed}" if len(listed) <= SHORT else f"{len(values)} of {name}"
