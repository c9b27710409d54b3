"""`dltui grade` and `dltui answers`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from dltui.grading.batch import grade_all, submissions
from dltui.grading.pool import Pool
from dltui.grading.sheet import Sheet
from dltui.grading.table import as_details, as_table
from dltui.lesson.find import Course, Entry
from dltui.lesson.problem import nearest
from dltui.lesson.records import Lesson
from dltui.quiz.answers import template
from dltui.text import clean

if TYPE_CHECKING:
    from argparse import Namespace

    from dltui.journal.progress import Progress

REPORTS = ("report", "junit", "csv", "gradescope")
PROGRESS_ABOVE = 200
"""Submissions, from which on a terminal hears how many are done."""


class Usage(ValueError):
    """The command line asks for what cannot be: one sentence."""


def graded(options: Namespace, course: Course, environment: Mapping[str, str] = os.environ) -> int:
    """Grade what was named and write the reports. 0 all right or above the mark, 1 not, 4 a person must look.

    Raises Usage, and OSError where a report cannot be written.
    """
    handed = submissions(options.paths)
    for path in options.paths:
        if not path.exists():
            raise Usage(f"{path}: no such file or folder")
    _usable(options, course)
    if not handed:
        raise _refused(options, f"{options.paths[0]}: there is no .toml file in this folder")
    if options.gradescope and len(handed) != 1:
        raise _refused(options, f"--gradescope is for one submission, here are {len(handed)}")
    told = _progress(len(handed)) if len(handed) >= PROGRESS_ABOVE and sys.stderr.isatty() else None
    with Pool(_secret(options)) as pool:
        if options.untrusted:
            _apart(pool)
        sheets = grade_all(handed, course, wanted=options.lesson, jobs=options.jobs, cache=options.cache, told=told,
                           pool=pool)
        if pool.used and (missing := pool.missing()):
            print(f"isolation: weak, this machine has no {', no '.join(missing)}", file=sys.stderr)
        if pool.trained:
            print(f"the hidden seeds of challenges are those of --seed {clean(pool.secret)}", file=sys.stderr)
    print(as_table(sheets))
    if len(sheets) == 1:
        print(as_details(sheets[0]))
    _write_reports(options, sheets, [str(submission.path) for submission in handed], environment)
    return verdict(sheets, options.min_score)


def _usable(options: Namespace, course: Course) -> None:
    """Before a class is graded: that all it is graded for can be. Raises Usage."""
    ids = [entry.id for entry in course.entries]
    if options.lesson and options.lesson not in ids:
        near = nearest(options.lesson, ids)
        raise Usage(f"--lesson {options.lesson}: there is no such lesson" + (f", did you mean {near}?" if near else ""))
    for name in REPORTS:
        path: Path | None = getattr(options, name)
        if path and (path.is_dir() or not path.parent.is_dir()):
            raise Usage(f"--{name} {path}: {'this is a folder' if path.is_dir() else 'there is no such folder'}")
    if options.cache:
        try:
            options.cache.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Usage(f"--cache {options.cache}: {error.strerror}") from None


def _refused(options: Namespace, said: str) -> Usage:
    """Gradescope takes no exit code: without results a learner would see nothing but that something failed."""
    if options.gradescope:
        reports = import_module("dltui.grading.reports")
        write(options.gradescope, reports.as_gradescope(Sheet("", trouble=[clean(said, lines=False)])))
    return Usage(said)


def _secret(options: Namespace) -> str:
    """What hidden seeds are made of: as asked for, as before with a cache, else at random."""
    if options.seed:
        return str(options.seed)
    drawn = os.urandom(8).hex()
    if not options.cache:
        return drawn
    kept: Path = options.cache / "seed"
    try:
        with kept.open("x", encoding="utf-8") as file:
            file.write(drawn)
        return drawn
    except FileExistsError:
        return kept.read_text(encoding="utf-8", errors="replace")[:100].strip()


def _apart(pool: Pool) -> None:
    """Raises Usage where foreign code could reach out of its jail."""
    try:
        missing = pool.missing()
    except RuntimeError as error:
        raise Usage(str(error)) from None
    if missing:
        raise Usage(f"--untrusted: isolation is weak here, this machine has no {', no '.join(missing)}; "
                    "grade in a container or on another machine")


def verdict(sheets: Sequence[Sheet], least: float | None) -> int:
    """The exit code: 4 where something could not be judged, 1 where it is not enough, or without a mark not all right;
    else 0."""
    if any(sheet.undecided for sheet in sheets):
        return 4
    return int(any(sheet.share < (1.0 if least is None else least) for sheet in sheets))


def answer_file(lesson: Lesson, entry: Entry, progress: Progress, learner: int, options: Namespace) -> str:
    """The text of an answer file for a lesson, empty or with what the learner answered on the screen."""
    if not options.mine:
        return template(lesson, options.learner or str(learner), {}, {})
    given = {name: answer for step in lesson.step for name, answer in progress.answers(entry.id, step.id).items()}
    return template(lesson, str(learner), {name: answer.given for name, answer in given.items()},
                    {name: answer.hints for name, answer in given.items()})  # fmt: skip


def _write_reports(
    options: Namespace, sheets: Sequence[Sheet], files: Sequence[str], environment: Mapping[str, str]
) -> None:
    if not (options.report or options.junit or options.csv or options.gradescope or options.github):
        return
    reports = import_module("dltui.grading.reports")  # XML and the like cost more than grading one file
    made = {options.report: reports.as_report, options.junit: reports.as_junit, options.csv: reports.as_csv}
    for path, make in made.items():
        if path:
            write(path, make(sheets))
    if options.gradescope:
        write(options.gradescope, reports.as_gradescope(sheets[0]))
    if options.github:
        sys.stdout.write(reports.as_annotations(sheets, files))
        if summary := environment.get("GITHUB_STEP_SUMMARY"):
            with Path(summary).open("a", encoding="utf-8") as target:
                target.write(reports.as_summary(sheets))


def write(path: Path, text: str) -> None:
    """Whole or not at all, where a link leads; as it comes into what is no regular file, such as /dev/stdout."""
    if path.exists() and not path.is_file():
        path.write_bytes(text.encode("utf-8", "replace"))
        return
    path = path.resolve()
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(text.encode("utf-8", "replace"))
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def _progress(total: int) -> Callable[[int], None]:
    def told(done: int) -> None:
        sys.stderr.write(f"\r{done}/{total}" + ("\n" if done == total else ""))

    return told
