"""What lint says beyond loading: keys that compute, texts that fit, folders that are in order."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from dltui.commands.exits import Exit
from dltui.commands.lint import run
from dltui.lesson.lint import SCREEN_LINES, lint
from dltui.lesson.records import AnyQuestion, Explorer
from dltui.places import lessons_dir
from dltui.plot.formula import check
from dltui.plot.prose import prose
from dltui.quiz.proof import check_question

HEAD = 'format = 1\nid = "{id}"\ntitle = "T"\nminutes = 5\nneeds = {needs}\ngoals = ["see"]\n'
READ = "[[step]]\nid = 'one'\nkind = 'read'\ntitle = 'One'\ntext = '''\n{text}\n'''\n"
QUIZ = "[[step]]\nid = 'ask'\nkind = 'quiz'\ntitle = 'Ask'\n[[step.question]]\nid = 'q'\n"


def write(folder: Path, name: str, text: str = "short", needs: str = "[]", more: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    lesson_id = name.split("-", 1)[-1].removesuffix(".toml")
    path.write_text(HEAD.format(id=lesson_id, needs=needs) + READ.format(text=text) + more)
    return path


def told(path: Path, **checks: object) -> list[str]:
    folder = path if path.is_dir() else path.parent
    return [str(problem).removeprefix(f"{folder}/") for problem in lint([path], **checks)]  # type: ignore[arg-type]


# ── one file ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_sound_file(tmp_path: Path) -> None:
    assert told(write(tmp_path, "01-a.toml"), check_formula=check, check_question=check_question) == []


def test_a_file_may_have_any_name(tmp_path: Path) -> None:
    assert told(write(tmp_path, "draft.toml")) == []
    assert told(tmp_path / "none.toml") == ["none.toml: this file cannot be read: No such file or directory"]


def test_what_loading_finds_comes_first(tmp_path: Path) -> None:
    path = write(tmp_path, "01-a.toml", text=r"$\oops$ and $5", more="[[step]]\n")
    found = told(path, check_formula=check)
    assert [line.split(":")[1] for line in found] == ["12", "12", "14"]
    assert "oops" in found[0] and "this $ belongs to no formula" in found[1]


def test_a_key_that_cannot_be_computed(tmp_path: Path) -> None:
    question = "kind = 'numeric'\nask = '?'\nanswer = { compute = '1 + 2 / 0' }\n"
    found = told(write(tmp_path, "01-a.toml", more=QUIZ + question), check_question=check_question)
    assert found == ["01-a.toml:22:31: division by zero"]


def test_a_question_that_the_judge_refuses(tmp_path: Path) -> None:
    question = "kind = 'numeric'\nask = '?'\nanswer = { compute = '1 + 2' }\n"
    path = write(tmp_path, "01-a.toml", more=QUIZ + question)

    def refuse(question: AnyQuestion) -> list[str]:
        return [f"{question.id} is wrong", "in two ways"]

    assert told(path, check_question=refuse) == ['01-a.toml:19:1: "q": q is wrong; in two ways']
    assert told(path, check_question=check_question) == []


def test_an_explorer_that_does_not_start(tmp_path: Path) -> None:
    step = "[[step]]\nid = 'play'\nkind = 'explore'\ntitle = 'P'\nexplorer = 'network'\nsettings = { speed = 1 }\n"
    path = write(tmp_path, "01-a.toml", more=step)

    def start(step: Explorer) -> list[str]:
        return [f"no setting {name}" for name in step.settings]

    assert told(path, check_explorer=start) == ["01-a.toml:18:1: no setting speed"]


def test_the_command_starts_the_explorers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    step = "[[step]]\nid = 'play'\nkind = 'explore'\ntitle = 'P'\nexplorer = 'pooling'\nsettings = { stride = 0 }\n"
    path = write(tmp_path, "01-a.toml", more=step)
    assert run(argparse.Namespace(paths=[path], lessons=[], format="text")) == Exit.INVALID
    assert "01-a.toml:18:1: stride lies between 1 and 3, not at 0" in capsys.readouterr().out


# ── texts that do not fit ───────────────────────────────────────────────────────────────────────────────────────────

WORDS = "The loss of one row is a number and its mean is what falls. "


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("\n".join([WORDS] * 40), True),
        (WORDS * 60, False),
        ("\n\n".join(["word"] * 22), True),
        ("\n\n".join(["word"] * 25), False),
        ("\n".join(["- item"] * 44), True),
        ("\n".join(["- item"] * 47), False),
        ("so\n\n$$\\frac{a}{b}$$\n\n" * 9, False),
        ("$\\theta_{1}^{2}$ " * 400, True),
    ],
)
def test_texts(tmp_path: Path, text: str, fits: bool) -> None:
    found = told(write(tmp_path, "01-a.toml", text=text))
    assert [line.split(" takes about ")[0] for line in found] == ([] if fits else ["01-a.toml:11:1: this text"])


def test_the_estimate_is_near_what_is_drawn(tmp_path: Path) -> None:
    """Paragraphs, formulas and lists, so many that they are just too long."""
    part = f"{WORDS * 3}\n\n$$E = \\frac{{1}}{{2}}(y - a)^2$$\n\n- one $x$\n- two\n\n"
    for count in range(1, 12):
        drawn = prose(part * count, 60).plain.rstrip("\n").count("\n") + 1
        too_long = bool(told(write(tmp_path, "01-a.toml", text=part * count)))
        if not SCREEN_LINES * 0.85 <= drawn <= SCREEN_LINES * 1.15:
            assert too_long == (drawn > SCREEN_LINES), (count, drawn)


# ── folders ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_folder_in_order(tmp_path: Path) -> None:
    folder = tmp_path / "lessons"
    write(folder, "01-a.toml")
    write(folder, "02-b.toml", needs='["a"]')
    for name in ("__init__.py", "README.md", "LICENSE", ".hidden"):
        (folder / name).touch()
    for name in ("exercises", "solutions", "__pycache__"):
        (folder / name).mkdir()
    assert told(folder) == []


def test_lessons_that_are_needed(tmp_path: Path) -> None:
    write(tmp_path, "01-first.toml", needs='["second"]')
    write(tmp_path, "02-second.toml", needs='["frist"]')
    assert told(tmp_path) == [
        '01-first.toml:5:10: "second" is needed here but comes later in the course',
        '02-second.toml:5:10: there is no lesson "frist" — did you mean “first”?',
    ]
    assert told(tmp_path / "02-second.toml") == []


def test_lessons_of_the_program_may_be_needed(tmp_path: Path) -> None:
    shipped = sorted(path.stem.partition("-")[2] for path in lessons_dir().glob("*.toml"))
    write(tmp_path, "01-own.toml", needs=f'["{shipped[0]}"]')
    assert told(tmp_path) == []


def test_names_numbers_and_ids(tmp_path: Path) -> None:
    for name in ("01-a.toml", "01-b.toml", "02-a.toml", "c.toml"):
        write(tmp_path, name)
    assert told(tmp_path) == [
        "01-b.toml: 01-a.toml has the number 1 too",
        "02-a.toml: 01-a.toml has the id a too",
        "c.toml: a lesson file is called NN-id.toml, such as 07-vanishing-gradients.toml",
    ]


def test_strays(tmp_path: Path) -> None:
    write(tmp_path, "01-a.toml")
    (tmp_path / "01-a.toml~").touch()
    (tmp_path / "notes\x1b.txt").touch()
    assert told(tmp_path) == [
        "01-a.toml~: this does not belong into a folder of lessons",
        "notes\ufffd.txt: this does not belong into a folder of lessons",
    ]


def test_a_folder_without_lessons(tmp_path: Path) -> None:
    assert told(tmp_path) == []
    (tmp_path / "main.py").touch()
    (problem,) = lint([tmp_path])
    assert problem.message == "there is no lesson in this folder: no file is called NN-id.toml"


def test_several_paths(tmp_path: Path) -> None:
    first, second = tmp_path / "one", tmp_path / "two"
    write(first, "a.toml")
    path = write(second, "b.toml")
    path.write_text("format = 2")
    found = lint([path, first])
    assert [problem.file for problem in found][-1] == str(first / "a.toml")
    assert {problem.file for problem in found} == {str(path), str(first / "a.toml")}


def test_the_shipped_lessons() -> None:
    assert [str(problem) for problem in lint([lessons_dir()], check, check_question)] == []
