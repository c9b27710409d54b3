"""Everything that can be said about lesson files before anyone learns from them: what `load` finds, and then whether
keys can be computed, texts fit on a screen and the files of a folder belong together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from dltui.lesson.expressions import ExpressionError, evaluate
from dltui.lesson.find import LEADS_OUT, is_lesson_file, leads_out
from dltui.lesson.load import FormulaCheck, load, read
from dltui.lesson.problem import Problem, Report, nearest, problem, quoted
from dltui.lesson.prose import formulas
from dltui.lesson.records import FILE_NAME, AnyQuestion, Exercise, Explorer, Lesson, Numeric, Quiz, Shape
from dltui.lesson.tasks import NoTask, workpiece
from dltui.lesson.toml import TomlError, decode
from dltui.lesson.variants import instances
from dltui.places import lessons_dir

QuestionCheck = Callable[[AnyQuestion], list[str]]
"""Whether a question accepts its key and refuses its wrong answers: sentences, none if it does."""
ExplorerCheck = Callable[[Explorer], list[str]]
"""Whether an explorer starts with its settings and has its controls: sentences, none if so."""

SCREEN_LINES = 45
"""Lines of text that a screen of 120×40 shows with one turn of the page."""
SCREEN_COLUMNS = 60
BESIDE = re.compile(r"\..*|__init__\.py|__pycache__|exercises|solutions|README.*|LICENSE.*", re.IGNORECASE)
"""What may lie beside lessons."""


class Checks(NamedTuple):
    """What only rooms above this one can judge."""

    formula: FormulaCheck | None
    question: QuestionCheck | None
    explorer: ExplorerCheck | None


def lint(
    paths: Iterable[Path],
    check_formula: FormulaCheck | None = None,
    check_question: QuestionCheck | None = None,
    check_explorer: ExplorerCheck | None = None,
) -> list[Problem]:
    """All problems of lesson files and of folders of them, in the order of the paths. Raises nothing."""
    checks = Checks(check_formula, check_question, check_explorer)
    found: list[Problem] = []
    for path in paths:
        found += _folder(path, checks) if path.is_dir() else _file(path, checks)
    return found


def _file(path: Path, checks: Checks, needed: Callable[[Lesson, Report], None] | None = None) -> Iterator[Problem]:
    loaded = load(path, checks.formula)
    yield from loaded.problems
    if loaded.lesson is None:
        return
    try:
        report = Report(str(path), decode(read(path)))
    except (OSError, TomlError):  # changed since; the next run sees what it is now
        return
    _content(loaded.lesson, checks, report)
    if needed:
        needed(loaded.lesson, report)
    yield from report.problems()


def _content(lesson: Lesson, checks: Checks, report: Report) -> None:
    for number, step in enumerate(lesson.step):
        height = _height(step.text)
        if height > SCREEN_LINES:
            message = f"this text takes about {height} lines of {SCREEN_COLUMNS} columns, a screen has {SCREEN_LINES}"
            report.add(("step", number, "text"), f"{message}: make it two steps")
        if isinstance(step, Explorer) and checks.explorer:
            for said in checks.explorer(step):
                report.add(("step", number, "explorer"), said)
        if isinstance(step, Exercise):
            try:
                workpiece(Path(report.file).parent, step.exercise)
            except NoTask as error:
                report.add(("step", number, "exercise"), str(error))
        if isinstance(step, Quiz):
            for inner, question in enumerate(step.question):
                _question(question, number, inner, checks, report)


def _question(question: AnyQuestion, number: int, inner: int, checks: Checks, report: Report) -> None:
    path = ("step", number, "question", inner)
    first = next(instances(question))
    if isinstance(first, Numeric | Shape) and first.answer.compute:
        try:
            evaluate(first.answer.compute)
        except ExpressionError as error:
            report.add((*path, "answer", "compute"), error.message, index=error.column)
            return
    said = checks.question(question) if checks.question else []
    if said:
        report.add((*path, "id"), f"{quoted(question.id)}: " + "; ".join(said))


# ── folders ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _folder(folder: Path, checks: Checks) -> Iterator[Problem]:
    try:
        inside = sorted(folder.iterdir())
    except OSError as error:
        yield problem(str(folder), (0, 0), f"this folder cannot be read: {error.strerror}")
        return
    files = [path for path in inside if is_lesson_file(path)]
    if not files and any(not path.name.startswith(".") for path in inside):
        yield problem(str(folder), (0, 0), "there is no lesson in this folder: no file is called NN-id.toml")
        return
    numbers = {match[2]: int(match[1]) for path in reversed(files) if (match := FILE_NAME.fullmatch(path.name))}
    for path in inside:
        if path not in files:
            if not BESIDE.fullmatch(path.name):
                yield problem(str(path), (0, 0), "this does not belong into a folder of lessons")
            continue
        yield from _name(path, files)
        if leads_out(path, folder):
            yield problem(str(path), (0, 0), LEADS_OUT)
            continue
        yield from _file(path, checks, lambda lesson, report: _needs(lesson, numbers, report))
    for path in sorted((folder / "exercises").glob("*.toml")):
        try:
            workpiece(folder, path.stem)
        except NoTask as error:
            yield from error.problems


def _name(path: Path, files: Sequence[Path]) -> Iterator[Problem]:
    """Whether the name of a file is one, with a number and an id of its own."""
    named = FILE_NAME.fullmatch(path.name)
    if named is None:
        yield problem(str(path), (0, 0), "a lesson file is called NN-id.toml, such as 07-vanishing-gradients.toml")
        return
    for other in files[: files.index(path)]:
        twin = FILE_NAME.fullmatch(other.name)
        if twin and twin[2] == named[2]:
            yield problem(str(path), (0, 0), f"{other.name} has the id {named[2]} too")
        elif twin and int(twin[1]) == int(named[1]):
            yield problem(str(path), (0, 0), f"{other.name} has the number {int(named[1])} too")


def _needs(lesson: Lesson, numbers: dict[str, int], report: Report) -> None:
    """Whether the lessons that are needed exist, in this folder in front of it, or among those of the program."""
    shipped = {match[2] for path in lessons_dir().iterdir() if (match := FILE_NAME.fullmatch(path.name))}
    for place, needed in enumerate(lesson.needs):
        if needed in numbers:
            if numbers[needed] > numbers.get(lesson.id, 10_000):
                report.add(("needs", place), f"{quoted(needed)} is needed here but comes later in the course")
        elif needed not in shipped:
            hint = nearest(needed, [*numbers, *shipped])
            report.add(("needs", place), f"there is no lesson {quoted(needed)}", hint=hint)


# ── how long a text is ──────────────────────────────────────────────────────────────────────────────────────────────


def _height(text: str) -> int:
    """About how many lines a text takes on a screen: paragraphs flow, lists, listings and tables keep their lines."""
    for formula in reversed(formulas(text)):
        shown = _display(formula.tex) if formula.display else _inline(formula.tex)
        text = text[: formula.start] + shown + text[formula.end :]
    blocks = re.split(r"\n[ \t]*\n", text.strip("\n")) if text.strip() else []
    return sum(_block_height(block) for block in blocks) + max(len(blocks) - 1, 0)


def _block_height(block: str) -> int:
    lines = block.split("\n")
    if not re.match(r"[ \t]*([-*+|#>`\x01]|\d+[.)]|\t)", lines[0]):
        lines = [" ".join(lines)]
    return sum(max(1, -(-len(line) // SCREEN_COLUMNS)) for line in lines)


def _inline(tex: str) -> str:
    return re.sub(r"[{}^_$]", "", re.sub(r"\\[A-Za-z]+ ?", "x", tex))


def _display(tex: str) -> str:
    """One line for each row of a formula, three where there are fractions or limits."""
    tall = re.search(r"\\(frac|dfrac|sum|prod|int|lim|cases|begin)", tex)
    rows = tex.count("\\\\") + 1
    return "\n\n" + "\n".join(["\x01"] * (rows * 2 + 1 if tall else rows)) + "\n\n"


