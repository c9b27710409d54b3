from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from dltui.journal import owner
from dltui.journal.owner import JOURNAL, Owner, alive, claim, release
from dltui.journal.process import host_name, process_start

CLAIMING = """
import sys
from pathlib import Path
from dltui.journal.owner import claim
sys.stdin.readline()
print(claim(Path(sys.argv[1])), flush=True)
sys.stdin.readline()
"""


def claiming(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CLAIMING, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def say(child: subprocess.Popen[str]) -> None:
    assert child.stdin
    child.stdin.write("\n")
    child.stdin.flush()


def answer(child: subprocess.Popen[str]) -> str:
    assert child.stdout
    return child.stdout.readline().strip()


def end(*children: subprocess.Popen[str]) -> None:
    for child in children:
        child.kill()
        child.communicate()


def write(file: Path, **changes: object) -> None:
    plain = {"pid": os.getpid(), "start": process_start(os.getpid()), "host": host_name()} | changes
    file.write_bytes(msgspec.json.encode(plain))


def test_a_run_has_one_owner_until_it_is_released(tmp_path: Path) -> None:
    assert not alive(tmp_path)
    assert claim(tmp_path)
    assert alive(tmp_path)
    assert not claim(tmp_path)
    found = msgspec.json.decode((tmp_path / "owner.json").read_bytes(), type=Owner)
    assert found == Owner(os.getpid(), process_start(os.getpid()) or "", host_name())
    release(tmp_path)
    assert not alive(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert claim(tmp_path)


def test_a_killed_owner_is_followed(tmp_path: Path) -> None:
    child = claiming(tmp_path)
    say(child)
    assert answer(child) == "True"
    assert alive(tmp_path)
    assert not claim(tmp_path)
    release(tmp_path)
    assert alive(tmp_path), "only its owner can release it"
    end(child)
    assert not alive(tmp_path)
    assert claim(tmp_path)
    assert alive(tmp_path)
    release(tmp_path)
    assert not alive(tmp_path)
    assert claim(tmp_path)


@pytest.mark.parametrize("dead_before", [0, 2])
def test_of_many_at_once_exactly_one_gets_it(tmp_path: Path, dead_before: int) -> None:
    for number in range(dead_before):
        write(tmp_path / f"owner{'.' + str(number) if number else ''}.json", start="long ago")
    children = [claiming(tmp_path) for _ in range(6)]
    for child in children:
        say(child)
    assert sorted(answer(child) for child in children) == ["False"] * 5 + ["True"]
    end(*children)


def test_who_looked_before_another_claimed_does_not_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert claim(tmp_path)
    monkeypatch.setattr(owner, "_owners", lambda folder, role: iter(()))
    assert not claim(tmp_path)


def test_a_pid_that_was_given_away_again_is_not_the_owner(tmp_path: Path) -> None:
    write(tmp_path / "owner.json", start="another time")
    assert not alive(tmp_path)
    assert claim(tmp_path)


def test_an_owner_on_another_host_lives_as_long_as_its_journal_grows(tmp_path: Path) -> None:
    write(tmp_path / "owner.json", host="elsewhere", pid=1)
    long_ago = time.time() - 10_000
    assert alive(tmp_path)
    os.utime(tmp_path / "owner.json", (long_ago, long_ago))
    assert not alive(tmp_path)
    (tmp_path / JOURNAL).touch()
    assert alive(tmp_path)
    os.utime(tmp_path / JOURNAL, (long_ago, long_ago))
    assert not alive(tmp_path)


@pytest.mark.parametrize("content", [b"", b'{"pid":', b'{"pid":"x"}', b"\xff"])
def test_a_half_written_owner_counts_for_a_moment_only(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "owner.json").write_bytes(content)
    assert alive(tmp_path)
    assert not claim(tmp_path)
    long_ago = time.time() - 60
    os.utime(tmp_path / "owner.json", (long_ago, long_ago))
    assert not alive(tmp_path)
    assert claim(tmp_path)


def test_a_claim_that_cannot_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(file: int, data: bytes) -> int:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space"):
        claim(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_where_starts_are_unknown_the_journal_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owner, "process_start", lambda pid: "")
    assert claim(tmp_path)
    assert alive(tmp_path)
    long_ago = time.time() - 10_000
    os.utime(tmp_path / "owner.json", (long_ago, long_ago))
    assert not alive(tmp_path)


def test_a_disk_without_room_for_the_owner_is_an_error_and_leaves_the_run_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", lambda handle, data: write(handle, data[:5]))
        with pytest.raises(OSError, match="No space left"):
            claim(tmp_path)
    assert claim(tmp_path)
