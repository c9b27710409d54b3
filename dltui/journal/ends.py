"""The first and the last lines of a journal, without reading what lies between."""

from __future__ import annotations

from pathlib import Path

LONGEST_LINE = 16 << 20
"""Bytes; nothing we write comes near, so a longer "line" is damage."""


def first_line(path: Path) -> bytes:
    """The first line with its newline if it has one; raises OSError."""
    with path.open("rb") as file:
        return file.readline(LONGEST_LINE)


def last_lines(path: Path, size: int = 1 << 14) -> list[bytes]:
    """The lines in the last `size` bytes, those cut by the border left out; the very last may lack its newline."""
    with path.open("rb") as file:
        start = max(0, file.seek(0, 2) - size)
        file.seek(start)
        lines = file.read(size).splitlines(keepends=True)
    return lines[1:] if start else lines
