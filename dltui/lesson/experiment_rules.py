"""What the annotations cannot say about an experiment: that its data, model, loss, views and knobs go together."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dltui.lesson.change import ChangeError, UnknownSetting, apply, place, value
from dltui.lesson.claims import check_claim, check_prediction
from dltui.lesson.comparison import variants
from dltui.lesson.datasets import DATASETS, DataSpec
from dltui.lesson.layout import ADVERSARIAL, LayoutError, check_output, infer, infer_adversary, input_shape, tag
from dltui.lesson.metrics import TITLES, metrics, unmeasured
from dltui.lesson.place import Path
from dltui.lesson.problem import Report, listed, nearest, quoted
from dltui.lesson.records import Experiment, Optimizer, Prediction
from dltui.lesson.views import unseen
from dltui.lesson.wording import figure, given

WITH_MOMENTUM = ("sgd", "rmsprop")
WITH_BETAS = ("adam", "adamw")


def experiment(step: Experiment, path: Path, report: Report) -> None:
    """Data and model are checked by `model_sizes`, which also sees experiments that are wrong elsewhere."""
    if step.epochs is None and step.steps is None:
        report.add((*path, "epochs"), "epochs or steps is missing: how long is the training?")
    elif step.epochs is not None and step.steps is not None:
        report.add((*path, "steps"), "epochs and steps are both given: keep one")
    spec = DATASETS.get(step.data)
    if step.claim and (said := check_claim(step, metrics(step, spec) if spec else [*TITLES])):
        report.add((*path, "claim"), said)
    if spec is None:
        return
    _game(step, path, report)
    _views(step, spec, path, report)
    if step.batch > spec.train_rows:
        message = f"{spec.name} has {spec.train_rows} rows to train on, fewer than batch = {step.batch}; 0 takes all"
        report.add((*path, "batch"), message)
    if (step.epochs is None) == (step.steps is None):
        step = replace(step, epochs=1, steps=None)  # told above: the knobs are another matter
    if _fits(step, spec, path, report):
        for number, knob in enumerate(step.knobs):
            _knob(step, spec, number, (*path, "knobs", number), report)
            if knob.set in [other.set for other in step.knobs[:number]]:
                report.add((*path, "knobs", number, "set"), f"another knob sets {knob.set} already")
        _compare(step, (*path, "compare"), report)


def model_sizes(step: dict[str, Any], path: Path, records: Mapping[Path, Struct], report: Report) -> None:
    """The data set of a step that may be wrong elsewhere, and the sizes of its layers as far as they are sound."""
    data = step.get("data")
    if step.get("kind") not in ("experiment", "gradient", "challenge") or not isinstance(data, str):
        return
    if data not in DATASETS:
        hint = nearest(data, DATASETS)
        rest = "" if hint else f": it is one of {listed(DATASETS)}"
        report.add((*path, "data"), f"unknown data {quoted(data)}{rest}", hint=hint)
        return
    spec, noise = DATASETS[data], step.get("noise")
    inputs: dict[str, tuple[int, ...]] = {"model": spec.shape, "adversary": spec.shape}
    if step.get("loss") in ADVERSARIAL:
        inputs["model"] = (noise,) if isinstance(noise, int) and noise > 0 else ()
    for which, shape in inputs.items():
        layers = step.get(which)
        count = len(layers) if isinstance(layers, list) and shape else 0
        sound: list[Any] = [*takewhile(bool, (records.get((*path, which, number)) for number in range(count)))]
        try:
            infer(sound, shape)
        except LayoutError as error:
            layer = tag(sound[error.index])
            report.add((*path, which, error.index), f"this {layer} layer does not fit: {error.message}")


def optimizer(record: Optimizer, path: Path, report: Report) -> None:
    if record.momentum and record.kind not in WITH_MOMENTUM:
        report.add((*path, "momentum"), f"{record.kind} has no momentum: its running mean is set by betas")
    if not record.cycle_momentum and record.schedule != "one_cycle":
        report.add((*path, "cycle_momentum"), f"only one_cycle moves the momentum; this schedule is {record.schedule}")
    if record.betas != Optimizer(kind="adam", lr=1).betas and record.kind not in WITH_BETAS:
        report.add((*path, "betas"), f"{record.kind} has no betas: they belong to {listed(WITH_BETAS, 'and')}")
    if record.nesterov and not (record.kind == "sgd" and record.momentum):
        report.add((*path, "nesterov"), "nesterov belongs to sgd with a momentum above 0")
    for number, beta in enumerate(record.betas):
        if not 0 <= beta < 1:
            report.add((*path, "betas", number), f"a beta must be at least 0 and below 1, not {figure(beta)}")


def prediction(record: Prediction, path: Path, report: Report) -> None:
    if record.low >= record.high:
        report.add((*path, "low"), f"low must be below high, not from {figure(record.low)} to {figure(record.high)}")
    elif record.close > record.high - record.low:
        report.add((*path, "close"), "close is wider than all from low to high: every guess would be close")


def _fits(step: Experiment, spec: DataSpec, path: Path, report: Report) -> bool:
    """Whether the model can be trained with this loss on this data."""
    try:
        infer(step.model, input_shape(step, spec))
        infer_adversary(step, spec)
    except LayoutError:
        if step.loss not in ADVERSARIAL or step.noise:
            return False  # told by `model_sizes`
    said = check_output(step, spec)
    if said:
        report.add((*path, "loss"), said[0])
    return not said


def _game(step: Experiment, path: Path, report: Report) -> None:
    """Settings of the discriminator where there is none."""
    if step.loss in ADVERSARIAL:
        return
    usual = {"adversary_optimizer": None, "d_steps": 1, "g_steps": 1}
    for name in (name for name, nothing in usual.items() if getattr(step, name) != nothing):
        report.add((*path, name), f'{name} belongs to loss = "gan", and the loss is {step.loss}')


def _views(step: Experiment, spec: DataSpec, path: Path, report: Report) -> None:
    for number, view in enumerate(step.show):
        if view in step.show[:number]:
            report.add((*path, "show", number), f"{view} is shown already")
        elif why := _unseen(view, step, spec):
            report.add((*path, "show", number), why)
    if step.predict and (why := _unseen(step.predict.metric, step, spec)):
        report.add((*path, "predict", "metric"), why)
    if said := check_prediction(step):
        report.add((*path, "predict", "line"), said)


def _unseen(view: str, step: Experiment, spec: DataSpec) -> str:
    """Why there is no such view or metric of this run; empty if there is."""
    return unmeasured(view, step, spec) if view in TITLES else unseen(view, step, spec)


def _knob(step: Experiment, spec: DataSpec, number: int, path: Path, report: Report) -> None:
    knob = step.knobs[number]
    try:
        now = value(step, knob.set)
    except UnknownSetting as error:
        rest = "" if error.near else f": it has {error.expected}"
        return report.add((*path, "set"), f"the experiment has no setting {quoted(knob.set)}{rest}", hint=error.near)
    if now not in knob.values:
        report.add((*path, "values"), f"values must hold {_written(now)}, to which the experiment sets {knob.set}")
    for at, new in enumerate(knob.values):
        if why := _unsettable(step, knob.set, new):
            report.add((*path, "values", at), why)
        elif new in knob.values[:at]:
            report.add((*path, "values", at), f"{_written(new)} is here for the second time")
    return None


def _compare(step: Experiment, path: Path, report: Report) -> None:
    """Each value by itself, then all of them together."""
    sound = True
    for name, values in step.compare.items():
        try:
            value(step, name)
        except UnknownSetting as error:
            rest = "" if error.near else f": it has {error.expected}"
            report.add((*path, name), f"the experiment has no setting {quoted(name)}{rest}", hint=error.near)
            sound = False
            continue
        if any(_same(step, name, knob.set) for knob in step.knobs):
            report.add((*path, name), f"{name} is a knob too, which would turn nothing: keep one of them")
        for number, new in enumerate(values):
            why = _unsettable(step, name, new)
            if why or new in values[:number]:
                report.add((*path, name, number), why or f"{_written(new)} is here for the second time")
                sound = False
    try:
        count = len(variants(step)) if sound else 2
    except ChangeError as error:
        report.add(path, str(error))
        return
    if count == 1:
        report.add(path, "there is nothing to compare: give at least two values")


def _same(step: Experiment, name: str, other: str) -> bool:
    """Whether two names, the second perhaps of nothing, mean one setting."""
    try:
        return place(step, name) == place(step, other)
    except UnknownSetting:
        return False


def _unsettable(step: Experiment, name: str, new: object) -> str:
    """What is wrong with the experiment once the setting has this value; empty if nothing is."""
    try:
        changed = apply(step, {name: new})
    except ChangeError as error:
        near = f" — did you mean {error.near}?" if error.near else ""
        return f"{name} cannot be {_written(new)}: it must be {error.expected}{near}"
    spec = DATASETS[changed.data]
    try:
        infer(changed.model, input_shape(changed, spec))
    except LayoutError as error:
        return f"with {name} = {_written(new)} layer {error.index + 1} of the model fails: {error.message}"
    said = check_output(changed, spec)
    return f"with {name} = {_written(new)}: {said[0]}" if said else ""


def _written(setting: object) -> str:
    """As it stands in a file."""
    if setting is None:
        return "nothing"
    if isinstance(setting, str):
        return quoted(setting)
    return given(setting) if isinstance(setting, bool | int | float) else str(setting)
