"""What the annotations of the records cannot say: how the parts of a lesson belong together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dltui.lesson.annotations import Fitting
from dltui.lesson.experiment_rules import experiment, model_sizes, optimizer, prediction
from dltui.lesson.explorers import EXPLORERS
from dltui.lesson.expressions import check
from dltui.lesson.functions import CONSTANTS, FUNCTIONS
from dltui.lesson.gradient_rules import gradient
from dltui.lesson.positions import Path
from dltui.lesson.problem import Report, listed, nearest, quoted
from dltui.lesson.records import (
    Choice,
    Experiment,
    Explorer,
    Fill,
    GradientCheck,
    Key,
    Multi,
    Optimizer,
    Option,
    Prediction,
    Round,
    Shape,
)
from dltui.lesson.wording import figure, given


def check_rules(document: dict[str, Any], fitting: Fitting, report: Report) -> None:
    """Every rule on every record that could be made, also where others could not."""
    for path, record in fitting.records.items():
        if report.full:
            return
        match record:
            case Explorer():
                _explorer(record, path, report)
            case Experiment():
                experiment(record, path, report)
            case GradientCheck():
                gradient(record, path, report)
            case Optimizer():
                optimizer(record, path, report)
            case Prediction():
                prediction(record, path, report)
            case Choice() | Multi() | Round():
                _options(record, path, report)
            case Option(ok=False, why="") if path not in fitting.partial:
                report.add((*path, "why"), f"why is missing: what is wrong with {quoted(record.text)}?")
            case Key() if path not in fitting.partial:
                _key(record, path, report)
            case Shape():
                _shape(record, path, report)
            case Fill():
                _fill(record, path, report)
    for number, step in enumerate(_tables(document, "step")):
        model_sizes(step, ("step", number), fitting.records, report)
    _needs(document, report)
    _unique_ids(document, report)


def _needs(document: dict[str, Any], report: Report) -> None:
    needs = document.get("needs")
    needs = needs if isinstance(needs, list) else []
    for number, needed in enumerate(needs):
        if needed == document.get("id"):
            report.add(("needs", number), "a lesson cannot need itself")
        elif needed in needs[:number]:
            report.add(("needs", number), f"{quoted(str(needed))} is here for the second time")


def _explorer(step: Explorer, path: Path, report: Report) -> None:
    if step.explorer not in EXPLORERS:
        hint = nearest(step.explorer, EXPLORERS)
        rest = "" if hint else f": it is one of {listed(EXPLORERS)}"
        report.add((*path, "explorer"), f"unknown explorer {quoted(step.explorer)}{rest}", hint=hint)
    for number, control in enumerate(step.controls):
        if control in step.controls[:number]:
            report.add((*path, "controls", number), f"{quoted(control)} is here for the second time")


def _options(question: Choice | Multi | Round, path: Path, report: Report) -> None:
    right = [number for number, option in enumerate(question.options) if option.ok]
    if not right:
        report.add((*path, "options"), "no option is right: give one of them ok = true")
    if not isinstance(question, Multi):
        noun, rest = ("round", "") if isinstance(question, Round) else ("choice", ": use kind multi for several")
        for number in right[1:]:
            message = f"a {noun} has one right option, and item {right[0] + 1} is it{rest}"
            report.add((*path, "options", number, "ok"), message)
    texts = [option.text.strip() for option in question.options]
    for number, text in enumerate(texts):
        if text in texts[:number]:
            report.add((*path, "options", number, "text"), f"item {texts.index(text) + 1} of options says the same")


def _key(key: Key, path: Path, report: Report) -> None:
    if key.compute and key.value is not None:
        report.add((*path, "value"), "compute and value are both given: keep compute, which cannot be mistyped")
    elif not key.compute and key.value is None:
        report.add(path, "the answer has neither compute (an expression) nor value (with proof or why)")
    elif key.value is not None and not (key.proof or key.why):
        report.add(path, "a value that is typed in needs proof (how it is found again) or why (where it comes from)")
    if key.compute and (said := check(key.compute)):
        report.add((*path, "compute"), said)


def _shape(question: Shape, path: Path, report: Report) -> None:
    value = question.answer.value
    sizes = value if isinstance(value, list) else [0.5]
    if value is not None and not all(isinstance(size, int) and size > 0 for size in sizes):
        message = f"a shape is a list of whole numbers such as [3, 4], not {given(value)}"
        report.add((*path, "answer", "value"), message)


def _fill(question: Fill, path: Path, report: Report) -> None:
    for name, (low, high) in question.variables.items():
        place = (*path, "variables", name)
        if not name.isidentifier():
            report.add(place, f"{quoted(name)} is no name for a variable: letters, digits and _")
        elif name in FUNCTIONS or name in CONSTANTS:
            report.add(place, f"{name} is a name of the language already: call the variable something else")
        elif low >= high:
            report.add(place, f"the range of {name} must go up, not from {figure(low)} to {figure(high)}")
    if said := check(question.answer, question.variables):
        report.add((*path, "answer"), said)
    for number, wrong in enumerate(question.wrong):
        if isinstance(wrong.value, str) and (said := check(wrong.value, question.variables)):
            report.add((*path, "wrong", number, "value"), said)


def _unique_ids(document: dict[str, Any], report: Report) -> None:
    """Ids of steps, and of questions in the whole lesson: answers are kept by them."""
    steps: dict[Path, Any] = {}
    questions: dict[Path, Any] = {}
    for number, step in enumerate(_tables(document, "step")):
        steps["step", number] = step.get("id")
        for inner, question in enumerate(_tables(step, "question")):
            questions["step", number, "question", inner] = question.get("id")
    for noun, ids in (("step", steps), ("question", questions)):
        first: dict[str, Path] = {}
        for path, name in ids.items():
            if isinstance(name, str) and name in first:
                line = report.positions.nearest((*first[name], "id")).line
                report.add((*path, "id"), f"the {noun} on line {line} has the id {quoted(name)} too")
            elif isinstance(name, str):
                first[name] = path


def _tables(parent: dict[str, Any], key: str) -> Iterator[dict[str, Any]]:
    found = parent.get(key)
    for item in found if isinstance(found, list) else []:
        yield item if isinstance(item, dict) else {}
