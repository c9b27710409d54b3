"""At the end of a slow line nothing piles up: keys have their effect soon while a run is drawn live."""

from __future__ import annotations

from pathlib import Path

from hostile import DLTUI, ROOT, lessons
from slow import SlowTerminal

QUESTION = b"\x1b[6n"
FRAME = 10_000
"""Characters: more than live frames of 120x40 take here, less than what piles up in some seconds without the gate."""
SSH = {"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}


def slow(home: Path, rate: float, *, silent: bool = False) -> SlowTerminal:
    words = [*DLTUI, "lab/long", "--lessons", str(lessons(home / "lessons")), "--fps", "10"]
    return SlowTerminal(words, rate=rate, size=(120, 40), env={"DLTUI_HOME": str(home), **SSH}, cwd=ROOT, silent=silent)


def begin(terminal: SlowTerminal) -> None:
    terminal.until("t train")
    terminal.press("t")
    terminal.until("▸ running")


def test_live_frames_wait_until_the_line_has_carried_the_last(tmp_path: Path) -> None:
    """At ten frames a second this run would fill a line of 5 kB/s several times over."""
    with slow(tmp_path, 5000) as terminal:
        begin(terminal)
        terminal.until_true(lambda: terminal.queued < 100, "the line is empty")
        terminal.most, asked = 0, terminal.raw.count(QUESTION)
        terminal.until_true(lambda: terminal.raw.count(QUESTION) > asked + 8, "frames")
        assert terminal.most < FRAME
        terminal.press(" ")
        terminal.until("‖ paused")
        terminal.press("ctrl+c")
        assert terminal.wait() == 0
        terminal.until_true(lambda: not terminal.queued, "the rest")
        assert terminal.left_on() == []
        assert "^[[" not in terminal.text, "no answer comes so late that the shell gets it"
    assert b"\x1b[?2048h" not in terminal.raw, "smooth scrolling"


def test_a_terminal_that_never_answers_is_drawn_on_too(tmp_path: Path) -> None:
    with slow(tmp_path, 100_000, silent=True) as terminal:
        begin(terminal)
        before = terminal.text
        terminal.until_true(lambda: terminal.text != before, "a frame")
        before = terminal.text
        terminal.until_true(lambda: terminal.text != before, "another")
        terminal.press("ctrl+c")
        assert terminal.wait() == 0
