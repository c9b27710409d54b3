"""Puts everything that a run needs together, from an experiment."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import torch
from torch import nn

from dltui.engine import data, device, memory, model, optimizer
from dltui.engine.batches import Batches
from dltui.engine.data import Data
from dltui.engine.device import Choice
from dltui.engine.evaluation import Evaluation
from dltui.engine.flat import flatten
from dltui.engine.noise import Noise
from dltui.engine.objective import Objective, objective
from dltui.engine.schedule import schedule
from dltui.engine.session import Session
from dltui.engine.views import Windows, windows
from dltui.lesson import layout
from dltui.lesson.datasets import DATASETS, DataSpec
from dltui.lesson.records import Experiment

NOISE_SEED = 1 << 32
"""Added to the seed for the noise of dropout, which shall not repeat the numbers of the initial weights."""
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
    evaluation: Evaluation
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
    spec = DATASETS[experiment.data]
    if problems := layout.check_output(experiment, spec):
        raise Misfit("; ".join(problems))
    shapes = layout.infer(experiment.model, spec.shape)
    batch = min(experiment.batch or spec.train_rows, spec.train_rows)
    work = OPERATIONS * batch * sum(shape.multiplies for shape in shapes)
    need = layout.bytes_needed(experiment.model, spec.shape, batch)
    chosen = device.choose(requested_device, work, need, without=without)
    try:
        return _on(chosen, experiment, spec, shapes[-1].outputs[0], work)
    except (RuntimeError, MemoryError) as error:
        if not memory.short(error):
            raise
        reached = chosen.name
    raise NoRoom(reached)  # beyond the clause: the error holds what was made so far


def _on(chosen: Choice, experiment: Experiment, spec: DataSpec, outputs: int, work: float) -> Assembly:
    place = chosen.device
    memory.cap(place)
    net = model.build(experiment, spec, experiment.seed, place)
    rows = data.make(experiment.data, experiment.data_seed)
    session = _session(experiment, net, objective(experiment.loss, outputs), rows)
    return Assembly(session, rows, Evaluation(rows, place), windows(experiment, rows, place), chosen.name,
                    chosen.reason, work)  # fmt: skip


def _session(experiment: Experiment, net: nn.Sequential, aim: Objective, rows: Data) -> Session:
    flat = flatten(net)
    place = flat.values.device
    x, y = torch.from_numpy(rows.train_x).to(place), aim.targets(rows.train_y).to(place)
    batches = Batches(x, y, experiment.batch, experiment.seed)
    steps = experiment.steps or (experiment.epochs or 1) * batches.per_epoch
    noise = Noise(experiment.seed + NOISE_SEED, place, any(isinstance(layer, nn.Dropout) for layer in net))
    return Session(
        model=net, flat=flat, objective=aim, batches=batches, update=optimizer.make(experiment.optimizer, flat),
        steps=steps, rates=schedule(experiment.optimizer, steps), noise=noise,
    )  # fmt: skip
