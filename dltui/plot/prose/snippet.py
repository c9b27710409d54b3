"""Code in a text, with the few colours that help to read Python."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator

from rich.cells import chop_cells

from dltui.plot.prose.look import Look, Part
from dltui.plot.prose.words import Line, Run, line_width

_STRING = "|".join((r'"""(?s:.*?)"""', r"'''(?s:.*?)'''", r'"(?:\\.|[^"\\\n])*"', r"'(?:\\.|[^'\\\n])*'"))
_TOKEN = re.compile(
    r"(?P<comment>#[^\n]*)"
    rf"|(?P<string>(?:\b[rbfRBF]{{1,2}})?(?:{_STRING}))"
    r"|(?P<number>\b\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?\b|(?<![\w.])\.\d+\b)"
    rf"|(?P<keyword>\b(?:{'|'.join(keyword.kwlist)})\b)"
)
_PARTS: tuple[Part, ...] = ("comment", "string", "number", "keyword")
PYTHON = ("python", "py", "python3")


def snippet(code: str, language: str, width: int, look: Look) -> list[Line]:
    """The lines of a listing; those that are too long go on in the next line, indented."""
    plain = look.get("listing", "")
    lines: list[Line] = [[]]
    code = code.expandtabs(4).rstrip("\n")
    for run in _coloured(code, look) if language in PYTHON else [Run(code)]:
        first, *others = run.text.split("\n")
        lines[-1].append(Run(first, run.style or plain))
        lines += [[Run(text, run.style or plain)] for text in others]
    return [part for line in lines for part in _chopped(line, width)]


def _coloured(code: str, look: Look) -> Iterator[Run]:
    at = 0
    for match in _TOKEN.finditer(code):
        part = next(part for part in _PARTS if match[part] is not None)
        yield Run(code[at : match.start()])
        yield Run(match[0], look.get(part, ""))
        at = match.end()
    yield Run(code[at:])


def _chopped(line: Line, width: int) -> list[Line]:
    if line_width(line) <= width:
        return [line]
    lines: list[Line] = [[]]
    room = width
    for run in line:
        for chunk in chop_cells(run.text, max(width - 2, 2)):
            if line_width([Run(chunk)]) > room:
                lines.append([Run("  ")])
                room = width - 2
            lines[-1].append(Run(chunk, run.style))
            room -= line_width([Run(chunk)])
    return lines
