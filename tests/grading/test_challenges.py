"""Challenges from the file to the mark: trained in a process of their own, with seeds nobody knew."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

from dltui.cli import main
from dltui.grading import arena
from dltui.grading import track as tracks
from dltui.grading.settings import FIRST_HIDDEN, hidden, judge, practice, unchanged
from dltui.grading.track import NoTrack, Track
from dltui.journal.run import Run
from dltui.lesson.challenges import Challenge, file_name, work_file
from dltui.lesson.entering import base
from dltui.lesson.load import load
from dltui.lesson.starter import written

LESSON = """\
format = 1
id = "tiny"
title = "Tiny"
minutes = 5
goals = ["see"]

[[step]]
id = "few"
title = "Few units"
kind = "challenge"
data = "circles"
model = [{ layer = "linear", out = 2 }, { layer = "tanh" }, { layer = "linear", out = 1 }]
loss = "binary_cross_entropy"
optimizer = { kind = "adam", lr = 0.05, schedule = "one_cycle" }
steps = 200
free = ["model", "optimizer"]
limits = { parameters = 40, seconds = 5 }
stars = ["accuracy >= 0.9", "accuracy >= 0.97"]
seeds = 2
points = 4
hints = ["More than two lines."]
hint_cost = 0.25

[step.solution]
model = [{ layer = "linear", out = 8 }, { layer = "tanh" }, { layer = "linear", out = 1 }]
"""
DIVERGING = "optimizer = { kind = 'sgd', lr = 1e6, momentum = 0.99 }\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lessons")
    (folder / "01-tiny.toml").write_text(LESSON)
    return folder


@pytest.fixture(scope="module")
def step(folder: Path) -> Challenge:
    lesson = load(folder / "01-tiny.toml").lesson
    assert lesson is not None and isinstance(lesson.step[0], Challenge)
    return lesson.step[0]


@pytest.fixture(scope="module")
def track() -> Iterator[Track]:
    with Track() as track:
        yield track


@pytest.fixture
def lent(track: Track, monkeypatch: pytest.MonkeyPatch) -> None:
    """One worker for all that a test asks for: importing PyTorch takes longer than everything else."""

    @contextmanager
    def shared() -> Iterator[Track]:
        yield track

    monkeypatch.setattr(arena, "Track", shared)
    monkeypatch.setattr(tracks, "Track", shared)


def test_seeds_are_those_of_the_secret_and_never_those_for_practice(step: Challenge) -> None:
    assert practice(step) == [0, 1]
    assert hidden(step, "tiny", "a") == hidden(step, "tiny", "a") != hidden(step, "tiny", "b")
    assert hidden(step, "tiny", "a") != hidden(step, "other", "a")
    assert all(FIRST_HIDDEN <= seed < 2**31 for seed in hidden(step, "tiny", "\udc80"))


def test_the_solution_has_all_stars_and_the_same_seeds_give_the_same_verdict(step: Challenge, track: Track) -> None:
    heard: list[tuple[int, str]] = []

    def told(number: int, run: Run) -> None:
        heard.append((number, run.state))

    source = written(step, step.solution).encode()
    found = judge(step, source, track, [5, 6], told)
    assert found.verdict.outcome == "right" and found.earned == 2 and found.verdict.score == 1
    assert judge(step, source, track, [5, 6]) == found
    assert {number for number, state in heard if state == "done"} == {0, 1}
    assert judge(step, b"", track, [5]).verdict.score == 0
    assert unchanged(step, b"# nothing") and not unchanged(step, source)


def test_a_run_that_diverges_is_wrong_and_what_cannot_be_read_not_gradable(step: Challenge, track: Track) -> None:
    found = judge(step, DIVERGING.encode(), track, [1])
    assert found.verdict.outcome == "wrong" and found.earned == 0
    for bad in (b"\xff", b"data = 'moons'", b"optimizer = 3", b"model = [{ layer = 'conv2d', out = 1, kernel = 1 }]"):
        assert judge(step, bad, track, [1]).verdict.outcome == "ungradable"
    wide = "model = [{ layer = 'linear', out = 2000000000 }, { layer = 'linear', out = 1 }]"
    assert judge(step, wide.encode(), track, [1]).verdict.outcome == "wrong"


def test_a_run_that_takes_too_long_or_is_lost_is_nobodys_fault(
    step: Challenge, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Track() as track:
        monkeypatch.setattr(tracks, "GRACE", -1e9)
        long = replace(base(step), steps=1_000_000)
        late = track.run(long, [1, 2], 5)
        assert [one.state for one in late] == ["failed"] and "20 times its 5 s" in late[0].message
        monkeypatch.undo()

        def shot(number: int, run: Run) -> None:
            assert track._process is not None
            os.kill(track._process.pid, signal.SIGKILL)

        lost = track.run(long, [1], 5, shot)
        assert lost[0].state == "failed" and "was lost" in lost[0].message, "in another worker than the first"


def test_without_a_worker_it_is_not_gradable(step: Challenge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracks.sys, "executable", "/no/such/python")
    with Track() as track:
        with pytest.raises(NoTrack, match="no process can be started"):
            track.run(base(step), [1], 5)
        assert judge(step, b"", track, [1]).verdict.outcome == "ungradable"


def answers(folder: Path, learner: str, source: str | None, more: str = "") -> None:
    where = folder / learner
    where.mkdir(parents=True)
    (where / "answers.toml").write_text(f"format = 1\nlesson = 'tiny'\nlearner = '{learner}'\n{more}")
    if source is not None:
        (where / file_name("tiny", "few")).write_text(source)


def test_a_class_is_graded_with_hidden_seeds(
    folder: Path, step: Challenge, lent: None, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("DLTUI_HOME", str(tmp_path / "home"))
    handed = tmp_path / "class"
    right = written(step, step.solution)
    answers(handed, "ada", right)
    answers(handed, "bert", right, "[hints]\nfew = 1\n")
    answers(handed, "cleo", None)
    answers(handed, "dan", written(step, base(step)))
    answers(handed, "eve", "data = 'xor'")
    answers(handed, "finn", DIVERGING)
    answers(handed, "gil", None, "[challenges]\nfew = '../ada/tiny-few.settings.toml'\n")
    answers(handed, "hal", None, "[challenges]\nmany = 'x'\n")
    report, junit = tmp_path / "report.json", tmp_path / "junit.xml"
    words = ["grade", str(handed), "--lessons", str(folder), f"--report={report}", f"--junit={junit}",
             f"--cache={tmp_path / 'cache'}"]  # fmt: skip
    assert main(words) == 4
    assert "--seed " in capsys.readouterr().err
    first = report.read_text()
    rows = {sheet["name"].split("/")[0]: sheet["rows"][0] for sheet in json.loads(first)["submissions"]}
    outcomes = {name: (row["outcome"], row["earned"]) for name, row in rows.items()}
    assert outcomes == {
        "ada": ("right", 4), "bert": ("right", 3), "cleo": ("unanswered", 0), "dan": ("unanswered", 0),
        "eve": ("ungradable", 0), "finn": ("wrong", 0), "gil": ("ungradable", 0), "hal": ("unanswered", 0),
    }  # fmt: skip
    assert "leads out" in rows["gil"]["said"] and rows["ada"]["given"] == file_name("tiny", "few")
    cases = ElementTree.parse(junit).iter("testcase")
    assert [case[0].tag for case in cases if len(case)].count("error") == 3, "two that cannot be read, one stranger"

    def dead(*_: object) -> None:
        raise AssertionError("graded from the cache, nothing is trained")

    monkeypatch.setattr(Track, "run", dead)
    assert main(words) == 4 and report.read_text() == first


def test_the_command_from_start_to_solution(
    folder: Path, step: Challenge, lent: None, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("DLTUI_HOME", str(tmp_path))
    there = ["--lessons", str(folder)]
    assert main(["challenge", "check", "tiny/few", *there]) == 2
    assert main(["challenge", "start", "tiny/few", *there]) == 0
    assert main(["challenge", "start", "tiny/few", *there]) == 2, "it is there already"
    file = work_file("tiny", "few")
    capsys.readouterr()
    assert main(["challenge", "check", str(file), "--hints", "1", *there]) == 1
    said = capsys.readouterr()
    assert "☆☆ accuracy >= 0.9 does not hold" in said.out and "More than two lines" in said.out
    assert "seed 1  step 200/200" in said.err
    assert main(["challenge", "solution", "tiny/few", *there]) == 1
    file.write_text(written(step, step.solution))
    capsys.readouterr()
    assert main(["challenge", "check", "tiny/few", "--json", *there]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["verdict"]["outcome"] == "right" and [star["earned"] for star in told["stars"]] == [True, True]
    assert main(["challenge", "solution", "tiny/few", *there]) == 0
    assert capsys.readouterr().out == written(step, step.solution)
    file.write_text("x = 1")
    assert main(["challenge", "check", "tiny/few", *there]) == 4
