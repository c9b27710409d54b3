"""The runs as a table, and the shards of a comparison brought together."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from dltui.journal.events import Started
from dltui.journal.folder import JOURNAL, RunSummary, alive, living, runs, summary
from dltui.journal.folder import started as begun_with
from dltui.journal.owner import holder
from dltui.journal.run import Run
from dltui.lesson.change import ChangeError, read
from dltui.lesson.comparison import groups, variants
from dltui.lesson.differences import differences
from dltui.lesson.find import Course, NotFound, find
from dltui.lesson.records import Experiment
from dltui.text import one_line


class NoSuchRuns(LookupError):
    """One sentence: what was asked for and is not there."""


def listed(state: Path, names: Sequence[str], course: Course, as_json: bool) -> str:
    """Name, when, step, settings that are not the lesson's, state and result; newest first. Raises NoSuchRuns."""
    rows = [_row(each, course) for each in chosen(state, names)]
    if as_json:
        return json.dumps(rows)
    if not rows:
        return "no runs yet"
    head = {"when": "WHEN", "place": "LESSON/STEP", "settings": "SETTINGS", "state": "STATE", "result": "RESULT",
            "run": "RUN"}  # fmt: skip
    said = [head, *({**row, "when": _when(row["t"]), "place": f"{row['lesson']}/{row['step_id']}",
                     "settings": ", ".join(f"{name}={value}" for name, value in row["settings"].items()) or "-",
                     "state": _stands(row), "result": _values(row["final"])}
                    for row in rows)]  # fmt: skip
    return "\n".join(_aligned([[str(each[column]) for column in head] for each in said]))


def chosen(state: Path, names: Sequence[str]) -> list[RunSummary]:
    """The runs of these names, ends of names or folders; all where none is named. Raises NoSuchRuns."""
    there = runs(state)
    found = []
    for name in names:
        folder = Path(name)
        if (folder / JOURNAL).is_file():
            found.append(summary(folder.resolve()))
            continue
        named = [each for each in there if each.run.endswith(name)]
        if len(named) != 1:
            number = "no run" if not named else f"{len(named)} runs"
            raise NoSuchRuns(f"{one_line(name, 80)} names {number}; `dltui runs` lists them")
        found += named
    return found if names else there


def going_on(state: Path, name: str) -> RunSummary:
    """The run of this name, over or not; without a name the newest that is being trained. Raises NoSuchRuns."""
    if name:
        return chosen(state, [name])[0]
    there = living(state)
    if not there:
        raise NoSuchRuns("no run goes on at this moment; `dltui runs` lists those that are over,"
                         " `dltui train --resume` goes on with the newest that ended before its time")
    return there[0]


def to_be_stopped(state: Path, names: Sequence[str], every: bool) -> list[RunSummary]:
    """The named runs; without names the one that is being trained, or `every`. Raises NoSuchRuns."""
    if names:
        return chosen(state, names)
    there = living(state)
    if not there:
        raise NoSuchRuns("no run goes on at this moment; `dltui runs` lists those that are over")
    if len(there) > 1 and not every:
        several = ", ".join(each.run for each in there)
        raise NoSuchRuns(f"{len(there)} runs go on: name those to stop, or --all ({several})")
    return there


def merged(state: Path, names: Sequence[str], course: Course, as_json: bool) -> str:
    """The variants of one comparison from all the runs that have some of them, and what each setting came to: mean and
    standard deviation over seeds. Of a variant that was trained twice the later counts. Raises NoSuchRuns."""
    shards = _shards(chosen(state, names), bool(names))
    experiment = _compared(shards[0][1])
    assert experiment is not None, "found by it"
    every = variants(experiment)
    told: dict[int, tuple[str, Run]] = {}
    for each, _ in reversed(shards):  # the newest comes last and counts
        for place, run in enumerate(Run.read(each.folder).variants[: len(every)]):
            if run.started is not None and (run.over or place not in told):
                told[place] = each.run, run
    lines = [_line(label, [told.get(place) for place in places]) for label, places in groups(experiment, every)]
    missing = [place for place in range(len(every)) if place not in told]
    if as_json:
        rows = [{"variant": place + 1, "run": name, "label": label, "seed": run.seed, "state": run.state,
                 "step": run.step, "steps": run.steps, "final": run.final}
                for label, places in groups(experiment, every) for place in places
                for name, run in [told[place]] if place in told]  # fmt: skip
        return json.dumps({
            "lesson": shards[0][0].lesson, "step": experiment.id, "shards": [each.run for each, _ in shards],
            "settings": lines, "variants": rows, "missing": [place + 1 for place in missing],
        })  # fmt: skip
    table = _aligned([["SETTING", "RUNS", "RESULT (MEAN ± SD)"], *(_told(line) for line in lines)])
    note = f"{len(missing)} of {len(every)} variants are in none of {len(shards)} runs" if missing else (
        f"{len(every)} variants from {len(shards)} runs")  # fmt: skip
    return "\n".join([*table, note])


def _shards(found: Sequence[RunSummary], named: bool) -> list[tuple[RunSummary, Started]]:
    """Runs of one comparison, newest first: equal experiments."""
    begun = [(each, started) for each in found if (started := begun_with(each.folder)) and _compared(started)]
    if not begun:
        raise NoSuchRuns("none of these runs compares anything; `dltui runs` lists them" if named else
                         "there is no run of a comparison yet: dltui train LESSON/STEP --compare lr=0.01,0.1 --seeds 8")
    same = [(each, started) for each, started in begun if started.digest == begun[0][1].digest]
    if named and len(same) < len(found):
        other = next(each.run for each in found if each.run not in {one.run for one, _ in same})
        raise NoSuchRuns(f"{other} is of another experiment than {same[0][0].run}: only shards of one go together")
    return same


def _line(label: str, parts: Sequence[tuple[str, Run] | None]) -> dict[str, Any]:
    finals = [part[1].final for part in parts if part is not None and part[1].state == "done"]
    names = list(dict.fromkeys(name for final in finals for name in final))
    result = {}
    for name in names:
        values = [value for final in finals if (value := final.get(name)) is not None]
        if values:
            result[name] = {"mean": mean(values), "sd": stdev(values) if len(values) > 1 else 0.0, "n": len(values)}
    failed = sum(part is not None and part[1].state in ("diverged", "failed", "lost") for part in parts)
    return {"label": label, "done": len(finals), "failed": failed, "of": len(parts), "result": result}


def _told(line: Mapping[str, Any]) -> list[str]:
    values = [f"{name} {each['mean']:.4g}" + (f" ± {each['sd']:.2g}" if each["n"] > 1 else "")
              for name, each in line["result"].items()]  # fmt: skip
    failed = f", {line['failed']} failed" if line["failed"] else ""
    return [line["label"] or "-", f"{line['done']}/{line['of']}{failed}", "  ".join(values) or "-"]


def _stands(row: Mapping[str, Any]) -> str:
    """With the process that trains it: its pid alone would not say whether it still is that process."""
    said = f"{'died' if row['state'] == 'lost' else row['state']} {row['step']}/{row['steps']}"
    return f"{said} (pid {row['pid']})" if row["alive"] and row["pid"] else said


def _row(each: RunSummary, course: Course) -> dict[str, Any]:
    owner = holder(each.folder)
    return {
        "run": each.run, "t": each.t, "lesson": each.lesson, "step_id": each.step_id, "state": each.state,
        "step": each.step, "steps": each.steps, "seed": each.seed, "device": each.device,
        "alive": alive(each.folder), "pid": owner.pid if owner else 0, "host": owner.host if owner else "",
        "seconds": round(each.seconds, 3), "final": each.final, "message": each.message,
        "settings": settings(begun_with(each.folder), course),
    }  # fmt: skip


def settings(started: Started | None, course: Course) -> dict[str, Any]:
    """What was changed of the lesson's experiment: leaves by their place, such as `optimizer.lr`."""
    if started is None:
        return {}
    with suppress(NotFound):
        entry, index = find(course, f"{started.lesson}/{started.step_id}")
        if entry.lesson is not None and isinstance(own := entry.lesson.step[index], Experiment):
            return dict(differences(own, started.experiment))
    return {"seed": started.seed}


def _compared(started: Started) -> Experiment | None:
    """The experiment of a run that compares."""
    try:
        experiment = read(started.experiment)
    except ChangeError:
        return None
    return experiment if experiment.compare else None


def _when(t: float) -> str:
    return f"{datetime.fromtimestamp(t):%Y-%m-%d %H:%M:%S}" if t else "?"


def _values(final: Mapping[str, float | None]) -> str:
    said = (f"{name} {value:.4g}" for name, value in final.items() if value is not None and math.isfinite(value))
    return "  ".join(said) or "-"


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    wide = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(row, wide, strict=True)).rstrip()
