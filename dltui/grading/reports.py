"""Sheets in the forms that courses need: JSON, JUnit XML, GitHub, Gradescope, a spreadsheet.

Each is a pure function from sheets to text: the same sheets give the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree import ElementTree

import msgspec

from dltui import __version__
from dltui.grading.sheet import Sheet, shown
from dltui.grading.table import row_of
from dltui.text import clean

MOST_ANNOTATIONS = 10
"""GitHub shows no more per step."""
MOST_SUMMARY = 1024 * 1024
"""Bytes of a job summary; GitHub drops a larger one whole."""
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, escaped or not (section 2.2 of the recommendation)."""
FORMULA = re.compile(r"(^|[;,|\t\r\n])(\s*)(?=[=+\-@＝＋－＠\t\r])")
"""How a cell begins that a spreadsheet would compute, also where it takes another sign to be between cells."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What `--report` writes."""

    format: int = 1
    dltui: str
    """Version of the program."""
    submissions: list[Sheet]
    points: float
    """Sum over all submissions."""
    earned: float


def as_report(sheets: Sequence[Sheet]) -> str:
    """JSON; its schema is `report_schema`."""
    report = Report(dltui=__version__, submissions=list(sheets), points=sum(sheet.points for sheet in sheets),
                    earned=sum(sheet.earned for sheet in sheets))  # fmt: skip
    return msgspec.json.format(msgspec.json.encode(report), indent=1).decode() + "\n"


def report_schema() -> dict[str, Any]:
    """JSON Schema of `as_report`."""
    made: dict[str, Any] = msgspec.json.schema(Report)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}


def as_junit(sheets: Sequence[Sheet]) -> str:
    """JUnit XML as GitLab and Jenkins read it: wrong is a failure, ungradable an error, unanswered skipped."""
    root = ElementTree.Element("testsuites", name="dltui")
    names: set[str] = set()
    for sheet in sheets:
        cases = list(_cases(sheet))
        name = _unique(_xml(sheet.name), names)
        suite = ElementTree.SubElement(root, "testsuite", name=name, tests=str(len(cases)), time="0")
        for kind, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            suite.set(kind, str(sum(case.find(tag) is not None for case in cases)))
        for case in cases:
            case.set("classname", f"{_xml(sheet.lesson or 'answers')}.{name.replace('.', '_')}")
            suite.append(case)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def as_annotations(sheets: Sequence[Sheet], files: Sequence[str]) -> str:
    """Workflow commands for the worst submissions, at most ten; empty where all is right."""
    ranked = sorted(zip(sheets, files, strict=True), key=lambda pair: (not pair[0].undecided, pair[0].share))
    worst = [(sheet, file) for sheet, file in ranked if sheet.undecided or sheet.share < 1][:MOST_ANNOTATIONS]
    return "".join(_annotation(sheet, file) for sheet, file in worst)


def as_summary(sheets: Sequence[Sheet]) -> str:
    """Markdown for a job summary, cut at a line below its limit."""
    undecided = sum(sheet.undecided for sheet in sheets)
    head = f"## Grades\n\n{len(sheets)} submissions, {undecided} to be looked at by a person.\n\n" \
        "| submission | score | points | right | wrong | open | ? | |\n|---|--:|--:|--:|--:|--:|--:|---|\n"
    lines = [head]
    size, rest = len(head.encode()), 200
    for number, sheet in enumerate(sheets):
        cells = [_cell(sheet.name), *row_of(sheet)[1:], _cell(" ".join(sheet.trouble))]
        line = f"| {' | '.join(cells)} |\n"
        size += len(line.encode())
        if size + rest > MOST_SUMMARY:
            lines.append(f"\n… and {len(sheets) - number} more; the report has them all.\n")
            break
        lines.append(line)
    return "".join(lines)


def as_gradescope(sheet: Sheet) -> str:
    """results.json of one submission, for a Gradescope autograder."""
    tests = [{"name": row.question, "score": row.earned, "max_score": row.points,
              "status": "passed" if row.outcome == "right" else "failed", "output": shown(row),
              "output_format": "text"} for row in sheet.rows]  # fmt: skip
    results = {"score": sheet.earned, "output": "\n".join(sheet.trouble), "output_format": "text",
               "stdout_visibility": "hidden", "tests": tests}  # fmt: skip
    return json.dumps(results, indent=1, ensure_ascii=False) + "\n"


def as_csv(sheets: Sequence[Sheet]) -> str:
    """One row a submission; what comes from learners cannot become a formula."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(["submission", "learner", "lesson", "points", "earned", "share", "right", "wrong", "unanswered",
                     "ungradable", "trouble"])  # fmt: skip
    for sheet in sheets:
        foreign = [_safe(text) for text in (sheet.name, sheet.learner, sheet.lesson)]
        numbers = [f"{sheet.points:g}", f"{sheet.earned:g}", f"{sheet.share:.4f}", *sheet.counts()]
        writer.writerow([*foreign, *numbers, _safe(" ".join(sheet.trouble))])
    return target.getvalue()


def _cases(sheet: Sheet) -> Iterator[ElementTree.Element]:
    for number, said in enumerate(sheet.trouble, 1):
        case = ElementTree.Element("testcase", name="answer file" + (f" {number}" if number > 1 else ""), time="0")
        ElementTree.SubElement(case, "error", message=_xml(said))
        yield case
    for row in sheet.rows:
        case = ElementTree.Element("testcase", name=_xml(row.question), time="0")
        tag = {"wrong": "failure", "ungradable": "error", "unanswered": "skipped"}.get(row.outcome)
        if tag:
            ElementTree.SubElement(case, tag, message=_xml(shown(row)))
        yield case


def _unique(name: str, taken: set[str]) -> str:
    free = name
    number = 2
    while free in taken:
        free, number = f"{name} ({number})", number + 1
    taken.add(free)
    return free


def _xml(text: str) -> str:
    return NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _annotation(sheet: Sheet, file: str) -> str:
    said = " ".join(sheet.trouble) or "; ".join(
        f"{row.question}: {shown(row)}" for row in sheet.rows if row.outcome != "right")  # fmt: skip
    kind = "error" if sheet.undecided else "warning"
    title = f"{sheet.name}: " + (f"{sheet.earned:.4g} of {sheet.points:.4g} points" if sheet.rows else "not graded")
    return f"::{kind} file={_property(clean(file))},title={_property(title)}::{_data(said[:2000])}\n"


def _data(text: str) -> str:
    """As the runner wants the message of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _cell(text: str) -> str:
    """A cell of a Markdown table that can neither end it nor bring HTML along."""
    plain = clean(text, lines=False).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_|\[\]])", r"\\\1", plain)


def _safe(text: str) -> str:
    return FORMULA.sub(r"\1'\2", text)
