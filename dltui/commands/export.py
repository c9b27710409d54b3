"""`dltui export`."""

from __future__ import annotations

import argparse
from pathlib import Path

from dltui.commands.exits import Exit
from dltui.commands.place import found_course, say
from dltui.journal.folder import RunSummary, runs
from dltui.journal.progress import learner
from dltui.lesson.find import Course, NotFound, find
from dltui.lesson.problem import listed
from dltui.lesson.records import Experiment, Lesson
from dltui.places import state_dir
from dltui.plain.runs import NoSuchRuns, chosen


def run(options: argparse.Namespace) -> int:
    """A run or a lesson, to stdout or a file."""
    course = found_course(options)
    try:
        found = _found(course, options.what)
    except NoSuchRuns as error:
        say(str(error))
        return Exit.USAGE
    if isinstance(found, Lesson):
        return _lesson(found, options)
    if found is None:  # a lesson with errors
        entry, _ = find(course, options.what)
        for problem in entry.problems:
            say(str(problem))
        return Exit.INVALID
    return _run(found, course, options)


def _found(course: Course, what: str) -> Lesson | RunSummary | None:
    """The lesson of this name, else the newest run of this step, else the run of this name; None for a lesson with
    errors. Raises NoSuchRuns."""
    there = runs(state_dir())
    if not what:
        if not there:
            raise NoSuchRuns("there is no run yet to export; dltui export LESSON exports a lesson")
        return there[0]
    if not (Path(what) / "journal.jsonl").is_file():
        try:
            entry, index = find(course, what)
        except NotFound as error:
            try:
                return chosen(state_dir(), [what])[0]
            except NoSuchRuns:
                raise NoSuchRuns(f"{error} (nor does the name of one run end so: `dltui runs` lists them)") from None
        if entry.lesson is None or "/" not in what.rpartition(".toml")[2]:
            return entry.lesson
        step = entry.lesson.step[index]
        newest = next((each for each in there if (each.lesson, each.step_id) == (entry.id, step.id)), None)
        if newest is None:
            raise NoSuchRuns(f"there is no run of {entry.id}/{step.id} yet: dltui train {entry.id}/{step.id}")
        return newest
    return chosen(state_dir(), [what])[0]


def _lesson(lesson: Lesson, options: argparse.Namespace) -> int:
    from dltui.export.files import LESSON

    form = options.format or "md"
    if form not in LESSON:
        say(f"a lesson has no format {form}: expected {listed(LESSON)}; {form} is for runs")
        return Exit.USAGE
    return _out(LESSON[form](lesson, str(learner(state_dir()))), options)


def _run(summary: RunSummary, course: Course, options: argparse.Namespace) -> int:
    from dltui.export.files import RUN
    from dltui.journal.run import Run

    form = options.format or "txt"
    if form not in RUN:
        say(f"a run has no format {form}: expected {listed(RUN)}; {form} is for lessons")
        return Exit.USAGE
    text = RUN[form](Run.read(summary.folder), experiment_of(course, summary.lesson, summary.step_id),
                     bool(options.ascii))  # fmt: skip
    if not text:
        say(f"{summary.run} measured nothing: it is {summary.state} at step {summary.step}")
        return Exit.FAILED
    return _out(text, options)


def experiment_of(course: Course, lesson: str, step_id: str) -> Experiment | None:
    """The lesson's own experiment, if it is among the lessons here."""
    entry = next((each for each in course.entries if each.id == lesson), None)
    steps = entry.lesson.step if entry is not None and entry.lesson is not None else []
    return next((step for step in steps if step.id == step_id and isinstance(step, Experiment)), None)


def _out(text: str, options: argparse.Namespace) -> int:
    if options.to is None:
        print(text, end="")
        return Exit.FINE
    if options.to.exists() and not options.force:
        say(f"{options.to} is there already: --force writes over it")
        return Exit.USAGE
    options.to.write_text(text, encoding="utf-8")
    say(f"{options.to} is written")
    return Exit.FINE
