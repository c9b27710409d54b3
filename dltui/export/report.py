"""A run as a page of Markdown and as JSON: what was trained, with what, what came of it, and how to do it again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from dltui.export.curves import labelled
from dltui.export.text import text
from dltui.journal.run import Run
from dltui.lesson.change import ChangeError, options, read
from dltui.lesson.records import Experiment
from dltui.lesson.share import LONGEST, command, joined, settings
from dltui.text import one_line

MOST_ROWS = 60


def shared(run: Run, step: Experiment | None) -> str:
    """The share string of a run, made against the lesson's own experiment; empty where that is not known, or where the
    run is a comparison of its own."""
    if run.started is None or step is None:
        return ""
    try:
        made = read(run.started.experiment)
    except ChangeError:
        return ""
    return joined(f"{run.lesson}/{run.step_id}", settings(step, made)) if made.compare == step.compare else ""


def as_json(run: Run, step: Experiment | None) -> str:
    """Everything, every value of every series; ends in a newline."""
    started = run.started
    told: dict[str, Any] = {
        "run": run.run, "lesson": run.lesson, "step": run.step_id, "state": run.state, "at": run.step, "of": run.steps,
        "seed": run.seed, "device": run.device, "device_reason": run.device_reason, "seconds": run.seconds,
        "started": started.t if started else None, "torch": started.torch if started else "",
        "versions": started.versions if started else {}, "digest": started.digest if started else "",
        "share": shared(run, step), "experiment": started.experiment if started else {}, "message": run.message,
        "runs": [{"label": label, "seed": each.seed, "state": each.state, "final": each.final,
                  "series": {name: {"steps": series.steps, "values": [series[place][1] for place in range(len(series))]}
                             for name, series in each.series.items()}}
                 for label, each in labelled(run)],
    }  # fmt: skip
    return json.dumps(told, allow_nan=False) + "\n"


def markdown(run: Run, step: Experiment | None, ascii: bool = False) -> str:
    """A page that can be pasted into an issue or a lab book; ends in a newline."""
    return "\n".join(_page(run, step, ascii)) + "\n"


def _page(run: Run, step: Experiment | None, ascii: bool) -> Iterator[str]:
    yield f"# {_cell(run.lesson)}/{_cell(run.step_id)}"
    yield ""
    when = f"{datetime.fromtimestamp(run.started.t, UTC):%Y-%m-%d %H:%M} UTC, " if run.started else ""
    yield f"{when}{run.state} at step {run.step} of {run.steps} in {run.seconds:.2f} s."
    if run.message:
        yield f"\n{_cell(run.message)}"
    if line := shared(run, step):
        yield f"\nTo do it again:\n\n```sh\n{one_line(command(line), LONGEST).replace('```', '')}\n```"
    yield "\n## Results\n"
    yield from _results(run)
    if drawn := text(run, ascii=ascii):
        yield f"\n```text\n{drawn.rstrip()}\n```"
    yield "\n## Settings\n"
    yield from _settings(run, step)


def _results(run: Run) -> Iterator[str]:
    members = labelled(run)
    names = list(dict.fromkeys(name for _, each in members for name in each.final))
    yield f"| {'settings | ' * bool(run.variants)}seed | state | {' | '.join(map(_cell, names))} |"
    yield "|" + " --- |" * (len(names) + 2 + bool(run.variants))
    for label, each in members:
        values = (_figure(each.final.get(name)) for name in names)
        before = f"{_cell(label)} | " if run.variants else ""
        yield f"| {before}{each.seed} | {each.state} | {' | '.join(values)} |"


def _settings(run: Run, step: Experiment | None) -> Iterator[str]:
    """In bold what is otherwise in the lesson."""
    yield "| setting | value |"
    yield "| --- | --- |"
    yield f"| device | {_cell(f'{run.device} ({run.device_reason})')} |"
    if run.started is None:
        return
    yield f"| PyTorch | {_cell(run.started.torch)} |"
    try:
        here = options(read(run.started.experiment))
    except ChangeError:
        return
    usual = options(step) if step is not None else here
    for name, value in list(here.items())[:MOST_ROWS]:
        mark = "**" if usual.get(name) != value else ""
        yield f"| {_cell(name)} | {mark}{_cell(str(value))}{mark} |"


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.6g}"


def _cell(words: str) -> str:
    return one_line(words, 200).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
