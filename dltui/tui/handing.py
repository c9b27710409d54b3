"""What was answered on the screen, as a file to hand in."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from dltui.lesson.challenges import file_name, work_file
from dltui.lesson.records import Challenge, Exercise, Lesson
from dltui.quiz.answers import template
from dltui.tui.lab import Lab


def hand_in(lab: Lab, lesson: Lesson) -> Path:
    """Write `answers-LESSON.toml` where the lab was started, else beside the progress. Raises OSError where neither
    can be written. Code for its exercises and settings for its challenges go beside it, where the grader looks."""
    given = {name: answer for step in lesson.step for name, answer in lab.progress.answers(lesson.id, step.id).items()}
    text = template(lesson, str(lab.seed), {name: answer.given for name, answer in given.items()},
                    {name: answer.hints for name, answer in given.items()})  # fmt: skip
    name = f"answers-{lesson.id}.toml"
    try:
        return _both(Path.cwd() / name, text, lesson)
    except OSError:
        return _both(lab.state.folder / name, text, lesson)


def _both(path: Path, text: str, lesson: Lesson) -> Path:
    """The answers, the code and the settings."""
    for step in lesson.step:
        if isinstance(step, Challenge):
            _copied(work_file(lesson.id, step.id), path.with_name(file_name(lesson.id, step.id)))
        if isinstance(step, Exercise):
            # reading exercises takes what the first frame need not load
            file: Path = import_module("dltui.lesson.tasks").work_file(lesson.id, step.exercise)
            _copied(file, path.with_name(f"{step.exercise}.py"))
    return _written(path, text)


def _copied(file: Path, path: Path) -> None:
    if file.is_file():
        _written(path, file.read_text(encoding="utf-8", errors="replace"))


def _written(path: Path, text: str) -> Path:
    beside = path.with_name(f".{path.name}")
    try:
        beside.write_text(text, encoding="utf-8")
        return beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
