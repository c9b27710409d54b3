from __future__ import annotations

from pathlib import Path

import pytest

from dltui.journal.ends import first_line, last_lines

DATA = b"one\ntwo\nthree\nfour"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "journal"
    path.write_bytes(DATA)
    return path


def test_the_first_line(path: Path) -> None:
    assert first_line(path) == b"one\n"
    path.write_bytes(b"")
    assert first_line(path) == b""


@pytest.mark.parametrize("size", range(1, 25))
def test_the_last_lines_are_whole_but_for_the_very_last(path: Path, size: int) -> None:
    found = last_lines(path, size)
    assert found == DATA.splitlines(keepends=True)[len(DATA.splitlines()) - len(found) :]
    assert sum(map(len, found)) <= size


def test_the_last_lines_of_nothing(path: Path) -> None:
    path.write_bytes(b"")
    assert last_lines(path) == []


def test_the_whole_file_is_its_own_end(path: Path) -> None:
    assert last_lines(path) == [b"one\n", b"two\n", b"three\n", b"four"]
    assert last_lines(path, len(DATA) - 1) == [b"two\n", b"three\n", b"four"]
    assert last_lines(path, 5) == [b"four"]
    assert last_lines(path, 4) == []
