"""Nothing of the corpus comes out of the program again, by whichever way it came in."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import msgspec
import pytest
from escapes import CORPUS, FIERCE, RAW, in_toml
from hostile import CALM, ROOT, WHOLE, lessons, run, screen

from dltui.journal.events import Failed, Started
from dltui.journal.folder import JOURNAL
from dltui.journal.line import decode, encode
from dltui.lesson.load import loads
from dltui.lesson.records import Quiz
from dltui.plot.cells import Grid, to_text
from dltui.plot.prose import plain
from dltui.quiz.answers import read
from dltui.quiz.judge import judge
from dltui.text import FORBIDDEN, clean, one_line

BY_NAME = [pytest.param(text, id=name) for name, text in CORPUS.items()]
STRING = re.compile(r"(?<== )\"[^\"\n]*\"|(?<=\[)\"[^\"\n]*\"")
"""A string of the lesson that holds everything."""

ATTACKING = ("\x1b]0", "\x1b]8", "\x1b]5", "\x1bP", "\x1b_", "\x1b^", "\x1bX", "\x1bc", "\x1b[5;6r", "\x1b[31mred",
             "\x9b", "\x9d", "\x85", "\x08", "\x0e", "\u202e", "\u2066", "\u200b", "\u2028", "\U000e0041")  # fmt: skip
"""What the screen is never drawn with. Textual ends the shape of the mouse pointer with a BEL."""

STUMBLE = """
import os, sys
import dltui.engine.recording as recording
guarded = recording.guarded
def stumble():
    raise RuntimeError(os.environ["FIERCE"])
    yield
recording.guarded = lambda events, folder: guarded(stumble, folder)
from dltui.cli import main
sys.exit(main())
"""
"""The program with an engine that fails at the first step of every run."""


def harmless(text: str) -> None:
    found = FORBIDDEN.search(text)
    assert found is None, ascii(text[max(0, found.start() - 60) : found.start() + 60])
    assert "\u0301" * 9 not in text


@pytest.mark.parametrize("text", BY_NAME)
def test_texts(text: str) -> None:
    """What every path begins or ends with."""
    harmless(clean(text))
    harmless(one_line(text, 40))
    harmless(plain(f"before {text} `{text}` $x${text} **{text}**", 60))
    harmless(plain(f"before {text} `{text}` $x${text}", 60, ascii=True, spoken=True))
    grid = Grid(40, 1)
    grid.put(0, 0, text)
    harmless(to_text(grid))


@pytest.mark.parametrize("text", BY_NAME)
def test_answers(text: str) -> None:
    """To questions of every kind, and in an answer file."""
    lesson = loads(WHOLE.read_text(), "whole.toml").lesson
    assert lesson is not None
    for step in lesson.step:
        for question in step.question if isinstance(step, Quiz) else ():
            verdict = judge(question, text)
            harmless(f"{verdict.said} {verdict.given}")
    found = read(f"format = 1\nlesson = 'x'\nlearner = {in_toml(text)}\n[answers]\n{in_toml(text)} = 'x'\n".encode())
    harmless(f"{found.learner} {found.lesson} {''.join(found.answers)}")


@pytest.mark.parametrize("text", BY_NAME)
def test_every_string_and_key_of_a_lesson(text: str) -> None:
    """One at a time: what is accepted is clean, and so is what is said about the rest."""
    source = WHOLE.read_text()
    places = list(STRING.finditer(source))
    assert len(places) > 40
    for place in places[len(text) % 7 :: 7]:
        spoilt = source[: place.start()] + in_toml(text) + source[place.end() :]
        loaded = loads(spoilt, f"1-{text}.toml")
        harmless("".join(map(str, loaded.problems)))
        if loaded.lesson is not None:
            accepted = msgspec.json.encode(loaded.lesson).decode()
            harmless(accepted)
            assert "\\u00" not in accepted
    harmless("".join(map(str, loads(source + f"\n{in_toml(text)} = 1\n", "1.toml").problems)))


@pytest.mark.parametrize("raw", [pytest.param(raw, id=name) for name, raw in RAW.items()])
def test_bytes_that_are_no_text(raw: bytes) -> None:
    harmless("".join(map(str, loads(CALM.encode().replace(b"read on", raw), "1.toml").problems)))
    with pytest.raises(ValueError) as caught:
        read(b"format = 1\nlesson = '" + raw + b"'\n")
    harmless(str(caught.value))


def test_the_environment_and_names_in_lines(tmp_path: Path) -> None:
    """`run` looks for control characters in all that is written, and for tracebacks."""
    fierce = dict.fromkeys(("TERM", "LANG", "EDITOR", "SSH_CONNECTION", "TMUX", "COLORTERM"), FIERCE)
    run(tmp_path, "doctor", **fierce)
    assert run(tmp_path, FIERCE).returncode == 2
    assert run(tmp_path, "train", FIERCE, "--set", FIERCE, "--device", FIERCE).returncode == 2


def test_files_and_answers_in_grading(tmp_path: Path) -> None:
    """Learner, answers and names of files, in every kind of report."""
    answers = tmp_path / "answers"
    answers.mkdir()
    text = in_toml(FIERCE.replace("\n", ""))
    (answers / f"{FIERCE.replace('/', '')[:60]}.toml").write_text(
        f"format = 1\nlesson = 'basics-logistic'\nlearner = {text}\n[answers]\nat-zero = {text}\n{text} = 'x'\n"
    )
    for number, raw in enumerate(RAW.values()):
        (answers / f"{number}.toml").write_bytes(b"learner = '" + raw + b"'\n")
    reports = {name: tmp_path / f"out.{name}" for name in ("report", "junit", "csv")}
    options = [word for name, path in reports.items() for word in (f"--{name}", str(path))]
    assert run(tmp_path, "grade", str(answers), "--github", *options).returncode == 4
    for path in reports.values():
        harmless(path.read_text().replace("\r\n", "\n"))


def test_the_screen(tmp_path: Path) -> None:
    """Names of files and the environment; the terminal gets nothing of them but signs that something was there."""
    folder = lessons(tmp_path / "lessons")
    for number, text in enumerate(CORPUS.values(), 70):
        name = text.replace("/", "").replace("\x00", "")[:80]
        (folder / f"{number % 100:02d}-{name}.toml").write_text(CALM.replace("Nothing to train", "x"))
    home = tmp_path / "home"
    env = dict.fromkeys(("EDITOR", "SSH_TTY", "LC_TIME", "TMUX"), FIERCE)
    with screen(home, "--lessons", str(folder), **env) as terminal:
        terminal.until("lessons done")
        terminal.press(*["down"] * (2 + len(list((ROOT / "lessons").glob("*.toml")))))
        terminal.until("This file has errors")
        terminal.press(*["down"] * len(CORPUS))
        terminal.quiet()
        terminal.press("q")
        assert terminal.wait() == 0
        for attack in ATTACKING:
            assert attack.encode() not in terminal.raw, attack
        assert terminal.left_on() == []


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder for the state whose path holds all of the corpus."""
    text = FIERCE.replace("/", "")
    parts = [text[at : at + 40] for at in range(0, len(text), 40)]
    made = tmp_path.joinpath(*(part if part.strip(".") else "x" for part in parts))
    made.mkdir(parents=True)
    return made


def haunted(folder: Path, text: str) -> Path:
    """A run that broke off, with this text in all that its journal says."""
    folder.mkdir(parents=True)
    lines = (ROOT / "tests" / "tui" / "journals" / "xor.jsonl").read_bytes().splitlines()[:3]
    begun = decode(lines[0])
    assert isinstance(begun, Started)
    begun = msgspec.structs.replace(begun, run=text, device=text, device_reason=text, torch=text, versions={text: text})
    failed = Failed(step=1, reason="crash", message=text, layer=text, checkpoint=text)
    said = [encode(begun, 0, begun.t), *(line + b"\n" for line in lines[1:]), encode(failed, 99, begun.t)]
    (folder / JOURNAL).write_bytes(b"".join(said))
    return folder


def test_runs_and_the_place_of_the_state_in_lines(home: Path) -> None:
    """The names of folders that hold runs, and what their journals say."""
    there = home / "state" / "runs"
    names = [text.translate({0: None, ord("/"): None})[:80] for text in CORPUS.values()]
    spoilt = [haunted(there / f"20260101-000000-{number:03d}-{name}", name) for number, name in enumerate(names)]
    haunted(there / "20260102-000000-000-whole", FIERCE)
    for words in (["runs"], ["runs", "--json"], ["stop", "whole"], ["attach", "whole"], ["export", "whole"],
                  ["runs", *map(str, spoilt)], ["stop", str(spoilt[5])], ["doctor"]):  # fmt: skip
        run(home, *words)
    assert "mlp-xor/train-xor" in run(home, "runs").stdout
    assert run(home, "stop", FIERCE).returncode == run(home, "runs", FIERCE).returncode == 2


def test_what_an_engine_stumbles_over(home: Path, tmp_path: Path) -> None:
    """An exception with everything in its text, in lines and in JSON."""
    script = tmp_path / "stumble.py"
    script.write_text(STUMBLE)
    for more in ("", "--json"):
        told = run(home, shell=f"{sys.executable} {script} train mlp-xor/train-xor {more}", PYTHONPATH=str(ROOT),
                   FIERCE=FIERCE)  # fmt: skip
        assert told.returncode == 1
        assert "RuntimeError" in told.stdout + told.stderr


def test_runs_on_the_screen(home: Path) -> None:
    """One that broke off in front of the learner, the list of all, and where the files are."""
    haunted(home / "state" / "runs" / "20260102-000000-000-whole", FIERCE)
    with screen(home, "mlp-xor/train-xor") as terminal:
        terminal.until("✗ failed")
        terminal.press("?")
        terminal.until("All keys here")
        terminal.press("end")
        terminal.until("closes this.")
        terminal.press("escape")
        terminal.until_true(lambda: "closes this." not in terminal.text and "? help" in terminal.text, "the lesson")
        terminal.press("R")
        terminal.until("Runs of 4 XOR")
        terminal.quiet()
        terminal.press("ctrl+c")
        assert terminal.wait() == 0
        for attack in ATTACKING:
            assert attack.encode() not in terminal.raw, attack
        assert terminal.left_on() == []
