"""One visit of the lab in one kind of terminal, and what must be true of it."""

from __future__ import annotations

import os
import re
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from pseudo import Terminal

ROOT = Path(__file__).parent.parent.parent
TERMS = ("xterm", "xterm-256color", "screen", "screen-256color", "tmux-256color", "linux", "vt100", "dumb", None)
LOCALES = {
    "utf8": {"LC_ALL": "C.UTF-8"},
    "c": {"LC_ALL": "C"},
    "posix": {"LC_ALL": "POSIX"},
    "latin1": {"LC_ALL": "de_DE.ISO-8859-1"},
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "none": {"LC_ALL": "", "LANG": ""},
}
SIZES = ((60, 16), (80, 24), (120, 40), (200, 50), (300, 80))
COLOUR = re.compile(rb"\x1b\[(?:[0-9]*;)*(?:3[0-9]|4[0-9]|9[0-7]|10[0-7])(?:;[0-9]+)*m")
"""Any command that sets a colour, the default ones included."""
GLYPHLESS = ("linux", "vt100")
CODES = {"leave": 0, "crash": 70}
ENDINGS = (*CODES, "SIGTERM", "SIGHUP", "SIGQUIT")
FAULTY = """import sys
def boom(*_): raise RuntimeError("a wire")
import dltui.plain.talk
from dltui.tui.app import LabApp
dltui.plain.talk.clean = LabApp.action_quit = boom
from dltui.cli import main
sys.exit(main())"""
"""The program with an error of its own behind ctrl+c, and in lines behind every answer."""
FIRST, READY, LAST = "Bend its ends", "? help", "closes this."
HELP = "Choices:", "All keys here"
"""What it begins with: the activity's own part, or the keys if it was asked for before the activity was there."""
PATIENCE = 120
"""Seconds."""


@dataclass(frozen=True)
class Case:
    term: str | None
    locale: str
    size: tuple[int, int] = (80, 24)
    bare: bool = False
    """With NO_COLOR."""
    ending: str = "leave"

    @property
    def code(self) -> int:
        """The exit code that belongs to the ending. Lines leave nothing to be put in order: there the signal itself."""
        if self.ending in CODES:
            return CODES[self.ending]
        number = int(getattr(signal, self.ending))
        return -number if self.term == "dumb" else 128 + number

    @property
    def ascii(self) -> bool:
        return self.locale in ("latin1", "ascii") or self.term in GLYPHLESS

    def environment(self, home: Path) -> dict[str, str]:
        rich = {"COLORTERM": "truecolor"} if self.term in ("xterm-256color", "tmux-256color") else {"COLORTERM": ""}
        return {"DLTUI_HOME": str(home), "TERM": self.term or "", **LOCALES[self.locale], **rich,
                **({"NO_COLOR": "1"} if self.bare else {})}


def visit(case: Case, home: Path, *words: str) -> bytes:
    """Open a step, turn to the next, ask for help, end. Returns all that reached the terminal."""
    program = ["-c", FAULTY] if case.ending == "crash" else ["-m", "dltui"]
    argv = [sys.executable, *program, "basics-logistic/bend", *words]
    with Terminal(argv, size=case.size, cwd=ROOT, env=case.environment(home)) as terminal:
        if case.term == "dumb":
            terminal.until("explore >", PATIENCE)
            assert FIRST.encode() in terminal.raw, "scrolled away where there are few lines"
            assert b"\x1b[" not in terminal.raw, "cursor addressing on a dumb terminal"
        else:
            screens(terminal)
        if case.ending in CODES:
            terminal.press(*(("q", "enter") if case.term == "dumb" else ("ctrl+c",)))
        else:
            terminal.process.send_signal(getattr(signal, case.ending))
        assert terminal.wait(PATIENCE) == case.code, terminal.text
        assert terminal.left_on() == []
        assert terminal.cooked
        raw = terminal.raw
    assert b"Traceback" not in raw
    assert b"\\u2" not in raw, "glyphs by their numbers"
    if case.ascii:
        assert max(raw) < 128, f"not ASCII: {sorted({byte for byte in raw if byte > 127})}"
    if case.bare or case.term == "dumb":
        assert not COLOUR.search(raw), COLOUR.search(raw)
    return raw


def screens(terminal: Terminal) -> None:
    terminal.until(FIRST, PATIENCE)
    terminal.until(READY, PATIENCE)
    terminal.press("n")
    terminal.until("3/15", PATIENCE)
    os.write(terminal._master, b"\xe4")  # an umlaut of a Latin-1 keyboard
    terminal.press("?")
    terminal.until_true(lambda: any(each in terminal.text for each in HELP), "the help", PATIENCE)
    terminal.press("end")
    terminal.until(LAST, PATIENCE)
    terminal.press("escape")
    terminal.until_true(lambda: READY in terminal.text and LAST not in terminal.text, "the lesson again", PATIENCE)
