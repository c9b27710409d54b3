"""The running program in lines: pipes, terminals without cursor addressing, interrupts, readers that go."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hostile import DLTUI, ROOT, environment, lessons, screen

from dltui.journal.folder import runs
from dltui.journal.progress import Progress

PATIENCE = 300.0
"""Seconds: machines may be busy."""


def piped(home: Path, *words: str, text: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    made = subprocess.run([*DLTUI, *words], cwd=ROOT, input=text.encode(), capture_output=True, check=False,
                          timeout=PATIENCE, env=environment(home, env))  # fmt: skip
    assert b"\x1b" not in made.stdout + made.stderr
    assert b"Traceback" not in made.stderr
    return made


WAY = "b=0.1\nn\nn\n\ngo fit\nsteps=20\nt\nt\nat 10\nruns\ngo 15\nlist\nquit\n"


@pytest.mark.parametrize(("words", "env"), [
    ([], {"PYTHONIOENCODING": "ascii", "COLUMNS": "60"}), (["--spoken"], {"COLUMNS": "60"}),
])
def test_a_pipe_is_a_teletype(tmp_path: Path, words: list[str], env: dict[str, str]) -> None:
    done = piped(tmp_path, "--plain", *words, "basics-logistic/line", text=WAY, **env)
    assert done.returncode == 0 and done.stderr == b""
    said = done.stdout.decode()
    assert "done at step 20/20" in said and "nothing I know" not in said
    assert said.isascii()
    assert max(map(len, said.split(" list\n")[0].splitlines())) < 60
    assert {"line", "fit"} <= Progress.read(tmp_path / "state" / "progress").done("basics-logistic")


def test_a_reader_that_goes_is_no_error(tmp_path: Path) -> None:
    shell = f"{{ {' '.join(DLTUI)} --plain mlp-xor </dev/null; echo $? >&2; }} | head -n 1"
    done = subprocess.run(["sh", "-c", shell], cwd=ROOT, capture_output=True, check=False, timeout=PATIENCE,
                          env=environment(tmp_path, {}))  # fmt: skip
    assert done.stderr.decode().split() == ["0"]


def test_a_terminal_that_knows_nothing_but_lines(tmp_path: Path) -> None:
    """An Emacs shell, for one. ctrl+c ends it, and it opens again where it was; so does the end of input."""
    with screen(tmp_path, "basics-logistic/line", TERM="dumb") as terminal:
        terminal.until("enter goes on", PATIENCE)
        terminal.press("b", "=", "2", "enter")
        terminal.until("b = 2: the whole line moves", PATIENCE)
        terminal.press("enter")
        terminal.until_true(lambda: b"2/15" in terminal.raw, "the second step", PATIENCE)
        terminal.press("ctrl+c")
        assert terminal.wait() == 130
        assert b"\x1b" not in terminal.raw
    assert Progress.read(tmp_path / "state" / "progress").done("basics-logistic") == {"line"}
    with screen(tmp_path, "--plain", NO_COLOR="1") as terminal:
        terminal.until_true(lambda: b"2/15" in terminal.raw, "the second step", PATIENCE)
        terminal.until("enter goes on", PATIENCE)
        os.write(terminal._master, b"\x04")
        assert terminal.wait() == 0
        assert b"Until next time." in terminal.raw and b"\x1b" not in terminal.raw


def test_ctrl_c_stops_the_run_and_not_the_lab(tmp_path: Path) -> None:
    with screen(tmp_path, "lab/long", "--plain", "--lessons", str(lessons(tmp_path / "good")), TERM="dumb") as terminal:
        terminal.until("experiment >", PATIENCE)
        terminal.press("t", "enter")
        terminal.until("step ", PATIENCE)
        terminal.until("/1000000  ", PATIENCE)
        terminal.press("ctrl+c")
        terminal.until("stopped at step", PATIENCE)
        terminal.press("q", "enter")
        assert terminal.wait() == 0
        assert b"\x1b" not in terminal.raw
    assert [run.state for run in runs(tmp_path / "state")] == ["stopped"]
