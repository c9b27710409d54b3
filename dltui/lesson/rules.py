"""What the annotations of the records cannot say: how the parts of a lesson belong together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from dltui.lesson import question_rules
from dltui.lesson.annotations import Fitting
from dltui.lesson.challenge_rules import challenge
from dltui.lesson.experiment_rules import experiment, model_sizes, optimizer, prediction
from dltui.lesson.explorers import EXPLORERS
from dltui.lesson.gradient_rules import gradient
from dltui.lesson.place import Path
from dltui.lesson.problem import Report, listed, nearest, quoted
from dltui.lesson.records import (
    AnyQuestion,
    Challenge,
    Experiment,
    Explorer,
    GradientCheck,
    Key,
    Optimizer,
    Option,
    Prediction,
    Question,
    Round,
)


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
            case Challenge() if path not in fitting.partial:
                challenge(record, path, report)
            case GradientCheck():
                gradient(record, path, report)
            case Optimizer():
                optimizer(record, path, report)
            case Prediction():
                prediction(record, path, report)
            case Round():
                question_rules.options(record, path, report)
            case Question():
                question_rules.question(cast(AnyQuestion, record), path, report)
            case Option(ok=False, why="") if path not in fitting.partial:
                report.add((*path, "why"), f"why is missing: what is wrong with {quoted(record.text)}?")
            case Key() if path not in fitting.partial:
                question_rules.key(record, path, report)
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
