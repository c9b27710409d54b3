from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dltui.journal import progress as module
from dltui.journal import writer as writing
from dltui.journal.line import encode
from dltui.journal.process import host_name
from dltui.journal.progress import Answered, AnyProgress, Done, Predicted, Progress, ProgressWriter, Visited, compact

ENDED = 999_999_999
"""No system gives out a process number as large as this."""
LESSONS = st.sampled_from(["a", "b"])
STEPS = st.sampled_from(["one", "two", "three"])
EVENTS: st.SearchStrategy[AnyProgress] = st.one_of(
    st.builds(Visited, lesson=LESSONS, step_id=STEPS),
    st.builds(Answered, lesson=LESSONS, step_id=STEPS, question=st.sampled_from("xyz"), given=st.text(max_size=3),
              outcome=st.just("right"), score=st.floats(0, 1)),
    st.builds(Predicted, lesson=LESSONS, step_id=STEPS, guess=st.floats(0, 1)),
    st.builds(Done, lesson=LESSONS, step_id=STEPS),
)  # fmt: skip


def visited(lesson: str, step_id: str) -> Visited:
    return Visited(lesson=lesson, step_id=step_id)


def answered(question: str, given: str, **more: Any) -> Answered:
    return Answered(lesson="xor", step_id="quiz", question=question, given=given, outcome="right", score=1.0, **more)


def write(folder: Path, events: list[AnyProgress], pid: int = ENDED, start: float = 1.0, token: int = 0) -> Path:
    """The file of another session, whose events came one second after the other."""
    folder.mkdir(exist_ok=True)
    file = folder / f"{module._host()}-{pid}-{token:08x}.jsonl"
    file.write_bytes(b"".join(encode(event, n, start + n) for n, event in enumerate(events)))
    return file


def told(progress: Progress) -> dict[str, Any]:
    """Everything one can ask."""
    places = [(lesson, step) for lesson in ("a", "b", "xor") for step in ("one", "two", "three", "quiz")]
    return {
        "last": progress.last(),
        "lessons": {lesson: (progress.position(lesson), progress.done(lesson)) for lesson in ("a", "b", "xor")},
        "answers": {place: progress.answers(*place) for place in places},
        "guesses": {place: progress.guess(*place) for place in places},
    }


def test_nothing_done_yet(tmp_path: Path) -> None:
    progress = Progress.read(tmp_path / "none")
    assert (progress.last(), progress.position("a"), progress.done("a")) == (None, None, set())
    assert (progress.answers("a", "one"), progress.guess("a", "one")) == ({}, None)
    assert (progress.lines, progress.skipped) == (0, 0)


def test_what_is_recorded_is_there_at_once_and_in_the_next_session(tmp_path: Path) -> None:
    folder = tmp_path / "progress"
    with ProgressWriter(folder) as writer:
        assert not folder.exists(), "looking leaves no trace"
        writer.record(visited("xor", "read"))
        writer.record(visited("cnn", "intro"))
        writer.record(visited("xor", "quiz"))
        writer.record(answered("q1", "3"))
        stamped = writer.record(answered("q1", "4", hints=2, digest="d"))
        writer.record(Predicted(lesson="xor", step_id="train", guess=0.5, run="r1"))
        writer.record(Done(lesson="xor", step_id="quiz"))
        assert writer.trouble == ""
    again = Progress.read(folder)
    for progress in (writer.progress, again):
        assert progress.last() == ("xor", "quiz")
        assert progress.position("cnn") == "intro"
        assert progress.done("xor") == {"quiz"}
        assert progress.answers("xor", "quiz") == {"q1": stamped}
        assert (stamped.given, stamped.hints, stamped.digest, stamped.n) == ("4", 2, "d", 4)
        assert progress.guess("xor", "train") == 0.5
    assert again.lines == 7
    assert folder.stat().st_mode & 0o777 == 0o700


def test_sessions_are_folded_by_time(tmp_path: Path) -> None:
    write(tmp_path, [visited("a", "one"), visited("a", "three")], start=100.0, token=1)
    write(tmp_path, [visited("a", "two")], start=100.5, token=2)
    assert Progress.read(tmp_path).position("a") == "three"
    write(tmp_path, [visited("a", "two")], start=101.5, token=0)
    assert Progress.read(tmp_path).position("a") == "two"


def test_a_clock_that_was_set_back_does_not_bring_old_answers_back(tmp_path: Path) -> None:
    with ProgressWriter(tmp_path, clock=lambda: 2e9) as writer:
        writer.record(answered("q1", "old"))
    with ProgressWriter(tmp_path, clock=lambda: 1e9) as writer:
        writer.record(answered("q1", "newer"))
        writer.record(answered("q1", "newest"))
    assert Progress.read(tmp_path).answers("xor", "quiz")["q1"].given == "newest"


def test_two_sessions_at_once_have_a_file_each(tmp_path: Path) -> None:
    with ProgressWriter(tmp_path) as one, ProgressWriter(tmp_path) as two:
        one.record(Done(lesson="a", step_id="one"))
        two.record(Done(lesson="a", step_id="two"))
    assert len(list(tmp_path.iterdir())) == 2
    assert Progress.read(tmp_path).done("a") == {"one", "two"}


def test_answers_are_on_the_disk_itself_and_visits_need_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(writing, "_sync", synced.append)
    with ProgressWriter(tmp_path) as writer:
        writer.record(visited("a", "one"))
        assert len(synced) == 0
        writer.record(answered("q1", "3"))
        assert len(synced) == 1


def test_damage_is_skipped_and_counted(tmp_path: Path) -> None:
    file = write(tmp_path, [visited("a", "one"), Done(lesson="a", step_id="one")])
    with file.open("ab") as target:
        target.write(b"noise\n" + encode(visited("a", "two"), 2, 9.0)[:-9])
    (tmp_path / "x.jsonl").write_bytes(bytes(100))
    (tmp_path / "y.jsonl").mkdir()
    (tmp_path / "notes.txt").write_text("not ours")
    progress = Progress.read(tmp_path)
    assert (progress.position("a"), progress.done("a")) == ("one", {"one"})
    assert (progress.lines, progress.skipped) == (5, 3)


def test_where_nothing_can_be_written_the_session_goes_on(tmp_path: Path) -> None:
    (tmp_path / "progress").write_text("a file in the way")
    with ProgressWriter(tmp_path / "progress") as writer:
        writer.record(answered("q1", "3"))
        assert writer.trouble.startswith("The journal cannot be written (Not a directory): ")
        assert writer.progress.answers("xor", "quiz")["q1"].given == "3"


@settings(max_examples=40)
@given(st.lists(st.lists(EVENTS, max_size=12), max_size=4), st.randoms(use_true_random=False))
def test_compaction_changes_nothing_that_can_be_asked(
    tmp_path_factory: pytest.TempPathFactory, sessions: list[list[AnyProgress]], generator: random.Random
) -> None:
    folder = tmp_path_factory.mktemp("progress")
    for token, events in enumerate(sessions):
        write(folder, events, start=generator.uniform(0, 20), token=token)
    before = told(Progress.read(folder))
    if compact(folder, above=0):
        assert len(list(folder.iterdir())) == 1
    assert told(Progress.read(folder)) == before
    write(folder, [visited("a", "one")], start=1_000.0, token=99)
    assert compact(folder, above=0)
    assert told(Progress.read(folder)) == before | {
        "last": ("a", "one"), "lessons": before["lessons"] | {"a": ("one", before["lessons"]["a"][1])},
    }  # fmt: skip


def test_compaction_happens_when_it_has_become_much(tmp_path: Path) -> None:
    for token in range(2):
        write(tmp_path, [visited("a", "one")] * 2_500, token=token)
    ProgressWriter(tmp_path)
    assert len(list(tmp_path.iterdir())) == 2
    write(tmp_path, [visited("a", "two")], start=9_999.0, token=2)
    progress = ProgressWriter(tmp_path).progress
    assert [file.name[:8] for file in tmp_path.iterdir()] == ["compact."]
    assert (progress.lines, progress.position("a")) == (1, "two")


def test_files_that_may_still_grow_stay(tmp_path: Path) -> None:
    living = write(tmp_path, [visited("a", "one")] * 10, pid=os.getpid())
    elsewhere = tmp_path / "elsewhere-1-00000000.jsonl"
    elsewhere.write_bytes(encode(Done(lesson="a", step_id="two"), 0, 1.0))
    assert not compact(tmp_path, above=0), "there is nothing to delete"
    ended = write(tmp_path, [visited("a", "two")] * 10)
    assert compact(tmp_path, above=0)
    assert living.exists()
    assert elsewhere.exists()
    assert not ended.exists()
    long_ago = time.time() - 40 * 86_400
    os.utime(elsewhere, (long_ago, long_ago))
    os.utime(living, (long_ago, long_ago))
    assert compact(tmp_path, above=0)
    assert living.exists()
    assert not elsewhere.exists()
    assert Progress.read(tmp_path).done("a") == {"two"}


def test_a_file_that_is_not_fully_understood_stays(tmp_path: Path) -> None:
    """A newer version may have written it, or somebody may want to repair it."""
    file = write(tmp_path, [visited("a", "one")] * 10)
    with file.open("ab") as target:
        target.write(b"noise\n")
    write(tmp_path, [visited("a", "two")] * 10, token=1)
    assert compact(tmp_path, above=0)
    assert file.exists()
    assert Progress.read(tmp_path).skipped == 1


def test_a_full_disk_leaves_everything_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path, [visited("a", "one")] * 10)

    def full(handle: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert not compact(tmp_path, above=0)
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("when", ["before", "after"])
def test_two_compactions_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str) -> None:
    """The other one runs as a whole between the steps of the first, and knows of one session more."""
    write(tmp_path, [Done(lesson="a", step_id="one"), visited("a", "one")])
    write_compacted = module._write_compacted

    def interrupted(folder: Path, events: list[AnyProgress]) -> None:
        monkeypatch.setattr(module, "_write_compacted", write_compacted)
        if when == "after":
            write_compacted(folder, events)
        write(tmp_path, [Done(lesson="a", step_id="two"), visited("a", "two")], start=10.0, token=1)
        assert compact(tmp_path, above=0)
        if when == "before":
            write_compacted(folder, events)

    monkeypatch.setattr(module, "_write_compacted", interrupted)
    assert compact(tmp_path, above=0)
    progress = Progress.read(tmp_path)
    assert (progress.done("a"), progress.position("a")) == ({"one", "two"}, "two")
    assert compact(tmp_path, above=0)
    assert [file.name[:8] for file in tmp_path.iterdir()] == ["compact."]
    assert Progress.read(tmp_path).done("a") == {"one", "two"}


KILLED = """
import os, signal, sys
from pathlib import Path
from dltui.journal import progress

def kill_at(count):
    def trace(frame, event, argument):
        nonlocal count
        if frame.f_code.co_name not in ("compact", "_write_compacted"):
            return None
        if event == "line":
            count -= 1
            if count < 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace
    return trace

for point, folder in enumerate(sorted(Path(sys.argv[1]).iterdir())):
    child = os.fork()
    if child == 0:
        sys.settrace(kill_at(point))
        progress.compact(folder, above=0)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_compaction_may_be_killed_at_every_line(tmp_path: Path) -> None:
    template = tmp_path / "template"
    for token in range(3):
        done = Done(lesson="a", step_id=str(token))
        write(template, [visited("a", "one"), answered(f"q{token}", "3"), done], token=token)
    before = told(Progress.read(template))
    copies = [tmp_path / "copies" / f"{point:03}" for point in range(60)]
    for copy in copies:
        shutil.copytree(template, copy)
    command = [sys.executable, "-c", KILLED, str(tmp_path / "copies")]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    codes = [int(code) for code in found.stdout.split()]
    killed = codes.count(-signal.SIGKILL)
    assert killed > 15
    assert codes == [-signal.SIGKILL] * killed + [0] * (len(copies) - killed)
    for copy in copies:
        assert told(Progress.read(copy)) == before
        compact(copy, above=0)
        assert told(Progress.read(copy)) == before
    assert any(list(copy.glob(".compact.*")) for copy in copies), "one of them died with half a file"


def test_what_a_killed_compaction_left_goes_in_time(tmp_path: Path) -> None:
    write(tmp_path, [visited("a", "one")] * 10)
    old, young = tmp_path / ".compact.1.jsonl", tmp_path / ".compact.2.jsonl"
    old.touch()
    young.touch()
    long_ago = time.time() - 40 * 86_400
    os.utime(old, (long_ago, long_ago))
    assert compact(tmp_path, above=0)
    assert (old.exists(), young.exists()) == (False, True)


def test_the_name_of_the_file_tells_the_process(tmp_path: Path) -> None:
    with ProgressWriter(tmp_path) as writer:
        writer.record(visited("a", "one"))
    file = next(tmp_path.iterdir())
    match = module._NAME.fullmatch(file.name)
    assert match
    assert (match[1], int(match[2])) == (module._host(), os.getpid())
    assert match[1].replace("-", "").isalnum()
    assert match[1][:1] == host_name()[:1]
