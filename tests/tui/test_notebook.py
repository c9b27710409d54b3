"""The lab notebook: what it lists, sorting, clearing up, and the way back to the curves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from played import begun, place, play, text, until
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from dltui.journal.events import Finished, Metrics, Started
from dltui.journal.folder import JOURNAL, claim, discard, path, release, restore, runs
from dltui.journal.progress import Predicted
from dltui.journal.writer import Writer
from dltui.lesson.find import course, find
from dltui.places import lessons_dir
from dltui.tui.course import CourseScreen
from dltui.tui.experiment.pane import ExperimentPane
from dltui.tui.lab import Lab
from dltui.tui.lesson import LessonScreen
from dltui.tui.notebook import NotebookScreen
from dltui.tui.quiz import QuizPane

NAMES = ("20260101-000000-000-mlp-xor-train-xor-00000001", "20260102-000000-000-mlp-xor-train-xor-00000002",
         "20260103-000000-000-seq-rnn-recall-00000003")  # fmt: skip


def written(state: Path, name: str, *, units: int = 8, seed: int = 0, loss: float = 0.004, t: float = 1.0) -> Path:
    """A run as the trainer writes one, with other settings."""
    whole = course([lessons_dir()])
    entry, index = find(whole, "mlp-xor/train-xor")
    assert entry.lesson is not None
    experiment = {**msgspec.to_builtins(entry.lesson.step[index]), "seed": seed}
    experiment["model"][0]["out"] = units
    lesson, step = ("seq-rnn", "recall") if "seq" in name else ("mlp-xor", "train-xor")
    folder = path(state, name)
    folder.mkdir(parents=True)
    clock = iter([t, t + 1, t + 2])
    with Writer(folder / JOURNAL, clock=lambda: next(clock)) as writer:
        writer.append(
            Started(run=name, lesson=lesson, step_id=step, experiment=experiment, digest="", seed=seed, device="cpu",
                    device_reason="", threads=1, torch="", steps=500, parameters=33),
            Metrics(series={"loss": ([1, 250, 500], [0.7, 0.3, loss])}, seconds=1.0),
            Finished(step=500, reason="done", seconds=1.5, final={"loss": loss, "accuracy": 1.0}),
        )  # fmt: skip
    return folder


@pytest.fixture
def filled(lab: Lab) -> Lab:
    written(lab.state.folder, NAMES[0], units=2, loss=0.3, t=1_767_225_600)
    written(lab.state.folder, NAMES[1], seed=3, t=1_767_312_000)
    written(lab.state.folder, NAMES[2], t=1_767_398_400)
    lab.record(Predicted(lesson="mlp-xor", step_id="train-xor", guess=0.02))
    return lab


def listed(pilot: Pilot[Any]) -> list[str]:
    """The names of the runs in the list, in order."""
    options = pilot.app.screen.query_one(OptionList)
    return [Path(str(options.get_option_at_index(at).id)).name for at in range(options.option_count)]


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
def test_runs_are_listed_with_what_differs_and_what_was_said_and_open_again(filled: Lab, size: tuple[int, int]) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: "next" in text(pilot), "the lesson")
        await pilot.press("R")
        await until(pilot, lambda: "✗" in text(pilot) and "claim  holds" in text(pilot), "all journals read")
        assert listed(pilot) == [NAMES[1], NAMES[0]]
        said = text(pilot)
        for part in ("as in the lesson", "model.0.out=2", "█", "you said 0.02, it is 0.004: close", "seed 3", "holds",
                     "2 runs"):  # fmt: skip
            assert part in said, part
        await pilot.press("j")
        await until(pilot, lambda: "does not hold with settings of your own" in text(pilot), "the other run")
        assert "it is 0.3: not close" in text(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, LessonScreen) and "500/500" in text(pilot), "the run")
        pane = pilot.app.screen.query_one(ExperimentPane)
        assert pane.shelf.focus is not None and pane.shelf.focus.folder.name == NAMES[0]

    play(filled, scene, at=place(filled, "mlp-xor", "lines"), size=size)


def test_sorted_of_all_lessons_deleted_and_brought_back(filled: Lab) -> None:
    state = filled.state.folder

    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: isinstance(pilot.app.screen, CourseScreen), "the course")
        pilot.app.screen.query_one(OptionList).highlighted = 3
        await pilot.press("r")
        await until(pilot, lambda: isinstance(pilot.app.screen, NotebookScreen) and "claim  holds" in text(pilot), "it")
        await pilot.press("s", "s")
        await until(pilot, lambda: "settings▾" in text(pilot), "the order")
        assert listed(pilot) == [NAMES[0], NAMES[1]]
        await pilot.press("S")
        await until(pilot, lambda: listed(pilot) == [NAMES[1], NAMES[0]], "the other way round")
        await pilot.press("a")
        await until(pilot, lambda: "seq-rnn/recall" in text(pilot) and "3 runs" in text(pilot), "all lessons")
        await pilot.press("G", "d")
        await until(pilot, lambda: "Deleted." in text(pilot) and "2 runs" in text(pilot), "one less")
        gone = {*NAMES} - {run.run for run in runs(state)}
        assert len(gone) == 1 and gone.isdisjoint(listed(pilot))
        await pilot.press("u")
        await until(pilot, lambda: "It is back." in text(pilot) and "3 runs" in text(pilot), "all again")
        await pilot.press("u")
        await until(pilot, lambda: "Nothing was deleted" in text(pilot), "no more")
        first = path(state, listed(pilot)[0])
        assert claim(first)
        await pilot.press("g", "d")
        await until(pilot, lambda: "being written" in text(pilot), "the refusal")
        release(first)
        await pilot.press("q")
        await until(pilot, lambda: isinstance(pilot.app.screen, CourseScreen), "the course again")

    play(filled, scene)
    assert len(runs(state)) == 3


def test_what_was_thrown_away_for_good_does_not_come_back(tmp_path: Path) -> None:
    folder = written(tmp_path, NAMES[0])
    assert discard(folder) and not folder.exists() and runs(tmp_path) == []
    assert restore(folder) and [run.run for run in runs(tmp_path)] == [NAMES[0]]
    assert not restore(folder)


def test_an_empty_notebook_says_what_would_fill_it(lab: Lab) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: isinstance(pilot.app.screen, CourseScreen), "the course")
        await pilot.press("R")
        await until(pilot, lambda: "No runs yet" in text(pilot), "a hint")
        await pilot.press("d", "enter", "s", "S", "y", "escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, CourseScreen), "the course again")

    play(lab, scene)


def test_values_and_messages_are_copied(filled: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLTUI_HOME", str(tmp_path))

    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: "500/500" in text(pilot), "the runs")
        await pilot.press("y")
        await until(pilot, lambda: pilot.app.clipboard.startswith("step,loss\n1,0.7"), "the table")
        await pilot.press("f")
        await until(pilot, lambda: "cursor" in text(pilot).splitlines()[-1], "the chart")
        await pilot.press("y")
        await until(pilot, lambda: pilot.app.clipboard.startswith("step\tloss"), "what is in sight")
        assert len(pilot.app.clipboard.splitlines()) == 4 and "0.004" in pilot.app.clipboard
        pilot.app.notify("It went wrong.", title="Here", severity="error")
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: pilot.app.clipboard == "Here: It went wrong.", "the message")
        assert (tmp_path / "state" / "copied.txt").read_text() == "Here: It went wrong."
        await pilot.press("exclamation_mark")
        await pilot.pause()
        assert pilot.app.clipboard == "Here: It went wrong."

    play(filled, scene, at=place(filled, "mlp-xor", "train-xor"))


def test_the_palette_has_themes_exports_keys_and_steps(lab: Lab) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: "next" in text(pilot), "the lesson")
        for words, wanted in (("lab-contrast", "Theme lab-contrast"), ("as markdown", "Export this lesson as Markdown"),
                              ("copy the last", "key !")):
            await pilot.press("ctrl+p", *words)
            await until(pilot, lambda wanted=wanted: wanted in text(pilot), wanted)  # type: ignore[misc]  # its default
            await pilot.press("escape")
        await pilot.press("ctrl+p", *"theme lab-light", "enter")
        await until(pilot, lambda: pilot.app.theme == "lab-light", "the theme")

    play(lab, scene, at=place(lab, "mlp-xor", "lines"))


def test_what_begins_an_answer_opens_no_notebook(lab: Lab) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        pane = await begun(pilot, QuizPane)
        await until(pilot, lambda: bool(pane.query(Input)), "a field")
        await pilot.press(*"Relu")
        await until(pilot, lambda: pane.query_one(Input).value == "Relu", "the answer")
        assert isinstance(pilot.app.screen, LessonScreen)
        await pilot.press("escape", "question_mark")
        await until(pilot, lambda: "All keys here" in text(pilot), "help, which is no answer")

    play(lab, scene, at=place(lab, "mlp-xor", "by-hand-quiz"), size=(120, 60))
