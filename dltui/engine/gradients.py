"""Gradient checks of lessons: builds the model and the batch, breaks the backward if asked, tells what was found."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

import msgspec
import torch
from torch import Tensor, nn

from dltui.engine.adversarial import discriminator_loss, generator_loss
from dltui.engine.data import DataError, make
from dltui.engine.model import TooLarge, build, build_adversary
from dltui.engine.objective import Objective, objective, objective_of
from dltui.gradcheck import check as check_gradient
from dltui.gradcheck.bugs import applicable, planted
from dltui.gradcheck.check import Mode
from dltui.gradcheck.report import GradientReport, TensorReport
from dltui.journal.events import VERDICTS, AnyEvent, Checked, CheckedTensor, Failed, Probed
from dltui.journal.work import Check, Probe
from dltui.lesson import layout
from dltui.lesson.bugs import unplantable
from dltui.lesson.datasets import DATASETS, DataSpec
from dltui.lesson.records import GradientCheck
from dltui.text import one_line

MOST_ELEMENTS = 100_000
"""A check of every element of a larger model is no matter of seconds."""
FIRST_STEP = 0.1
LAST_STEP = 1e-13
PER_DECADE = 3
"""Steps of the V-curve."""


class Objection(Exception):
    """Why a check cannot be made: one sentence."""


class Whole(nn.Module):
    """Model and loss as one function of the parameters: the mean loss of the batch, shape ()."""

    def __init__(self, layers: Sequence[nn.Module], goal: Objective) -> None:
        super().__init__()
        self.layers = list(layers)
        self._goal = goal
        for place, layer in enumerate(layers):  # so that parameters are called `0.weight`
            self.add_module(str(place), layer)

    def forward(self, x: Tensor, targets: Tensor) -> Tensor:
        return self._goal.loss(_through(self.layers, x), targets)


class Duel(Whole):
    """The losses of generator and discriminator, added up. Each depends on its own weights alone: the generator is
    scored by a copy of the discriminator, the discriminator scores rows that were generated before. So one check holds
    both gradients against differences, although in training each loss has a gradient by the other's weights too."""

    def __init__(
        self, generator: Sequence[nn.Module], discriminator: nn.Sequential, step: GradientCheck, kind: torch.dtype
    ) -> None:
        super().__init__([*generator, *discriminator], objective("mse", 1))
        self._count = len(generator)
        self._label = 1 - step.label_smoothing
        self._saturating = step.loss == "gan_saturating"
        # In a list: none of its weights is checked.
        self._judge = [copy.deepcopy(discriminator).to(kind).requires_grad_(False)]
        self._made: list[Tensor] = []

    def forward(self, noise: Tensor, real: Tensor) -> Tensor:
        fake = _through(self.layers[: self._count], noise).view_as(real)
        if not self._made:
            self._made.append(fake.detach())
        scores = _through(self.layers[self._count :], torch.cat([real, self._made[0]]))
        judged = discriminator_loss(scores[: len(real)], scores[len(real) :], self._label)
        return judged + generator_loss(self._judge[0](fake), self._saturating)


def _through(layers: Sequence[nn.Module], x: Tensor) -> Tensor:
    for layer in layers:
        x = layer(x)
    return x


@dataclass(frozen=True)
class Scene:
    """Everything a check needs; floating-point tensors in the dtype of the check."""

    step: GradientCheck
    whole: Whole
    x: Tensor
    targets: Tensor

    def loss(self) -> Tensor:
        with self.seeded():
            loss: Tensor = self.whole(self.x, self.targets)
        return loss

    @contextmanager
    def seeded(self) -> Iterator[None]:
        """Inside, chance starts anew: every forward drops the same units, in a check and in the curve of an element."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.step.seed)
            yield


def answer(work: Check | Probe) -> Iterator[AnyEvent]:
    """The events for one order."""
    try:
        step = msgspec.convert(work.check, GradientCheck)
        yield probe(step, work.tensor, work.place) if isinstance(work, Probe) else check(step, work.mode)
    except (Objection, msgspec.ValidationError) as error:
        yield Failed(step=0, reason="invalid", message=f"This cannot be checked: {one_line(str(error), 300)}")


def check(step: GradientCheck, mode: str) -> Checked:
    """Every element of every parameter, as an event. Raises Objection."""
    scene, report = measure(step, "modular" if mode == "modular" else "full")
    return _told(report, scene)


def measure(
    step: GradientCheck, mode: Mode = "full", budget_s: float | None = None, samples: int | None = None
) -> tuple[Scene, GradientReport]:
    """Every parameter, with the step's bug in place; tensors are called `0.weight`, by the number of their layer.

    Raises Objection for models that are too large, layers that are not there and bugs that their layer cannot have.
    """
    scene = set_up(step)
    with _broken(scene), scene.seeded():
        report = check_gradient(
            scene.whole, (scene.x, scene.targets), params="parameters", seed=step.seed, mode=mode, budget_s=budget_s,
            samples=samples,
        )  # fmt: skip
    return scene, replace(report, title=step.title)


@contextmanager
def _broken(scene: Scene) -> Iterator[None]:
    """With the step's bug in place. Raises Objection for one that its layer cannot have."""
    with ExitStack() as stack:
        try:
            stack.enter_context(planted(scene.whole.layers[scene.step.layer], scene.step.bug))
        except ValueError as error:
            raise Objection(str(error)) from error
        yield


def set_up(step: GradientCheck) -> Scene:
    """The model at its seed and the first rows of the data. Raises Objection."""
    if (spec := DATASETS.get(step.data)) is None:
        raise Objection(f"there is no data set {step.data!r}")
    if problems := layout.check_output(step, spec):
        raise Objection("; ".join(problems))
    shapes = _shapes(step, spec)
    elements = sum(shape.parameters for shape in shapes)
    if elements > MOST_ELEMENTS:
        raise Objection(f"the model has {elements} parameters; at most {MOST_ELEMENTS} are checked here")
    if step.layer >= len(shapes):
        raise Objection(f"there is no layer {step.layer}; the model has {len(shapes)}")
    try:
        return _built(step, spec)
    except (DataError, TooLarge) as error:
        raise Objection(str(error)) from error


def _built(step: GradientCheck, spec: DataSpec) -> Scene:
    cpu = torch.device("cpu")
    net = build(step, spec, step.seed, cpu)
    data = make(step.data, step.data_seed)
    dtype = torch.float64 if step.dtype == "float64" else torch.float32
    rows = torch.from_numpy(data.train_x[: step.batch])
    x = rows.to(dtype) if rows.is_floating_point() else rows
    if step.loss in layout.ADVERSARIAL:
        noise = torch.randn(len(x), step.noise, generator=torch.Generator().manual_seed(step.seed)).to(dtype)
        duel = Duel(list(net), build_adversary(step, spec, step.seed, cpu), step, dtype)
        return Scene(step, duel.to(dtype), noise, x)
    goal = objective_of(step, net, spec)
    targets = goal.targets((data.train_x if goal.restores else data.train_y)[: step.batch])
    if targets.is_floating_point():
        targets = targets.to(dtype)
    return Scene(step, Whole(list(net), goal).to(dtype), x, targets)


def _shapes(step: GradientCheck, spec: DataSpec) -> list[layout.LayerShape]:
    """Those of the adversary after those of the model, as `Duel` has its layers."""
    return layout.infer(step.model, layout.input_shape(step, spec)) + layout.infer_adversary(step, spec)


def _told(report: GradientReport, scene: Scene) -> Checked:
    step = scene.step
    shapes = _shapes(step, DATASETS[step.data])
    return Checked(
        verdict=report.verdict, bug=step.bug, layer=step.layer, dtype=step.dtype, batch=len(scene.x),
        tensors=[_tensor(tensor, shapes) for tensor in report.tensors.values()],
        hints=[str(hint) for hint in report.hints], notes=[*report.faults, *report.notes],
        first_bad_module=report.first_bad_module or "", mode=report.mode,
        plantable={str(place): _bugs(layer, place, scene, shapes) for place, layer in enumerate(scene.whole.layers)},
        evaluations=report.evaluations, seconds=report.seconds,
    )


def _bugs(layer: nn.Module, place: int, scene: Scene, shapes: list[layout.LayerShape]) -> list[tuple[str, str]]:
    """Those that would show: a wrong gradient of its input reaches nothing in front of the first weights."""
    return [
        (bug.name, bug.title) for bug in applicable(layer) if not unplantable(bug.name, shapes, place, len(scene.x))
    ]


def _tensor(tensor: TensorReport, shapes: list[layout.LayerShape]) -> CheckedTensor:
    owner = re.match(r"\d+", tensor.name)  # `0.weight`; module by module also `0: input`
    return CheckedTensor(
        name=tensor.name, layer=shapes[int(owner[0])].title if owner else "", shape=list(tensor.analytic.shape),
        counts={key: count for key, count in tensor.counts.items() if count and key in VERDICTS},
        analytic=_numbers(tensor.analytic, 17), numeric=_numbers(tensor.numeric, 17), error=_numbers(tensor.error, 2),
        verdict=[int(code) for code in tensor.verdict.reshape(-1)], excess=_numbers(tensor.excess, 3),
    )


def _numbers(values: Tensor, digits: int) -> list[float | None]:
    found: list[float] = values.double().reshape(-1).tolist()
    return [float(f"{value:.{digits}g}") if isfinite(value) else None for value in found]


def probe(step: GradientCheck, tensor: str, place: int) -> Probed:
    """Central differences of one element from large steps to small ones; h is relative to the size of the element,
    the chosen one is eps^(1/3) of it (Press et al., Numerical Recipes, section 5.7)."""
    scene = set_up(step)
    named: dict[str, Any] = dict(scene.whole.named_parameters())
    if tensor not in named or not 0 <= place < named[tensor].numel():
        raise Objection(f"there is no element {place} of {tensor}")
    parameter = named[tensor]
    with _broken(scene):
        (gradient,) = torch.autograd.grad(scene.loss(), [parameter])
    flat = parameter.detach().view(-1)
    scale = max(abs(float(flat[place])), float(flat.square().mean().sqrt())) or 1.0
    steps, central = [], []
    with torch.no_grad():
        for h in _ladder(scale):
            steps.append(h)
            central.append(_central(scene, flat, place, h))
    best = scale * torch.finfo(parameter.dtype).eps ** (1 / 3)
    analytic = float(gradient.reshape(-1)[place])
    return Probed(
        tensor=tensor, place=place, analytic=analytic if isfinite(analytic) else None, steps=steps, central=central,
        chosen=best,
    )


def _ladder(scale: float) -> Iterator[float]:
    h = FIRST_STEP
    while h > LAST_STEP:
        yield h * scale
        h *= 10 ** (-1 / PER_DECADE)


def _central(scene: Scene, flat: Tensor, place: int, h: float) -> float | None:
    """(F(x + h) - F(x - h)) / 2h with the steps as they are stored; the element is put back."""
    before = flat[place].clone()
    flat[place] = before + h
    up, high = scene.loss(), flat[place].clone()
    flat[place] = before - h
    down, low = scene.loss(), flat[place].clone()
    flat[place] = before
    width = float(high - low)
    value = float(up - down) / width if width else 0.0
    return value if isfinite(value) else None
