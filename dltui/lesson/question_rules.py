"""What the annotations of the records cannot say about questions."""

from __future__ import annotations

from dltui.lesson.expressions import check
from dltui.lesson.functions import CONSTANTS, FUNCTIONS
from dltui.lesson.place import Path
from dltui.lesson.problem import Report, listed, quoted
from dltui.lesson.questions import (
    AnyQuestion,
    Choice,
    Fill,
    Key,
    Match,
    Multi,
    Numeric,
    Order,
    Point,
    Shape,
    Short,
)
from dltui.lesson.records import Round
from dltui.lesson.variants import HOLE, holes, instances
from dltui.lesson.wording import figure, given


def question(record: AnyQuestion, path: Path, report: Report) -> None:
    """Every rule on one question whose fields are all of the right type."""
    _varied(record, path, report)
    match record:
        case Choice() | Multi():
            options(record, path, report)
        case Numeric():
            _numeric(record, path, report)
        case Shape():
            _shape(record, path, report)
        case Fill():
            _fill(next(instances(record)), path, report)
        case Order():
            _order(record, path, report)
        case Match():
            _twice([pair.left for pair in record.pairs], (*path, "pairs"), "left", report)
            _twice([pair.right for pair in record.pairs], (*path, "pairs"), "right", report)
            for number, text in enumerate(record.extra):
                if text in [pair.right for pair in record.pairs]:
                    report.add((*path, "extra", number), "this belongs to a pair: an extra belongs to none")
        case Short():
            _twice(record.accept, (*path, "accept"), "", report)
        case Point():
            _point(record, path, report)
        case _:
            pass


def key(record: Key, path: Path, report: Report) -> None:
    if record.compute and record.value is not None:
        report.add((*path, "value"), "compute and value are both given: keep compute, which cannot be mistyped")
    elif not record.compute and record.value is None:
        report.add(path, "the answer has neither compute (an expression) nor value (with proof or why)")
    elif record.value is not None and not (record.proof or record.why):
        report.add(path, "a value that is typed in needs proof (how it is found again) or why (where it comes from)")
    if record.compute and not HOLE.search(record.compute) and (said := check(record.compute)):
        report.add((*path, "compute"), said)


def options(record: Choice | Multi | Round, path: Path, report: Report) -> None:
    right = [number for number, option in enumerate(record.options) if option.ok]
    if not right:
        report.add((*path, "options"), "no option is right: give one of them ok = true")
    if not isinstance(record, Multi):
        noun, rest = ("round", "") if isinstance(record, Round) else ("choice", ": use kind multi for several")
        for number in right[1:]:
            message = f"a {noun} has one right option, and item {right[0] + 1} is it{rest}"
            report.add((*path, "options", number, "ok"), message)
    _twice([option.text for option in record.options], (*path, "options"), "text", report)


def _twice(texts: list[str], path: Path, field: str, report: Report) -> None:
    plain = [text.strip().casefold() for text in texts]
    for number, text in enumerate(plain):
        if text in plain[:number]:
            place = (*path, number, field) if field else (*path, number)
            report.add(place, f"item {plain.index(text) + 1} of {path[-1]} says the same")


def _varied(record: AnyQuestion, path: Path, report: Report) -> None:
    used = holes(record)
    for name in sorted(used - record.vary.keys()):
        report.add((*path, "vary"), f"{{{{{name}}}}} stands in the question, but vary has no {quoted(name)}")
    for name in sorted(record.vary.keys() - used):
        report.add((*path, "vary", name), f"{quoted(name)} varies, but {{{{{name}}}}} stands nowhere in the question")
    keyed = isinstance(record, Numeric | Shape | Point) and HOLE.search(record.answer.compute)
    if keyed and used <= record.vary.keys():
        first = next(instances(record))
        assert isinstance(first, Numeric | Shape | Point)
        if said := check(first.answer.compute):
            report.add((*path, "answer", "compute"), said)


def _numeric(record: Numeric, path: Path, report: Report) -> None:
    if record.units and 1 not in record.units.values():
        example = f"{{ {next(iter(record.units))} = 1 }}"
        report.add((*path, "units"), f"one unit is the key's own: give it the number 1, as in {example}")
    for unit in record.units:
        if not unit.strip() or unit.strip() != unit or any(sign.isdigit() for sign in unit):
            report.add((*path, "units", unit), f"{quoted(unit)} is no unit: it has no digits and no spaces around it")


def _shape(record: Shape, path: Path, report: Report) -> None:
    value = record.answer.value
    sizes = value if isinstance(value, list) else [0.5]
    if value is not None and not all(isinstance(size, int) and size > 0 for size in sizes):
        message = f"a shape is a list of whole numbers such as [3, 4], not {given(value)}"
        report.add((*path, "answer", "value"), message)


def _fill(record: Fill, path: Path, report: Report) -> None:
    for name, (low, high) in record.variables.items():
        place = (*path, "variables", name)
        if not name.isidentifier():
            report.add(place, f"{quoted(name)} is no name for a variable: letters, digits and _")
        elif name in FUNCTIONS or name in CONSTANTS:
            report.add(place, f"{name} is a name of the language already: call the variable something else")
        elif low >= high:
            report.add(place, f"the range of {name} must go up, not from {figure(low)} to {figure(high)}")
    if said := check(record.answer, record.variables):
        report.add((*path, "answer"), said)
    for number, wrong in enumerate(record.wrong):
        if isinstance(wrong.value, str) and (said := check(wrong.value, record.variables)):
            report.add((*path, "wrong", number, "value"), said)


def _order(record: Order, path: Path, report: Report) -> None:
    _twice(record.items, (*path, "items"), "", report)
    for number, group in enumerate(record.either):
        for item in group:
            if not 0 <= item < len(record.items):
                report.add((*path, "either", number), f"there is no item {item}: they are counted from 0 to "
                                                      f"{len(record.items) - 1}")  # fmt: skip
    if any(len(set(group)) == len(record.items) for group in record.either):
        report.add((*path, "either"), "if no order matters, there is nothing to ask")


def _point(record: Point, path: Path, report: Report) -> None:
    if bool(record.table) == bool(record.compute):
        report.add(path, "the cells come from exactly one of table and compute")
    widths = {len(row) for row in record.table}
    if len(widths) > 1 or 0 in widths:
        sizes = listed([str(len(row)) for row in record.table], "and")
        report.add((*path, "table"), f"all rows have the same number of cells, at least one; here they have {sizes}")
    elif record.table:
        sizes_of = {"rows": (record.rows, len(record.table)), "columns": (record.columns, len(record.table[0]))}
        for field, (names, size) in sizes_of.items():
            if names and len(names) != size:
                report.add((*path, field), f"{len(names)} names for {size} {field}")
    for field, names in (("rows", record.rows), ("columns", record.columns)):
        _twice(names, (*path, field), "", report)
    if record.compute and not HOLE.search(record.compute) and (said := check(record.compute)):
        report.add((*path, "compute"), said)
    if record.table and len(record.table) * len(record.table[0]) < 2:
        report.add((*path, "table"), "one cell leaves nothing to choose")
