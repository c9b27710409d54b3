"""The challenge pane: a file of settings, one run, all seeds, stars, the author's own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from played import Player, make_lab, place, play, text, until
from textual.pilot import Pilot

from dltui.journal.events import Finished, Metrics, Started
from dltui.journal.folder import JOURNAL
from dltui.journal.work import AnyWork, Train
from dltui.journal.writer import Writer
from dltui.lesson.challenges import Challenge, file_name, work_file
from dltui.lesson.change import read
from dltui.lesson.entering import base, steps
from dltui.lesson.starter import starter, written
from dltui.tui.challenge import ChallengePane
from dltui.tui.handing import hand_in
from dltui.tui.lab import Lab
from dltui.tui.source import SourceScreen

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
optimizer = { kind = "adam", lr = 0.05 }
steps = 200
show = ["regions", "accuracy"]
free = ["model", "optimizer"]
limits = { parameters = 40 }
stars = ["accuracy >= 0.9", "accuracy >= 0.97"]
seeds = 2
hints = ["More than two lines."]
hint_cost = 0.25

[step.solution]
model = [{ layer = "linear", out = 8 }, { layer = "tanh" }, { layer = "linear", out = 1 }]
"""
PLACE = ("tiny", "few")


class Referee(Player):
    """Every run ends at once, with an accuracy for each seed."""

    def __init__(self, *accuracies: float) -> None:
        super().__init__()
        self.accuracies = accuracies

    def send(self, work: AnyWork) -> None:
        self.work.append(work)
        if not isinstance(work, Train):
            return
        made = read(work.experiment)
        seeds = made.compare.get("seed", [])
        Path(work.folder).mkdir(parents=True)
        with Writer(Path(work.folder) / JOURNAL) as writer:
            for variant in range(len(seeds) + 1):
                writer.append(Started(
                    run=work.run, lesson=work.lesson, step_id=made.id, experiment=work.experiment, digest="",
                    seed=made.seed, device="cpu", device_reason="", threads=1, torch="", steps=steps(made),
                    parameters=9, variant=variant,
                ))  # fmt: skip
            for variant, accuracy in enumerate(self.accuracies[: max(1, len(seeds))], bool(seeds)):
                values = {"loss": ([1], [0.5]), "accuracy": ([1], [accuracy])}
                writer.append(Metrics(series=values, seconds=0.1, variant=variant))  # type: ignore[arg-type]
                writer.append(Finished(step=200, reason="done", seconds=0.1, final={"accuracy": accuracy},
                                       variant=variant))  # fmt: skip
            if seeds:
                writer.append(Finished(step=200, reason="done", seconds=0.1, final={}))


@pytest.fixture
def referee() -> Referee:
    return Referee(0.95, 0.9)


@pytest.fixture
def lab(tmp_path: Path, referee: Referee, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.setenv("DLTUI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("EDITOR", "no-such-editor-here")
    monkeypatch.delenv("VISUAL", raising=False)
    folder = tmp_path / "lessons"
    folder.mkdir()
    (folder / "01-tiny.toml").write_text(LESSON)
    return make_lab(tmp_path, [folder], referee)


def saved(file: Path, source: str) -> None:
    """As an editor does it: a new time, whatever the clock of the file system can tell apart."""
    before = file.stat().st_mtime_ns if file.exists() else 0
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(source)
    if file.stat().st_mtime_ns <= before:
        os.utime(file, ns=(before + 1_000_000, before + 1_000_000))


def challenge(lab: Lab) -> Challenge:
    step = place(lab, *PLACE)[0].lesson.step[0]
    assert isinstance(step, Challenge)
    return step


def test_from_the_first_key_to_all_stars(lab: Lab, referee: Referee) -> None:
    step, file = challenge(lab), work_file(*PLACE)

    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: "writes a file with the settings" in text(pilot), "how to begin", 30)
        assert "9 of 40 parameters · 200 of 200 steps" in text(pilot)
        await pilot.press("A")
        await until(pilot, lambda: "settings are for comparing" in text(pilot), "no solution yet", 30)
        await pilot.press("e")
        await until(pilot, lambda: file.exists() and file.name in text(pilot), "the file", 30)
        assert file.read_text() == starter("tiny", step)
        await pilot.press("t")
        await until(pilot, lambda: "accuracy >= 0.9  ✓ accuracy 0.95" in text(pilot), "a star with one seed", 30)
        assert "accuracy >= 0.97  ✗ accuracy 0.95" in text(pilot) and "1 seed, T: all 2" in text(pilot)
        assert lab.progress.answers(*PLACE) == {} and not lab.progress.done("tiny")
        await pilot.press("h")
        await until(pilot, lambda: "hint 1 (-25% of the points)  More than" in text(pilot), "a hint", 30)
        saved(file, written(step, step.solution))
        await until(pilot, lambda: "33 of 40 parameters" in text(pilot), "the settings of the next save", 30)
        await pilot.press("T")
        await until(pilot, lambda: "accuracy >= 0.9  ✓ accuracy 0.95, 0.9" in text(pilot), "both seeds", 30)
        await until(pilot, lambda: "few" in lab.progress.answers(*PLACE), "it is remembered", 30)
        first = lab.progress.answers(*PLACE)["few"]
        assert (first.outcome, first.score, first.hints, first.misses) == ("wrong", 0.5, 1, 1)
        referee.accuracies = (0.99, 0.98)
        await pilot.press("T")
        await until(pilot, lambda: "few" in lab.progress.done("tiny"), "the step is done", 30)
        asked = [read(work.experiment) for work in referee.work if isinstance(work, Train)]
        assert [one.compare for one in asked] == [{}, {"seed": [0, 1]}, {"seed": [0, 1]}]
        assert asked[-1].model == step.solution.model and asked[0].model == base(step).model
        await pilot.press("A")
        await until(pilot, lambda: isinstance(pilot.app.screen, SourceScreen), "the author's settings", 30)

    play(lab, scene, at=place(lab, *PLACE))


def test_settings_that_cannot_be_trained_are_told_and_not_trained(lab: Lab, referee: Referee) -> None:
    file = work_file(*PLACE)
    saved(file, "data = 'moons'")

    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: '"data" cannot be set here' in text(pilot), "what is wrong", 30)
        for key in ("t", "T", "space", "full_stop"):
            await pilot.press(key)
        assert referee.work == []
        saved(file, "model = [{ layer = 'linear', out = 99 }, { layer = 'linear', out = 1 }]")
        await until(pilot, lambda: "Beyond the limits" in text(pilot), "too many", 30)
        told = len(pilot.app._notifications)
        await pilot.press("T")
        await until(pilot, lambda: len(pilot.app._notifications) > told, "that it is not trained", 30)
        saved(file, "optimizer = { kind = 'sgd', lr = 0.5 }")
        pane = pilot.app.screen.query_one(ChallengePane)
        await until(pilot, lambda: pane._trouble == "", "all is well", 30)
        assert referee.work == []
        await pilot.press("t")
        await until(pilot, lambda: len(referee.work) == 1, "it trains", 30)
        assert read(referee.work[0].experiment).optimizer.lr == 0.5  # type: ignore[union-attr]

    play(lab, scene, at=place(lab, *PLACE))


def test_settings_are_handed_in_beside_the_answers(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    saved(work_file(*PLACE), "optimizer = { kind = 'sgd', lr = 0.5 }")
    path = hand_in(lab, place(lab, *PLACE)[0].lesson)
    assert path.with_name(file_name(*PLACE)).read_text() == work_file(*PLACE).read_text()
    assert "[challenges]" in path.read_text()
