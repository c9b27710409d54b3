"""What happens in a run, one record per journal line. The journal is the only channel for results.

Times: `t` is the wall clock in seconds since 1970 (for people), `seconds` is training time from a monotonic clock.
A value that is not finite is written as null.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from dltui.journal.picture import Picture


class Event(Struct, frozen=True, omit_defaults=True, kw_only=True, tag_field="kind"):
    n: int = 0
    """Position in its journal, from 0; the writer fills it in."""
    t: float = 0.0
    variant: int = 0
    """Which run of a comparison it is about, from 1; 0: the whole. Each has its own Started, Metrics and end."""


class Ready(Event, tag="ready", frozen=True, kw_only=True):
    """In the worker's own journal: torch is imported, work can come."""

    pid: int
    torch: str
    device: str
    seconds: float


class Started(Event, tag="started", frozen=True, kw_only=True):
    run: str
    lesson: str
    step_id: str
    experiment: dict[str, Any]
    """The complete experiment as plain data, with every change of the learner in it."""
    digest: str
    """Hash of the experiment: equal digests mean the same curve on the same machine."""
    seed: int
    device: str
    device_reason: str
    threads: int
    torch: str
    steps: int
    """Total number of optimiser steps."""
    parameters: int
    domain: list[float] = []
    """x low, x high, y low, y high of 2-D inputs, or x low, x high of 1-D inputs."""
    points: list[list[float]] = []
    """Up to 400 training points for drawing: inputs, then the target."""
    resumed_at: int = 0
    versions: dict[str, str] = {}
    """Of what the numbers depend on besides torch: python, numpy, dltui."""


class Metrics(Event, tag="metrics", frozen=True, kw_only=True):
    """A batch of measurements: for each metric the steps and the values, equally long."""

    series: dict[str, tuple[list[int], list[float | None]]]
    seconds: float


Seen = Literal[
    "regions", "fit", "parameters", "gradients", "filters", "features", "mistakes", "confusion", "gates", "recall",
    "codes", "reconstructions", "latent_grid", "samples",
]  # fmt: skip


class Snapshot(Event, tag="snapshot", frozen=True, kw_only=True):
    """The model seen through one view at one step. Numbers are rounded: they are looked at, not computed with."""

    step: int
    view: Seen
    shape: list[int] = []
    """Of `values`."""
    values: list[float | None] = []
    """Row-major. fit: output over the x domain. parameters, gradients: one for each of `names`. recall: one for each
    step of the sequence. confusion: rows, for each class by row how often it was taken for each class. codes: rows of
    x, y and class. samples: rows of x, y. latent_grid: x low, x high, y low, y high of the codes."""
    names: list[str] = []
    """parameters: the name of each value, such as `w1`; gradients: the layer; confusion: the class."""
    pictures: list[Picture] = []
    """regions: probability of class 1 over the domain; samples in a plane: the adversary's; gates: units by steps; of
    the other views as many as they need."""
    note: str = ""
    """What is to be said below it, such as `31 of 500 wrong`."""


class Paused(Event, tag="paused", frozen=True, kw_only=True):
    step: int


class Continued(Event, tag="continued", frozen=True, kw_only=True):
    step: int


class Adapted(Event, tag="adapted", frozen=True, kw_only=True):
    """A run that met a limit of the machine and goes on in another way, from this step."""

    step: int
    """Measurements after it are made again."""
    device: str
    device_reason: str
    message: str
    """One sentence for the learner."""


class Finished(Event, tag="finished", frozen=True, kw_only=True):
    step: int
    reason: Literal["done", "stopped"]
    """`stopped` runs can be resumed from `checkpoint`."""
    seconds: float
    cpu: float = 0.0
    """Processor time of the engine from Started to here, in seconds."""
    final: dict[str, float | None]
    checkpoint: str = ""
    """File name in the run folder."""


class Failed(Event, tag="failed", frozen=True, kw_only=True):
    """A failed run is data, not an exception."""

    step: int
    reason: Literal["diverged", "memory", "too-large", "invalid", "disk", "crash"]
    message: str
    """One sentence for the learner."""
    layer: str = ""
    checkpoint: str = ""


class Unwritten(Event, tag="unwritten", frozen=True, kw_only=True):
    """In the worker's own journal: a run whose journal cannot be written."""

    run: str
    begun: bool
    """The run goes on, its events wait in memory; else it did not begin."""
    message: str
    """One sentence for the learner."""


class CheckedTensor(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One tensor of a gradient check; the lists are row-major and hold null where nothing was measured."""

    name: str
    """Such as `0.weight`: the layer, counted from 0, and its parameter."""
    layer: str
    """The layer in words, such as `Linear(64→32)`."""
    shape: list[int]
    counts: dict[str, int]
    """Elements by verdict: ok, wrong, kink, unsure, unchecked."""
    analytic: list[float | None]
    """What the backward says."""
    numeric: list[float | None]
    """What finite differences say."""
    error: list[float | None]
    """Error bar of `numeric`."""
    verdict: list[int]
    """Index into VERDICTS."""
    excess: list[float | None]
    """|analytic - numeric| in units of what rounding and truncation explain; above 1 is wrong."""


VERDICTS = ("ok", "wrong", "kink", "unsure", "unchecked")


class Checked(Event, tag="checked", frozen=True, kw_only=True):
    """A gradient check, whole."""

    verdict: Literal["right", "wrong", "inconclusive"]
    bug: str
    """The planted bug; `none`: the backward is the layer's own."""
    layer: int
    """The layer with the bug."""
    dtype: str
    batch: int
    tensors: list[CheckedTensor]
    hints: list[str]
    notes: list[str]
    first_bad_module: str
    mode: str
    plantable: dict[str, list[tuple[str, str]]] = {}
    """For each layer by its number: name and title of the bugs that can be planted in its backward."""
    evaluations: int
    """Forward passes, each row of a batch of them counted."""
    seconds: float


LEAST_ERROR = 1e-17
"""Relative errors below the rounding of a double are shown as this."""


class Probed(Event, tag="probed", frozen=True, kw_only=True):
    """Differences of one element at many steps: the V-curve."""

    tensor: str
    place: int
    """Flat index of the element."""
    analytic: float | None
    steps: list[float]
    """h, the largest first."""
    central: list[float | None]
    """(F(x + h) - F(x - h)) / 2h"""
    chosen: float
    """The step that the check would take."""

    def errors(self) -> list[tuple[float, float]]:
        """(h, |difference - backward| / the larger of the two) by rising h, where both are finite. None is less
        than LEAST_ERROR: the axis is logarithmic."""
        found = []
        for step, value in zip(self.steps, self.central, strict=True):
            if value is not None and self.analytic is not None:
                size = max(abs(self.analytic), abs(value)) or 1.0
                found.append((step, max(LEAST_ERROR, abs(value - self.analytic) / size)))
        return sorted(found)


AnyEvent = (
    Ready | Started | Metrics | Snapshot | Paused | Continued | Adapted | Finished | Failed | Unwritten | Checked
    | Probed
)
