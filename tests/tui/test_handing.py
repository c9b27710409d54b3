"""What was answered on the screen is graded the same from its file: one judge everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from played import begun, make_lab, place, play, text, until
from textual.pilot import Pilot

from dltui.grading.sheet import grade
from dltui.places import lessons_dir
from dltui.tui.lab import Lab
from dltui.tui.quiz import QuizPane

QUIZZES = [("kinds", "q"), ("perceptron-sgd", "score"), ("mlp-xor", "by-hand-quiz"), ("basics-logistic", "bump-quiz")]


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    (tmp_path / "lessons").mkdir()
    source = Path(__file__).parent / "50-kinds.toml"
    (tmp_path / "lessons" / source.name).write_text(source.read_text())
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return make_lab(tmp_path, [tmp_path / "lessons", lessons_dir()])


@pytest.mark.parametrize(("lesson", "step"), QUIZZES)
def test_the_screen_and_the_grader_agree(lab: Lab, lesson: str, step: str) -> None:
    """Every question gets the first of a few answers that the screen can judge."""
    verdicts: dict[str, tuple[str, float]] = {}

    async def scene(pilot: Pilot[Any]) -> None:
        quiz = await begun(pilot, QuizPane)
        for number in range(len(quiz._questions)):
            await quiz.action_question(number - quiz._at)
            for answer in ("a,b", "b", "1", "2 s", "a b c d e", "1a 2b 3c", "0, 0", "x", "(1, 2)", "3x4", "3x4x5"):
                quiz._judge(answer)
                verdict = quiz._verdicts[quiz.question.id]
                if verdict.outcome != "ungradable":
                    verdicts[quiz.question.id] = verdict.outcome, verdict.score
                    break
        quiz.focus()
        await pilot.press("W")
        await until(pilot, lambda: "Answers written" in text(pilot), "the note")

    play(lab, scene, at=place(lab, lesson, step))
    sheet = grade("mine", Path(f"answers-{lesson}.toml").read_bytes(), lab.course)
    assert not sheet.trouble and len(verdicts) > 2
    graded = {row.question: (row.outcome, row.earned / row.points if row.points else 1.0)
              for row in sheet.rows if row.outcome != "unanswered"}  # fmt: skip
    assert graded == verdicts


def test_a_folder_that_cannot_be_written_is_no_obstacle(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("answers-kinds.toml").mkdir()

    async def scene(pilot: Pilot[Any]) -> None:
        await begun(pilot, QuizPane)
        await pilot.press("W")
        await until(pilot, lambda: "Answers written" in text(pilot), "the note")

    play(lab, scene, at=place(lab, "kinds", "q"))
    assert (lab.state.folder / "answers-kinds.toml").is_file()
    assert [each.name for each in Path.cwd().iterdir()] == ["answers-kinds.toml"], "nothing is left behind"
