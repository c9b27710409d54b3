from __future__ import annotations

from pathlib import Path

import pytest

from dltui.journal import tail as module
from dltui.journal.events import Metrics, Paused
from dltui.journal.line import encode
from dltui.journal.tail import Tail

OPEN = Path("/proc/self/fd")
LINES = [encode(Metrics(series={"loss": ([n], [0.5])}, seconds=0.0), n, 1.0) for n in range(20)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def read(tail: Tail, limit: int = 1 << 20) -> list[int]:
    return [event.n for event in tail.read(limit)]


def test_each_line_is_read_once(path: Path) -> None:
    tail = Tail(path)
    assert read(tail) == []
    append(path, LINES[0])
    assert read(tail) == [0]
    assert read(tail) == []
    append(path, LINES[1] + LINES[2])
    assert read(tail) == [1, 2]
    assert tail.skipped == 0


def test_half_a_line_waits_for_its_other_half(path: Path) -> None:
    tail = Tail(path)
    append(path, LINES[0] + LINES[1][:30])
    assert read(tail) == [0]
    assert read(tail) == []
    append(path, LINES[1][30:-1])
    assert read(tail) == []
    append(path, b"\n")
    assert read(tail) == [1]
    assert tail.skipped == 0


def test_damage_is_skipped_and_counted(path: Path) -> None:
    tail = Tail(path)
    append(path, LINES[0] + b"noise\n" + LINES[1][:40] + b"\n\n" + bytes(7) + b"\n" + LINES[2])
    assert read(tail) == [0, 2]
    assert tail.skipped == 3, "an empty line is no damage"


def test_a_file_read_in_pieces_gives_the_same(path: Path) -> None:
    append(path, b"".join(LINES))
    tail = Tail(path)
    pieces = []
    while piece := read(tail, limit=300):
        assert len(piece) <= 3
        pieces += piece
    assert pieces == list(range(20))
    assert read(tail) == []


def test_a_line_longer_than_the_limit_still_comes(path: Path) -> None:
    append(path, LINES[0] + LINES[1])
    assert read(Tail(path), limit=10) == [0]


def test_a_truncated_file_is_read_again(path: Path) -> None:
    tail = Tail(path)
    append(path, LINES[0] + LINES[1])
    assert read(tail) == [0, 1]
    path.write_bytes(LINES[2])
    assert read(tail) == [2]
    assert tail.restarts == 1


def test_a_file_rewritten_longer_in_place_is_read_again(path: Path) -> None:
    tail = Tail(path)
    append(path, LINES[0])
    assert read(tail) == [0]
    path.write_bytes(LINES[5] + LINES[6])
    assert read(tail) == [5, 6]
    assert tail.restarts == 1


def test_a_file_rewritten_after_half_a_line_was_seen_is_read_again(path: Path) -> None:
    tail = Tail(path)
    append(path, LINES[0] + LINES[1][:30])
    assert read(tail) == [0]
    append(path, b"x")
    assert read(tail) == []
    path.write_bytes(LINES[5] + LINES[6])
    assert read(tail) == [5, 6]


def test_a_replaced_file_is_read_again(path: Path) -> None:
    tail = Tail(path)
    append(path, LINES[0] + LINES[1])
    assert read(tail) == [0, 1]
    other = path.with_name("other")
    other.write_bytes(LINES[3] + LINES[4])
    other.replace(path)
    assert read(tail) == [3, 4]
    other.write_bytes(LINES[5] + LINES[6])
    assert other.stat().st_size == path.stat().st_size
    other.replace(path)
    assert read(tail) == [5, 6]


def test_a_file_that_vanishes_and_returns(path: Path) -> None:
    tail = Tail(path)
    append(path, LINES[0] + LINES[1])
    assert read(tail) == [0, 1]
    path.unlink()
    assert read(tail) == []
    append(path, LINES[2])
    assert read(tail) == [2]


def test_a_folder_or_an_unreadable_path_has_nothing_new(tmp_path: Path) -> None:
    assert read(Tail(tmp_path)) == []
    assert read(Tail(tmp_path / "a" / "b")) == []


def test_a_line_without_end_does_not_fill_the_memory(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_LINE", 1000)
    append(path, b"x" * 5_000 + b"\n" + LINES[0])
    tail = Tail(path)
    seen: list[int] = []
    for _ in range(10):
        seen += read(tail, limit=500)
    assert seen == [0]
    assert tail.skipped


def test_nothing_new_costs_one_look_at_the_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append(path, LINES[0] + LINES[1][:30])
    tail = Tail(path)
    assert read(tail) == [0]

    def opened(*arguments: object, **options: object) -> None:
        raise AssertionError("the file was opened")

    monkeypatch.setattr(Path, "open", opened)
    assert read(tail) == []


def test_no_file_stays_open(path: Path) -> None:
    append(path, LINES[0])
    tails = [Tail(path) for _ in range(5)]
    before = list(OPEN.glob("*"))
    for tail in tails:
        read(tail)
    assert len(list(OPEN.glob("*"))) == len(before)


def test_other_kinds_come_too(path: Path) -> None:
    append(path, encode(Paused(step=4), 0, 1.0))
    assert Tail(path).read() == [Paused(step=4, n=0, t=1.0)]
