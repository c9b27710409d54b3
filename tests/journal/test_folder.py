from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dltui.journal import folder as module
from dltui.journal.events import AnyEvent, Failed, Finished, Metrics, Snapshot, Started
from dltui.journal.folder import JOURNAL, claim, new_run_id, path, prune, runs
from dltui.journal.line import decode
from dltui.journal.run import Run
from dltui.journal.writer import Writer


def make(state: Path, number: int, *, ended: bool = True, snapshots: int = 0) -> Path:
    """A run of 400 steps that began `number` minutes after the first."""
    folder = path(state, new_run_id("xor", "train", 1.75e9 + 60 * number, Random(number)))
    folder.mkdir(parents=True)
    with Writer(folder / JOURNAL, durable_kinds=(), clock=lambda: 1.75e9 + 60 * number) as writer:
        writer.append(
            Started(run=folder.name, lesson="xor", step_id="train", experiment={}, digest="d", seed=number,
                    device="cpu", device_reason="", threads=1, torch="", steps=400, parameters=9)
        )  # fmt: skip
        for step in range(0, 400, 20):
            writer.append(Metrics(series={"loss": (list(range(step, step + 20)), [0.5] * 20)}, seconds=step / 100))
        for step in range(snapshots):
            writer.append(Snapshot(step=step, view="fit", shape=[1000], values=[0.5] * 1000))
        if ended:
            writer.append(Finished(step=400, reason="done", seconds=4.0, final={"loss": 0.25}, checkpoint="c.npz"))
    return folder


@given(st.lists(st.integers(0, 4 * 10**12), min_size=2, max_size=20, unique=True))
def test_ids_sort_by_time(milliseconds: list[int]) -> None:
    random = Random(0)
    by_id = sorted(milliseconds, key=lambda moment: new_run_id("a", "b", moment / 1000, random))
    assert by_id == sorted(milliseconds)


def test_an_id_can_be_read_and_is_a_name(tmp_path: Path) -> None:
    run_id = new_run_id("cnn-shapes", "train", 1.75e9, Random(1))
    assert run_id.startswith("20250615-150640-000-cnn-shapes-train-")
    assert path(tmp_path, run_id) == tmp_path / "runs" / run_id
    assert run_id != new_run_id("cnn-shapes", "train", 1.75e9, Random(2))
    longest = new_run_id("a" * 64, "b" * 64, 1.75e9, Random(1))
    assert path(tmp_path, longest).name == longest


ELSEWHERE = ["", ".", "..", "../x", "a/b", "/etc", "a\x00b", "-x", ".hidden", "a b", "ä", "x" * 201, "a\n"]


@pytest.mark.parametrize("name", ELSEWHERE)
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not the name of a run"):
        path(tmp_path, name)


def test_a_link_out_of_the_runs_is_refused(tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "link").symlink_to("/etc")
    with pytest.raises(ValueError, match="not the name of a run"):
        path(tmp_path, "link")


def test_no_runs_yet(tmp_path: Path) -> None:
    assert runs(tmp_path) == []
    assert prune(tmp_path) == 0


def test_runs_are_listed_newest_first(tmp_path: Path) -> None:
    folders = [make(tmp_path, number) for number in (2, 0, 1)]
    found = runs(tmp_path)
    assert [summary.seed for summary in found] == [2, 1, 0]
    first = found[0]
    assert (first.run, first.folder) == (folders[0].name, folders[0])
    assert (first.lesson, first.step_id, first.state, first.t) == ("xor", "train", "done", 1.75e9 + 120)
    assert (first.step, first.steps, first.seconds, first.final) == (400, 400, 4.0, {"loss": 0.25})
    assert (first.device, first.digest, first.checkpoint, first.message) == ("cpu", "d", "c.npz", "")


def test_states_of_runs_without_an_end(tmp_path: Path) -> None:
    lost, running, failed = (make(tmp_path, number, ended=False) for number in range(3))
    claim(running)
    with Writer(failed / JOURNAL) as writer:
        writer.append(Failed(step=7, reason="diverged", message="The loss is infinite."))
    assert [(summary.folder, summary.state, summary.step) for summary in runs(tmp_path)] == [
        (failed, "diverged", 7), (running, "running", 399), (lost, "lost", 399),
    ]  # fmt: skip


def test_an_end_behind_a_huge_line_is_found(tmp_path: Path) -> None:
    folder = make(tmp_path, 0, ended=False)
    with Writer(folder / JOURNAL) as writer:
        writer.append(Snapshot(step=400, view="fit", shape=[50_000], values=[0.123456789] * 50_000))
    assert runs(tmp_path)[0].state == "lost"
    with Writer(folder / JOURNAL) as writer:
        writer.append(Finished(step=400, reason="done", seconds=4.0, final={}))
    assert runs(tmp_path)[0].state == "done"


def test_how_far_a_run_is_is_told_behind_a_picture_too(tmp_path: Path) -> None:
    """A lab that closes asks it whether the run takes long enough to go on alone."""
    folder = make(tmp_path, 0, ended=False, snapshots=1)
    size = (folder / JOURNAL).stat().st_size
    assert size > module._REACH[0], "else the smallest reach holds all of it"
    with Writer(folder / JOURNAL, durable_kinds=()) as writer:
        writer.append(Snapshot(step=400, view="fit", shape=[500], values=[0.5] * 500))
    (found,) = runs(tmp_path)
    assert (found.seconds, found.step) == (3.8, 399)


def test_a_resumed_run_keeps_its_first_start(tmp_path: Path) -> None:
    folder = make(tmp_path, 0)
    with Writer(folder / JOURNAL) as writer:
        writer.append(Started(run=folder.name, lesson="xor", step_id="train", experiment={}, digest="d", seed=0,
                              device="cpu", device_reason="", threads=1, torch="", steps=400, parameters=9,
                              resumed_at=300))  # fmt: skip
    summary = runs(tmp_path)[0]
    assert (summary.t, summary.step, summary.state) == (1.75e9, 300, "lost")


@pytest.mark.parametrize("content", [None, b"", b"noise", b"noise\n" * 5000, bytes(100_000)])
def test_a_damaged_run_does_not_hide_the_others(tmp_path: Path, content: bytes | None) -> None:
    good = make(tmp_path, 0)
    bad = tmp_path / "runs" / "zzz"
    bad.mkdir()
    if content is not None:
        (bad / JOURNAL).write_bytes(content)
    (tmp_path / "runs" / "a-file").touch()
    assert [(summary.folder, summary.state) for summary in runs(tmp_path)] == [(bad, "lost"), (good, "done")]


def test_only_the_ends_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, 0, snapshots=100)
    sizes: list[int] = []

    def counted(line: bytes) -> AnyEvent | None:
        sizes.append(len(line))
        return decode(line)

    monkeypatch.setattr(module, "decode", counted)
    assert runs(tmp_path)[0].state == "done"
    assert sum(sizes) < 10_000


def test_pruning_takes_the_snapshots_of_the_oldest_first(tmp_path: Path) -> None:
    folders = [make(tmp_path, number, snapshots=5) for number in range(6)]
    sizes = [module._size(folder) for folder in folders]
    freed = prune(tmp_path, limit_bytes=sum(sizes) - 2 * 20_000, kept=2)
    after = [Run.read(folder) for folder in folders]
    assert [len(run.snapshots.get("fit", [])) for run in after] == [0, 0, 5, 5, 5, 5]
    assert all(run.state == "done" and len(run.series["loss"]) == 400 and not run.skipped for run in after)
    assert sum(sizes) - freed == sum(map(module._size, folders))
    assert sorted(file.name for file in folders[0].iterdir()) == [JOURNAL]


def test_pruning_removes_the_oldest_and_never_the_newest(tmp_path: Path) -> None:
    folders = [make(tmp_path, number, snapshots=5) for number in range(6)]
    prune(tmp_path, limit_bytes=0, kept=2)
    assert [folder.exists() for folder in folders] == [False] * 4 + [True] * 2
    assert len(Run.read(folders[4]).snapshots["fit"]) == 5
    assert len(list((tmp_path / "runs").iterdir())) == 2


def test_pruning_leaves_running_runs_alone(tmp_path: Path) -> None:
    folders = [make(tmp_path, number) for number in range(3)]
    claim(folders[0])
    prune(tmp_path, limit_bytes=0, kept=1)
    assert [folder.exists() for folder in folders] == [True, False, True]


def test_pruning_under_the_limit_does_nothing(tmp_path: Path) -> None:
    folders = [make(tmp_path, number) for number in range(30)]
    assert prune(tmp_path) == 0
    assert all(folder.exists() for folder in folders)


def test_what_a_killed_pruning_left_goes_the_next_time(tmp_path: Path) -> None:
    folder = make(tmp_path, 0)
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "link").symlink_to("/etc")
    folder.rename(folder.with_name(f".{folder.name}"))
    assert runs(tmp_path) == []
    prune(tmp_path)
    assert list((tmp_path / "runs").iterdir()) == []
    assert os.listdir("/etc")  # noqa: PTH208


def test_pruning_keeps_the_newest_files_of_engines(tmp_path: Path) -> None:
    module.engines_dir(tmp_path).mkdir()
    for number in range(50):
        (module.engines_dir(tmp_path) / f"{number:04x}.log").touch()
    prune(tmp_path)
    assert sorted(file.name for file in module.engines_dir(tmp_path).iterdir())[0] == "000a.log"
