"""Code exercises as data: what is called with which inputs, how the results are judged, which mistakes are known.

A course keeps an exercise in three files beside its lessons: `exercises/NAME.toml` (a Task), `exercises/NAME.py` (what
the learner starts from) and `solutions/NAME.py`. Any folder of lessons may have its own.
"""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from dltui.lesson.annotations import Fitting, type_of
from dltui.lesson.expressions import check as check_expression
from dltui.lesson.fields import Formula, Line, Record
from dltui.lesson.limits import limited
from dltui.lesson.load import read
from dltui.lesson.place import Path
from dltui.lesson.problem import Problem, Report, listed, nearest, problem, quoted
from dltui.lesson.toml import TomlError, decode, parse
from dltui.places import data_dir

Identifier = Annotated[str, Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=64, extra={"lines": False})]
MARK = "# dltui exercise: "
"""How the first line of a file of code names its LESSON/STEP."""
MOST_SOURCE = 64 * 1024
"""Bytes of a starter, a solution or a submission."""


class Input(Record, frozen=True, kw_only=True):
    """One argument, drawn anew for each case."""

    name: Identifier
    """What the task calls it."""
    shape: list[int | Formula] = []
    """Sizes, as numbers or expressions in `sizes`; none: a single number."""
    draw: Literal["normal", "uniform", "integers", "sign"] = "normal"
    """`uniform` and `integers` lie from `low` up to but without `high`; `sign` is -1 or 1."""
    low: float | Formula = 0
    """The smallest value."""
    high: float | Formula = 1
    """Where the values end."""
    value: Formula = ""
    """A number computed from `sizes` instead of a drawn one: `stride`."""


class Check(Record, frozen=True, kw_only=True):
    """One function, held against the solution."""

    function: Identifier
    """The function of the learner that is called."""
    inputs: Annotated[list[Input], Meta(min_length=1, max_length=20)]
    """Its arguments, in order."""
    sizes: dict[str, Annotated[list[int], Meta(min_length=2, max_length=2)] | Formula] = {}
    """Whole numbers drawn for each case, `n = [1, 5]` with both ends, or computed from those before: `m = "n + 1"`."""
    where: Formula = ""
    """A case is drawn again until this holds."""
    cases: Annotated[int, Meta(ge=1, le=50)] = 8
    """How many cases are drawn."""
    fixed: Annotated[list[list[Any]], Meta(max_length=20)] = []
    """Arguments of cases that are always tried, before those that are drawn."""
    judge: Literal["values", "gradient"] = "values"
    """`values`: as the solution returns them. `gradient`: held against finite differences of the solution's `forward`;
    a right derivation passes however it is written."""
    forward: str = ""
    """The function of the solution whose gradient is wanted; it takes all inputs but those in `upstream`."""
    of: list[Identifier] = []
    """The inputs by which it is derived, in the order in which the learner returns the gradients."""
    upstream: list[Identifier] = []
    """The inputs that hold the gradients by the results of `forward`, in their order; none for a loss."""
    rtol: Annotated[float, Meta(ge=0, lt=1)] = 1e-6
    """How far a number may be off, relative to its size."""
    atol: Annotated[float, Meta(ge=0)] = 1e-8
    """How far a number may be off in any case."""


class Mutant(Record, frozen=True, kw_only=True):
    """A mistake that people make: the solution with one piece changed. It must be refused."""

    name: Annotated[str, Meta(max_length=64, extra={"lines": False})]
    """A few words for authors."""
    find: Annotated[str, Meta(max_length=400)]
    """A piece of the solution that is there exactly once."""
    put: Annotated[str, Meta(max_length=400)]
    """What stands there instead."""
    why: Line
    """Told to whoever hands in code that computes the same as this mistake."""


class Task(Record, frozen=True, kw_only=True):
    """`exercises/NAME.toml`."""

    format: Literal[1]
    """Version of this format."""
    uses: Literal["numpy", "torch"] = field(default="numpy", name="library")
    """What arrays are when they reach the learner's function."""
    seconds: Annotated[float, Meta(gt=0, le=60)] = 5
    """How much time of the processor one submission may take."""
    hints: Annotated[list[Line], Meta(max_length=8)] = []
    """Shown one by one on request."""
    check: Annotated[list[Check], Meta(min_length=1, max_length=8)]
    """Each under its own [[check]]."""
    mutant: Annotated[list[Mutant], Meta(min_length=3, max_length=20)]
    """Each under its own [[mutant]]."""


class Workpiece(Struct, frozen=True):
    """A Task with its files."""

    name: str
    task: Task
    starter: str
    solution: str
    digest: str
    """Of everything above."""

    def mutated(self, mutant: Mutant) -> str:
        return self.solution.replace(mutant.find, mutant.put)


def begun(place: str, piece: Workpiece) -> str:
    """The file a learner begins with; its first line says what it is for."""
    return f"{MARK}{place}\n{piece.starter}"


def work_file(lesson: str, exercise: str) -> FilePath:
    """Where a learner's code lies if nobody says otherwise: the same for the screen and the command line."""
    return data_dir() / "exercises" / lesson / f"{exercise}.py"


class NoTask(ValueError):
    """An exercise that cannot be used; holds all Problems."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(str(problems[0]))
        self.problems = problems


def workpiece(folder: FilePath, name: str) -> Workpiece:
    """The exercise of this name in a folder of lessons. Raises NoTask."""
    data = folder / "exercises" / f"{name}.toml"
    starter, solution = folder / "exercises" / f"{name}.py", folder / "solutions" / f"{name}.py"
    task, problems = _task(data, folder)
    sources = []
    for path in (starter, solution):
        said, text = _source(path, folder)
        sources.append(text)
        problems += [problem(str(path), (0, 0), said)] if said else []
    if task and not problems:
        made = Workpiece(name, task, sources[0], sources[1], _digest(data.read_bytes(), *sources))
        problems += [problem(str(data), (0, 0), said) for said in _misfits(made)]
        if not problems:
            return made
    raise NoTask(problems)


def _digest(data: bytes, *sources: str) -> str:
    return hashlib.sha256(b"\0".join([data, *(source.encode() for source in sources)])).hexdigest()


def _task(path: FilePath, folder: FilePath) -> tuple[Task | None, list[Problem]]:
    try:
        _inside(path, folder)
        text = decode(read(path))
        document = parse(text)
    except OSError as error:
        return None, [problem(str(path), (0, 0), f"this file cannot be read: {error.strerror}")]
    except TomlError as error:
        return None, [problem(str(path), error.place, error.message)]
    report = Report(str(path), text)
    fitting = Fitting(report)
    fitting.fits(limited(document, (), report), type_of(Task), ())
    for where, record in fitting.records.items():
        if isinstance(record, Check):
            _rules(record, where, report)
    task = fitting.records.get(())
    return task if isinstance(task, Task) else None, list(report.problems())


def _inside(path: FilePath, folder: FilePath) -> None:
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
    except RuntimeError:
        raise OSError(0, "it is a link in circles") from None
    if not inside:
        raise OSError(0, "it is a link that leads out of its folder")


def _source(path: FilePath, folder: FilePath) -> tuple[str, str]:
    """What is wrong with a file of Python, and its text."""
    try:
        _inside(path, folder)
        text = path.read_bytes()[: MOST_SOURCE + 1].decode()
    except OSError as error:
        return f"this file cannot be read: {error.strerror}", ""
    except UnicodeDecodeError:
        return "this file is no UTF-8", ""
    if len(text.encode()) > MOST_SOURCE:
        return f"a file of Python has at most {MOST_SOURCE // 1024} KiB here", ""
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:  # the last two for deep nesting
        return f"this is no Python: {error}", ""
    return "", text


def _rules(check: Check, path: Path, report: Report) -> None:
    """Whether names and expressions of a check are known."""
    known: list[str] = []
    for name, size in check.sizes.items():
        if isinstance(size, str):
            _expression(size, known, (*path, "sizes", name), report)
        elif size[0] > size[1]:
            report.add((*path, "sizes", name), f"{name}: from {size[0]} to {size[1]} there is nothing")
        known.append(name)
    _expression(check.where, known, (*path, "where"), report)
    for number, one in enumerate(check.inputs):
        here = (*path, "inputs", number)
        for place, length in enumerate(one.shape):
            _expression(length, known, (*here, "shape", place), report)
        for key in ("low", "high", "value"):
            _expression(getattr(one, key), known, (*here, key), report)
    for number, arguments in enumerate(check.fixed):
        if len(arguments) != len(check.inputs):
            message = f"{len(check.inputs)} arguments are needed, here are {len(arguments)}"
            report.add((*path, "fixed", number), message)
    if check.judge == "gradient":
        _gradient(check, path, report)


def _gradient(check: Check, path: Path, report: Report) -> None:
    names = [one.name for one in check.inputs]
    for key in ("forward", "of"):
        if not getattr(check, key):
            report.add((*path, "judge"), f"a gradient needs {key}")
    for key in ("of", "upstream"):
        for number, name in enumerate(getattr(check, key)):
            if name not in names:
                message = f"{quoted(name)} is no input: they are {listed(names, 'and')}"
                report.add((*path, key, number), message, hint=nearest(name, names))


def _expression(source: object, known: list[str], path: Path, report: Report) -> None:
    if isinstance(source, str) and source and (said := check_expression(source, known)):
        report.add(path, said)


def _misfits(made: Workpiece) -> list[str]:
    """What the three files say that does not fit together."""
    found = [f"mutant {quoted(one.name)}: what is to be found is in the solution {count} times, not once"
             for one in made.task.mutant if (count := made.solution.count(one.find)) != 1]  # fmt: skip
    for noun, source in (("starter", made.starter), ("solution", made.solution)):
        tree = ast.parse(source)
        functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        wanted = dict.fromkeys(one.function for one in made.task.check)
        found += [f"the {noun} has no function {name}" for name in wanted if name not in functions]
    return found
