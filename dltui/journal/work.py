"""Work for the engine: one JSON line each, on its standard input or, about the run in hand, through `orders`. Results
never come back this way but as journals."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class Work(Struct, frozen=True, omit_defaults=True, kw_only=True, tag_field="do"):
    pass


class Train(Work, tag="train", frozen=True, kw_only=True):
    """Train from the start; the run in hand, if any, is stopped first."""

    run: str
    folder: str
    """The run folder, made by the engine."""
    lesson: str
    experiment: dict[str, Any]
    device: str = "auto"
    hold: bool = False
    """Start paused, before the first step."""


class Resume(Work, tag="resume", frozen=True, kw_only=True):
    """Go on with a stopped run from its checkpoint, in its own journal."""

    run: str
    folder: str


class Pause(Work, tag="pause", frozen=True, kw_only=True):
    run: str


class Go(Work, tag="go", frozen=True, kw_only=True):
    run: str


class Single(Work, tag="single", frozen=True, kw_only=True):
    """Do so many optimiser steps, then pause."""

    run: str
    steps: int = 1


class Stop(Work, tag="stop", frozen=True, kw_only=True):
    """Write a checkpoint and finish with reason `stopped`."""

    run: str


class Keep(Work, tag="keep", frozen=True, kw_only=True):
    """Whether the run goes on when nobody is left to steer it. Unsaid, that depends on how long it takes."""

    run: str
    on: bool = True


class Check(Work, tag="check", frozen=True, kw_only=True):
    """Check the gradient of a model: one Checked event in the journal of the run folder."""

    run: str
    folder: str
    check: dict[str, Any]
    """The gradient check of the lesson as plain data, with what the learner changed."""
    mode: str = "full"
    """`full` or `modular`."""


class Probe(Work, tag="probe", frozen=True, kw_only=True):
    """The differences of one element at many steps: one Probed event in the same journal."""

    run: str
    folder: str
    check: dict[str, Any]
    tensor: str
    place: int
    """Flat index of the element."""


AnyJob = Train | Resume | Check | Probe
"""What is queued and done one after the other; everything else is said to a run in hand."""
AnyOrder = Pause | Go | Single | Stop | Keep
"""What is said to a run in hand."""
AnyWork = Train | Resume | Pause | Go | Single | Stop | Keep | Check | Probe
