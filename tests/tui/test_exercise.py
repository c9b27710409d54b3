"""The exercise pane: a file to begin with, a verdict on every save, the solution at the end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from played import make_lab, place, play, text, until
from textual.pilot import Pilot

from dltui.grading.pool import Pool
from dltui.grading.sheet import grade
from dltui.lesson.outline import wanted
from dltui.lesson.tasks import MARK, work_file, workpiece
from dltui.places import lessons_dir
from dltui.tui.exercise import ExercisePane
from dltui.tui.handing import hand_in
from dltui.tui.lab import Lab
from dltui.tui.source import SourceScreen

LESSON, STEP, NAME = "perceptron-sgd", "write", "perceptron-update"


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.setenv("DLTUI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("EDITOR", "no-such-editor-here")
    monkeypatch.delenv("VISUAL", raising=False)
    return make_lab(tmp_path)


def test_from_the_first_key_to_the_solution(lab: Lab) -> None:
    piece = workpiece(lessons_dir(), NAME)
    file = work_file(LESSON, NAME)

    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: "opens it in your editor" in text(pilot), "how to begin")
        assert "update(w, b, x, y, eta)" in text(pilot) and "held against a solution" in text(pilot)
        await pilot.press("s")
        await until(pilot, lambda: "The solution is for comparing" in text(pilot), "no solution yet")
        await pilot.press("e")
        await until(pilot, lambda: "✗ score: " in text(pilot), "the first verdict", 60)
        assert file.read_text() == f"{MARK}{LESSON}/{STEP}\n{piece.starter}"
        await pilot.press("h")
        await until(pilot, lambda: "hint 1" in text(pilot), "a hint")
        file.write_text(piece.mutated(piece.task.mutant[0]))
        await until(pilot, lambda: "Right so far: score" in text(pilot), "the verdict on the next save", 60)
        assert "the label y is missing" in pilot.app.screen.query_one(ExercisePane)._said["verdict"]["said"]
        assert not lab.progress.done(LESSON)
        file.write_text(piece.solution)
        cases = sum(int(one.judged.split()[0]) for one in wanted(piece))
        await until(pilot, lambda: f"✓ All {cases} cases" in text(pilot), "the verdict on the last save", 60)
        await until(pilot, lambda: STEP in lab.progress.done(LESSON), "the step is done")
        answered = lab.progress.answers(LESSON, STEP)[STEP]
        assert (answered.outcome, answered.score, answered.hints) == ("right", 1.0, 1) and answered.misses >= 2
        await pilot.press("s")
        await until(pilot, lambda: isinstance(pilot.app.screen, SourceScreen), "the solution")
        await pilot.press("escape")
        judge = pilot.app.screen.query_one(ExercisePane)._judge
        assert judge is not None
        await pilot.press("n")
        await until(pilot, lambda: judge.returncode is not None, "the judge has gone with the step")

    play(lab, scene, at=place(lab, LESSON, STEP))


def test_what_the_code_writes_cannot_steer_the_terminal(lab: Lab) -> None:
    file = work_file(LESSON, NAME)
    file.parent.mkdir(parents=True)
    printing = "print('\\x1b]52;c;AA\\x07[bold]x')\n"
    file.write_text(f"{printing}def score(w, b, x): return '\\x1b[2J'\ndef update(*_): return 0\n")

    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: "Your code printed:" in text(pilot), "the verdict", 60)
        assert "\x1b" not in text(pilot) and "[bold]x" in text(pilot)

    play(lab, scene, at=place(lab, LESSON, STEP))


def test_what_was_written_is_handed_in(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    piece = workpiece(lessons_dir(), NAME)
    file = work_file(LESSON, NAME)
    file.parent.mkdir(parents=True)
    file.write_text(piece.solution)
    lesson = place(lab, LESSON, STEP)[0].lesson
    handed = hand_in(lab, lesson)
    with Pool() as pool:
        sheet = grade("x", handed.read_bytes(), lab.course, folder=handed.parent, pool=pool)
    assert {row.question: row.outcome for row in sheet.rows}[STEP] == "right"
