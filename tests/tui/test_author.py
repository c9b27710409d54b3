"""A lesson is read again when its file is saved, on the step where the author stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from played import make_lab, place, play, text, until
from textual.pilot import Pilot

from dltui.cli import main
from dltui.lesson.lint import lint
from dltui.plain.scaffold import Refused, scaffold
from dltui.plot.formula import check
from dltui.quiz.proof import check_question


def test_a_new_lesson_lints_clean_and_takes_the_next_number(tmp_path: Path) -> None:
    names = [scaffold(name, tmp_path / "mine").name for name in ("one", "two-words")]
    assert names == ["01-one.toml", "02-two-words.toml"]
    assert lint([tmp_path / "mine"], check_formula=check, check_question=check_question) == []


@pytest.mark.parametrize("name", ["One", "a--b", "-a", "", "a/b", "../x", "a" * 65, "naïve"])
def test_names_that_are_none(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", f"--to={tmp_path}", "--", name]) == 2
    assert "no name for a lesson" in capsys.readouterr().err and list(tmp_path.iterdir()) == []


def test_a_name_that_is_taken(tmp_path: Path) -> None:
    scaffold("mine", tmp_path)
    with pytest.raises(Refused, match="already"):
        scaffold("mine", tmp_path)


def test_a_title_with_quotes_stays_one(tmp_path: Path) -> None:
    path = scaffold("mine", tmp_path, 'a "b" \\ c')
    assert 'title = "a b  c"' in path.read_text()


def test_every_save_shows_and_an_error_keeps_the_last_sound_version(tmp_path: Path) -> None:
    (tmp_path / "lessons").mkdir()
    path = scaffold("mine", tmp_path / "lessons")
    lab = make_lab(tmp_path, [tmp_path / "lessons"])
    lab.authoring = True
    sound = path.read_text()

    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: "How many parameters" in text(pilot), "the quiz")
        path.write_text(sound.replace("How many parameters", "What number of weights"))
        await until(pilot, lambda: "What number of weights" in text(pilot), "the new question")
        path.write_text(sound.replace('kind = "quiz"', 'kind = "quizz"'))
        await until(pilot, lambda: "“quiz”?" in text(pilot), "the error")
        assert "What number of weights" in text(pilot)
        first = '[[step]]\nid = "first"\ntitle = "First"\nkind = "read"\ntext = "x"\n\n'
        path.write_text(sound.replace("[[step]]", first + "[[step]]", 1))
        await until(pilot, lambda: " 4/5 Count" in text(pilot), "the same step, one further on")
        assert "“quiz”?" not in text(pilot)

    play(lab, scene, at=place(lab, "mine", "count"))
