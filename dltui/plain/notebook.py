"""The lab notebook in lines: the runs of lessons or steps, what was changed, what came of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from dltui.journal.folder import runs
from dltui.journal.progress import Progress
from dltui.lesson.find import Course
from dltui.plot.notebook import Note, note, table


def lessons(names: Sequence[str], course: Course) -> bool:
    """Whether all the names are those of lessons or of their steps."""
    known = {entry.id for entry in course.entries}
    return bool(names) and all(name.partition("/")[0] in known for name in names)


def notebook(state: Path, names: Sequence[str], course: Course, as_json: bool, ascii: bool) -> str:
    """A line for each run of these lessons and steps, newest first."""
    progress = Progress.read(state / "progress")
    notes = [note(run, course, progress) for run in runs(state)
             if run.lesson in names or f"{run.lesson}/{run.step_id}" in names]  # fmt: skip
    if as_json:
        return json.dumps([_plain(each) for each in notes])
    if not notes:
        return f"no runs of {', '.join(names)} yet"
    several = len({each.run.lesson for each in notes}) > 1
    return "\n".join([*table(notes, 0, ascii=ascii, lessons=several),
                      *(f"{each.place}: {each.claim}" for each in _claims(notes))])  # fmt: skip


def _claims(notes: Sequence[Note]) -> list[Note]:
    """One run of each step of which the lesson claims something."""
    return list({each.place: each for each in notes if each.claim}.values())


def _plain(each: Note) -> dict[str, object]:
    run = each.run
    return {
        "run": run.run, "t": run.t, "lesson": run.lesson, "step_id": run.step_id, "state": run.state, "step": run.step,
        "steps": run.steps, "settings": dict(each.settings), "seed": run.seed, "device": run.device,
        "seconds": round(run.seconds, 3), "final": [{"line": line.label, **line.final} for line in each.lines],
        "claim": each.claim, "held": each.held, "guess": each.guess, "told": each.told, "close": each.close,
    }  # fmt: skip
