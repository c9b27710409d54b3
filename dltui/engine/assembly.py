"""Puts everything that a run needs together, from an experiment."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from dltui.engine import data, device, memory
from dltui.engine.beginning import begin
from dltui.engine.data import Data
from dltui.engine.device import Choice
from dltui.engine.inventory import Inventory
from dltui.engine.measures import Measures, measures
from dltui.engine.session import Session
from dltui.engine.views import Windows, windows
from dltui.lesson import layout
from dltui.lesson.datasets import DATASETS, DataSpec
from dltui.lesson.records import Experiment

OPERATIONS = 6
"""Floating-point operations of a training step per multiplication of the model on one row: each comes with an addition,
and the way back costs twice the way there."""


class Misfit(Exception):
    """A model, a loss and data that do not fit together: one sentence or more."""


class NoRoom(MemoryError):
    """Memory ran out while the run was put together."""

    def __init__(self, device: str) -> None:
        super().__init__(f"{device} ran out of memory")
        self.device = device


@dataclass(frozen=True)
class Assembly:
    session: Session
    data: Data
    evaluation: Measures
    windows: Windows
    device: str
    """The name of the device that was chosen; in a rehearsal another one computes."""
    device_reason: str
    work: float
    """Floating-point operations of a step"""


def assemble(experiment: Experiment, requested_device: str, without: Collection[str] = ()) -> Assembly:
    """Data, model and optimiser at step 0, for an experiment that `lesson.change` has found well-formed; on none of the
    devices `without`.

    Raises Misfit, DataError, DeviceError and TooLarge, each with a sentence for the learner, and NoRoom.
    """
    chosen, work = planned(experiment, requested_device, without)
    try:
        return _on(chosen, experiment, DATASETS[experiment.data], work)
    except (RuntimeError, MemoryError) as error:
        if not memory.short(error):
            raise
        reached = chosen.name
    raise NoRoom(reached)  # beyond the clause: the error holds what was made so far


def assemble_like(experiment: Experiment, other: Assembly) -> Assembly:
    """At step 0, on the device and with the data of another one, whose experiment has the same data, layers and batch.
    Raises TooLarge."""
    session = begin(experiment, DATASETS[experiment.data], other.data, other.session.device)
    return replace(other, session=session, windows=windows(experiment, other.data, session.device))


def planned(
    experiment: Experiment, requested_device: str, without: Collection[str] = (), inventory: Inventory | None = None
) -> tuple[Choice, float]:
    """The device, and the floating-point operations of a step. Raises Misfit and DeviceError."""
    spec = DATASETS[experiment.data]
    if problems := layout.check_output(experiment, spec):
        raise Misfit("; ".join(problems))
    inputs = layout.input_shape(experiment, spec)
    shapes = layout.infer(experiment.model, inputs) + layout.infer_adversary(experiment, spec)
    batch = min(experiment.batch or spec.train_rows, spec.train_rows)
    work = OPERATIONS * batch * sum(shape.multiplies for shape in shapes)
    need = layout.bytes_needed(experiment.model, inputs, batch)
    return device.choose(requested_device, work, need, without=without, inventory=inventory), work


def _on(chosen: Choice, experiment: Experiment, spec: DataSpec, work: float) -> Assembly:
    place = chosen.device
    memory.cap(place)
    rows = data.make(experiment.data, experiment.data_seed)
    session = begin(experiment, spec, rows, place)
    return Assembly(session, rows, measures(experiment, rows, place), windows(experiment, rows, place), chosen.name,
                    chosen.reason, work)  # fmt: skip
