"""One visit of the lab in one kind of terminal, and what must be true of it."""

from __future__ import annotations

import os
import re
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
FIRST, READY = "Bend its ends", "? help"


@dataclass(frozen=True)
class Case:
    term: str | None
    locale: str
    size: tuple[int, int] = (80, 24)
    bare: bool = False
    """With NO_COLOR."""

    @property
    def ascii(self) -> bool:
        return self.locale in ("latin1", "ascii") or self.term in GLYPHLESS

    def environment(self, home: Path) -> dict[str, str]:
        rich = {"COLORTERM": "truecolor"} if self.term in ("xterm-256color", "tmux-256color") else {"COLORTERM": ""}
        return {"DLTUI_HOME": str(home), "TERM": self.term or "", **LOCALES[self.locale], **rich,
                **({"NO_COLOR": "1"} if self.bare else {})}


def visit(case: Case, home: Path, *words: str) -> bytes:
    """Open a step, turn to the next, ask for help, leave. Returns all that reached the terminal."""
    argv = [sys.executable, "-m", "dltui", "basics-logistic/bend", *words]
    with Terminal(argv, size=case.size, cwd=ROOT, env=case.environment(home)) as terminal:
        terminal.until(FIRST, 60)
        if case.term == "dumb":
            lines(terminal)
        else:
            screens(terminal)
        assert terminal.wait(60) == 0, terminal.text
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
    terminal.until(READY, 60)
    terminal.press("n")
    terminal.until("3/13", 60)
    os.write(terminal._master, b"\xe4")  # an umlaut of a Latin-1 keyboard
    terminal.press("?")
    terminal.until("All keys here", 60)
    terminal.press("escape")
    terminal.until_true(lambda: READY in terminal.text and "All keys here" not in terminal.text, "the lesson again", 60)
    terminal.press("ctrl+c")


def lines(terminal: Terminal) -> None:
    terminal.press("q", "enter")
    assert b"\x1b[" not in terminal.raw, "cursor addressing on a dumb terminal"
