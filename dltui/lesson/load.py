"""A lesson from its file: the record, or everything that is wrong with it."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable, Iterable
from pathlib import Path as FilePath

from msgspec import Struct

from dltui.lesson.annotations import Fitting, type_of
from dltui.lesson.limits import limited
from dltui.lesson.problem import Problem, Report, problem
from dltui.lesson.prose import formulas, stray_dollars
from dltui.lesson.records import FILE_NAME, Lesson
from dltui.lesson.rules import check_rules
from dltui.lesson.toml import MOST_BYTES, TomlError, decode, parse

FormulaCheck = Callable[[str], str | None]
"""What is wrong with a formula of TeX in one sentence, or None."""


class Loaded(Struct, frozen=True):
    lesson: Lesson | None
    """None exactly if there are problems."""
    problems: tuple[Problem, ...]
    digest: str
    """SHA-256 of the file: tells whether a lesson has changed since an answer was given."""


def load(path: FilePath, check_formula: FormulaCheck | None = None) -> Loaded:
    """The lesson in a file. Raises nothing: what keeps the file from being read is a problem too."""
    try:
        source = read(path)
    except OSError as error:
        said = error.strerror or type(error).__name__
        return Loaded(None, (problem(str(path), (0, 0), f"this file cannot be read: {said}"),), "")
    named = FILE_NAME.fullmatch(path.name)
    return _loaded(source, str(path), check_formula, named[2] if named else "")


def read(path: FilePath) -> bytes:
    """The bytes of a regular file, one more than is allowed at most. Raises OSError."""
    if not stat.S_ISREG(path.stat().st_mode):  # a pipe or a device would never end
        raise OSError(0, "it is no regular file")
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def loads(source: bytes | str, name: str, check_formula: FormulaCheck | None = None) -> Loaded:
    """The lesson in a text; `name` is what the problems call the file. Raises nothing, whatever the text."""
    return _loaded(source, name, check_formula, "")


def _loaded(source: bytes | str, name: str, check_formula: FormulaCheck | None, named_id: str) -> Loaded:
    raw = source if isinstance(source, bytes) else source.encode("utf-8", "surrogatepass")
    digest = hashlib.sha256(raw).hexdigest()
    try:
        text = decode(source)
        document = parse(text)
    except TomlError as error:
        return Loaded(None, (problem(name, error.place, error.message),), digest)
    report = Report(name, text)
    document = limited(document, (), report)
    fitting = Fitting(report)
    fitting.fits(document, type_of(Lesson), ())
    check_rules(document, fitting, report)
    if named_id and document.get("id", named_id) != named_id:
        report.add(("id",), f"the file is called NN-{named_id}.toml, so the id must be {named_id}")
    if check_formula is not None:
        _check_formulas(fitting, check_formula, report)
    problems = report.problems()
    lesson = fitting.records.get(())
    return Loaded(lesson if isinstance(lesson, Lesson) and not problems else None, problems, digest)


def _check_formulas(fitting: Fitting, check: FormulaCheck, report: Report) -> None:
    for path, text in fitting.prose.items():
        for formula in formulas(text) if "$" in text else ():
            if said := check(formula.tex):
                report.add(path, said, index=_blamed(text, formula.start, formula.end, said))
        for index in stray_dollars(text) if "$" in text else ():
            report.add(path, "this $ belongs to no formula: write \\$ for a dollar sign", index=index)


def _blamed(text: str, start: int, end: int, said: str) -> int:
    """Where in a formula the trouble is: at the first command that the sentence names, else at its start."""
    named: Iterable[int] = (text.find(word.strip("“”\"',.:;"), start, end) for word in said.split() if "\\" in word)
    return min((index for index in named if index >= 0), default=start)
