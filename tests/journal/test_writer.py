from __future__ import annotations

import errno
import os
import random
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dltui.journal import writer as module
from dltui.journal.events import Event, Failed, Finished, Metrics, Paused, Snapshot, Started
from dltui.journal.line import decode, encode
from dltui.journal.tail import Tail
from dltui.journal.writer import Writer

STARTED = Started(run="r", lesson="l", step_id="s", experiment={}, digest="", seed=0, device="cpu", device_reason="",
                  threads=1, torch="", steps=9, parameters=1)  # fmt: skip
FINISHED = Finished(step=9, reason="done", seconds=1.0, final={})


def metrics(step: int) -> Metrics:
    return Metrics(series={"loss": ([step], [0.5])}, seconds=float(step))


def positions(path: Path) -> list[int]:
    return [event.n for event in Tail(path).read(1 << 30)]


class Disk:
    """Stands in for os.write: room for so many bytes, then a short write, then ENOSPC, as a full disk does it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, room: int, error: int = errno.ENOSPC) -> None:
        self.room = room
        self.error = error
        self.writes = 0
        self.after: Callable[[], None] = lambda: None
        """Called after each write that got something through: a reader that looks at the worst moment."""
        self._write = os.write
        monkeypatch.setattr(os, "write", self.write)

    def write(self, file: int, data: bytes) -> int:
        self.writes += 1
        if self.room <= 0:
            raise OSError(self.error, os.strerror(self.error))
        count = self._write(file, data[: self.room])
        self.room -= count
        self.after()
        return count


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def test_events_are_numbered_stamped_and_private(path: Path) -> None:
    with Writer(path, clock=lambda: 12.5) as writer:
        writer.append(STARTED, metrics(1))
        writer.append(Paused(step=1, t=3.0))
        assert writer.trouble == ""
        assert writer.n == 3
    assert [(event.n, event.t) for event in Tail(path).read()] == [(0, 12.5), (1, 12.5), (2, 3.0)]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_batch_is_one_write(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(monkeypatch, 1 << 30)
    with Writer(path) as writer:
        writer.append(*(metrics(step) for step in range(50)))
        assert disk.writes == 1
        writer.append()
    assert disk.writes == 1


@pytest.mark.parametrize(
    ("events", "syncs"),
    [([metrics(1)], 0), ([Paused(step=1)], 0), ([STARTED], 1), ([metrics(1), FINISHED], 1),
     ([Failed(step=1, reason="crash", message="")], 1)],
)  # fmt: skip
def test_starts_and_ends_are_on_the_disk_itself(
    path: Path, monkeypatch: pytest.MonkeyPatch, events: list[Event], syncs: int
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(module, "_sync", synced.append)
    with Writer(path) as writer:
        writer.append(*events)
        writer.append(metrics(2))
    assert len(synced) == syncs


def test_the_durable_kinds_can_be_chosen(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(module, "_sync", synced.append)
    with Writer(path, durable_kinds=(Paused,)) as writer:
        writer.append(STARTED)
        writer.append(Paused(step=1))
    assert len(synced) == 1


def test_numbering_goes_on_when_reopened(path: Path) -> None:
    for _ in range(3):
        with Writer(path) as writer:
            writer.append(metrics(1), metrics(2))
    assert positions(path) == [0, 1, 2, 3, 4, 5]


def test_numbering_goes_on_behind_a_line_longer_than_the_first_look(path: Path) -> None:
    with Writer(path) as writer:
        writer.append(metrics(1))
        writer.append(Snapshot(step=1, view="fit", shape=[100_000], values=[0.125] * 100_000))
    with path.open("ab") as file:
        file.write(b'{"v":1,"kind":"snapshot","n":2,' + b"9" * 100_000)
    with Writer(path) as writer:
        assert writer.n == 2


@pytest.mark.parametrize("torn", [b'{"v":1,"kind":"metr', b"{", b"\x00" * 300])
def test_a_torn_tail_is_healed_by_a_new_line(path: Path, torn: bytes) -> None:
    with Writer(path) as writer:
        writer.append(metrics(1), metrics(2))
    with path.open("ab") as file:
        file.write(torn)
    with Writer(path) as writer:
        assert writer.n == 2
        assert path.read_bytes().endswith(torn), "nothing is written before there is something to say"
        writer.append(metrics(3))
        writer.append(metrics(4))
    tail = Tail(path)
    assert [event.n for event in tail.read()] == [0, 1, 2, 3]
    assert tail.skipped == 1
    assert b"\n\n" not in path.read_bytes()


def test_an_event_that_only_lacks_its_newline_is_kept(path: Path) -> None:
    path.write_bytes(encode(metrics(1), 0, 1.0)[:-1])
    with Writer(path) as writer:
        writer.append(metrics(2))
    assert positions(path) == [0, 1]


@pytest.mark.parametrize("room", range(0, 336, 7))
def test_a_full_disk_keeps_whole_lines_and_the_rest_waits(
    path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    with Writer(path) as writer:
        writer.append(metrics(0))
        tail = Tail(path)
        seen = [event.n for event in tail.read()]
        disk = Disk(monkeypatch, room)
        disk.after = lambda: seen.extend(event.n for event in tail.read())
        writer.append(metrics(1), metrics(2))
        writer.append(metrics(3))
        assert writer.trouble.startswith("The disk is full: ")
        assert path.read_bytes().endswith(b"\n"), "half a line was left"
        disk.room = 1 << 30
        writer.append(metrics(4))
        assert writer.trouble == ""
    assert seen == [0, 1, 2, 3, 4]
    assert (tail.skipped, tail.restarts) == (0, 0)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (errno.EDQUOT, "The disk is full: 1 event waits in memory."),
        (errno.EIO, "The journal cannot be written (Input/output error): 1 event waits in memory."),
        (errno.EROFS, "The folder of the journal is read-only: 1 event waits in memory."),
    ],
)
def test_trouble_is_a_sentence(path: Path, monkeypatch: pytest.MonkeyPatch, error: int, sentence: str) -> None:
    Disk(monkeypatch, 0, error)
    writer = Writer(path)
    writer.append(metrics(1))
    assert writer.trouble == sentence


def test_a_failed_sync_is_told_and_the_lines_are_not_written_twice(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(file: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(module, "_sync", fail)
    with Writer(path) as writer:
        writer.append(STARTED)
        assert "power cut" in writer.trouble
        monkeypatch.setattr(module, "_sync", lambda file: None)
        writer.append(metrics(1))
        assert writer.trouble == ""
    assert positions(path) == [0, 1]


def test_a_durable_line_before_a_short_write_is_synced_later(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(module, "_sync", synced.append)
    with Writer(path, clock=lambda: 1.0) as writer:
        disk = Disk(monkeypatch, len(encode(STARTED, 0, 1.0)) + 5)
        writer.append(STARTED, metrics(1))
        assert writer.trouble
        assert synced == []
        disk.room = 1 << 30
        writer.append(metrics(2))
        assert len(synced) == 1


def test_half_a_line_that_cannot_be_taken_back_is_healed_later(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(file: int, length: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with Writer(path) as writer:
        writer.append(metrics(0))
        disk = Disk(monkeypatch, 30)
        monkeypatch.setattr(os, "ftruncate", fail)
        writer.append(metrics(1))
        assert writer.trouble
        disk.room = 1 << 30
        writer.append(metrics(2))
        assert writer.trouble == ""
    tail = Tail(path)
    assert [event.n for event in tail.read()] == [0, 1, 2]
    assert tail.skipped == 1


def test_a_folder_that_comes_later_gets_everything(tmp_path: Path) -> None:
    path = tmp_path / "later" / "journal.jsonl"
    with Writer(path) as writer:
        writer.append(STARTED)
        assert writer.trouble == "The journal cannot be written (No such file or directory): 1 event waits in memory."
        path.parent.mkdir()
        writer.append(FINISHED)
        assert writer.trouble == ""
    assert positions(path) == [0, 1]


def test_a_deleted_journal_is_noticed(path: Path) -> None:
    with Writer(path) as writer:
        writer.append(metrics(1))
        path.unlink()
        writer.append(metrics(2))
        assert writer.trouble == ""
    assert positions(path) == [1]


def test_close_writes_what_waits_and_a_second_close_does_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(monkeypatch, 0)
    writer = Writer(path)
    writer.append(metrics(1))
    disk.room = 1 << 30
    writer.close()
    assert positions(path) == [0]
    path.unlink()
    writer.close()
    assert not path.exists()


def test_memory_is_bounded_and_ends_are_never_dropped(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(monkeypatch, 0)
    with Writer(path, backlog_bytes=20_000) as writer:
        writer.append(STARTED)
        for step in range(5_000):
            writer.append(metrics(step))
        writer.append(FINISHED)
        assert "older measurements were dropped" in writer.trouble
        disk.room = 1 << 30
        writer.append(Paused(step=9))
    assert path.stat().st_size < 22_000
    events = Tail(path).read()
    assert [type(event) for event in events[:1] + events[-2:]] == [Started, Finished, Paused]
    assert [event.n for event in events] == sorted(event.n for event in events)
    steps = [event.seconds for event in events if isinstance(event, Metrics)]
    assert len(steps) > 50
    assert steps[-1] == 4_999
    assert steps[0] == 0
    gaps = [later - earlier for earlier, later in zip(steps, steps[1:], strict=False)]
    assert max(gaps) <= 64, "thinned evenly, not cut off"


APPENDING = """
import sys
from collections.abc import Callable
from pathlib import Path
from dltui.journal.events import Finished, Metrics
from dltui.journal.writer import Writer
writer = Writer(Path(sys.argv[1]), durable_kinds=())
while True:
    step = writer.n
    writer.append(*(Metrics(series={"loss": ([step], [0.5])}, seconds=0.0) for _ in range(step % 4 + 1)))
    assert not writer.trouble
    print(writer.n, flush=True)
"""


def test_no_acknowledged_event_is_lost_by_kill_9(path: Path) -> None:
    """Twenty children in turn append to one journal and are killed at a random moment each."""
    generator = random.Random(0)
    acknowledged = 0
    tail = Tail(path)
    seen: list[int] = []
    for _ in range(20):
        child = subprocess.Popen([sys.executable, "-c", APPENDING, path], stdout=subprocess.PIPE, text=True)
        assert child.stdout
        for _ in range(generator.randrange(1, 300)):
            acknowledged = int(child.stdout.readline())
        child.send_signal(signal.SIGKILL)
        rest = child.stdout.read().split("\n")[:-1]
        child.stdout.close()
        child.wait()
        acknowledged = max([acknowledged, *map(int, rest)])
        seen += [event.n for event in tail.read(1 << 30)]
        assert len(seen) >= acknowledged
    assert seen == list(range(len(seen)))
    assert tail.skipped <= 20


LIMITED = """
import resource, sys
from pathlib import Path
from dltui.journal.events import Finished, Metrics
from dltui.journal.writer import Writer
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, hard))
writer = Writer(Path(sys.argv[1]))
for step in range(100):
    writer.append(Metrics(series={"loss": ([step], [0.5])}, seconds=0.0))
writer.append(Finished(step=100, reason="done", seconds=1.0, final={}))
print(writer.trouble)
print(Path(sys.argv[1]).stat().st_size)
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
writer.close()
print(writer.trouble)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no file size limit here")
def test_a_limit_of_the_system_is_a_full_disk(path: Path) -> None:
    found = subprocess.run([sys.executable, "-c", LIMITED, path], capture_output=True, text=True, check=True)
    trouble, size, after = found.stdout.split("\n")[:3]
    assert trouble.startswith("The disk is full: ")
    assert 4_800 < int(size) <= 5_000
    assert after == ""
    assert found.stderr == ""
    assert positions(path) == list(range(101))


def test_processes_with_a_file_each_do_not_disturb_each_other(tmp_path: Path) -> None:
    script = APPENDING.replace("while True:", "while writer.n < 500:")
    children = [
        subprocess.Popen([sys.executable, "-c", script, tmp_path / f"{index}.jsonl"], stdout=subprocess.DEVNULL)
        for index in range(3)
    ]
    assert [child.wait() for child in children] == [0, 0, 0]
    for index in range(3):
        lines = (tmp_path / f"{index}.jsonl").read_bytes().splitlines()
        assert [event.n for line in lines if (event := decode(line))] == list(range(len(lines)))
