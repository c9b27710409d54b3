"""Problems of lesson files in the forms that people, editors and code hosts read."""

from __future__ import annotations

import json
from collections.abc import Sequence

from msgspec.structs import asdict

from dltui import __version__
from dltui.lesson.problem import Problem

FORMATS = ("text", "json", "github", "sarif")
SARIF = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def formatted(problems: Sequence[Problem], form: str) -> str:
    """`form` is one of FORMATS. Empty where there is nothing to say."""
    match form:
        case "json":
            return json.dumps([asdict(problem) for problem in problems], indent=1)
        case "github":
            return "\n".join(_annotation(problem) for problem in problems)
        case "sarif":
            return json.dumps(_sarif(problems), indent=1)
    return "\n".join(map(str, problems))


def _annotation(problem: Problem) -> str:
    """A workflow command, as GitHub's runner reads it."""
    file = _escaped(problem.file).replace(":", "%3A").replace(",", "%2C")
    return f"::error file={file},line={max(problem.line, 1)},col={max(problem.column, 1)}::{_escaped(_said(problem))}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _said(problem: Problem) -> str:
    return problem.message + (f" — did you mean “{problem.hint}”?" if problem.hint else "")


def _sarif(problems: Sequence[Problem]) -> object:
    """SARIF 2.1.0, with one rule: a lesson must be sound."""
    results = [
        {
            "ruleId": "lesson",
            "level": "error",
            "message": {"text": _said(problem)},
            "locations": [{"physicalLocation": {
                "artifactLocation": {"uri": problem.file.replace("\\", "/")},
                "region": {"startLine": max(problem.line, 1), "startColumn": max(problem.column, 1)},
            }}],
        }
        for problem in problems
    ]  # fmt: skip
    rules = [{"id": "lesson", "shortDescription": {"text": "A lesson file is well-formed and its keys hold."}}]
    driver = {"name": "dltui", "version": __version__, "rules": rules}
    return {"$schema": SARIF, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}
