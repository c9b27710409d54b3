"""A real pseudo-terminal for tests: starts a program in it, presses keys, reads the screen, counts bytes."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

import pyte

KEYS = {
    "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "enter": "\r", "tab": "\t",
    "escape": "\x1b", "space": " ", "backspace": "\x7f", "pagedown": "\x1b[6~", "pageup": "\x1b[5~", "end": "\x1b[F",
    "ctrl+p": "\x10", "ctrl+c": "\x03",
}
PATIENCE = 120.0
"""Seconds: as long as the slowest machine needs when it is busy with other things."""
QUERY = b"\x1b[?2026$p"
"""Textual asks whether the terminal knows synchronised output; terminals answer."""
ENVIRONMENT = ("NO_COLOR", "SSH_CONNECTION", "PYTHONDONTWRITEBYTECODE")
"""What would change how the program looks or starts."""
UNKNOWN = re.compile(rb"\x1b\[[<=>][0-9;:]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p|\x1b\[[0-9;]*\$[a-z]|\x1b\[[0-9;]* [a-z]"
                     rb"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[P_^X][^\x1b]*\x1b\\|\x1b\[[0-9;]*t")
"""What pyte would print as text."""


class Screen(pyte.Screen):
    """Says where its cursor is when it is asked, as all terminals do."""

    def __init__(self, columns: int, rows: int, answer: Callable[[str], None]) -> None:
        super().__init__(columns, rows)
        self._reply = answer

    def write_process_input(self, data: str) -> None:
        self._reply(data)


class Terminal:
    """Use as a context manager; the program and its session are ended on the way out."""

    def __init__(self, argv: list[str], *, size: tuple[int, int] = (120, 40), env: dict[str, str] | None = None,
                 cwd: Path | None = None) -> None:
        self.columns, self.rows = size
        self._screen = Screen(self.columns, self.rows, self._answer)
        self._stream = pyte.ByteStream(self._screen)
        self.raw = b""
        self._master, slave = pty.openpty()
        self._winsize(slave)
        base = {key: value for key, value in os.environ.items() if key not in ENVIRONMENT}
        self.process = subprocess.Popen(
            argv, stdin=slave, stdout=slave, stderr=slave, start_new_session=True, cwd=cwd,
            env={**base, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(env or {})},
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0) and None,
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.hang_up()

    def hang_up(self) -> None:
        """Close our end, as a lost connection does."""
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def _winsize(self, fd: int) -> None:
        fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", self.rows, self.columns, 0, 0))

    def resize(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self._screen.resize(rows, columns)
        self._winsize(self._master)

    def pump(self, seconds: float = 0.02) -> int:
        """Read what has come within `seconds`. Returns the number of bytes."""
        got = 0
        while self._master >= 0 and select.select([self._master], [], [], seconds)[0]:
            try:
                data = os.read(self._master, 65536)
            except OSError:  # the other end is closed
                break
            if not data:
                break
            got += len(data)
            self.raw += data
            self.arrive(data)
            seconds = 0
        return got

    def arrive(self, data: bytes) -> None:
        """The terminal sees it."""
        if QUERY in data:
            self._answer("\x1b[?2026;2$y")
        self._stream.feed(UNKNOWN.sub(b"", data))

    def _answer(self, text: str) -> None:
        with contextlib.suppress(OSError):  # nobody is there any more
            os.write(self._master, text.encode())

    def press(self, *keys: str) -> None:
        for key in keys:
            os.write(self._master, KEYS.get(key, key).encode())

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self._screen.display)

    def until(self, wanted: str, seconds: float = PATIENCE) -> str:
        """Pump until `wanted` is on the screen. Fails with the screen printed."""
        return self.until_true(lambda: wanted in self.text, f"“{wanted}”", seconds)

    def until_gone(self, unwanted: str, seconds: float = PATIENCE) -> str:
        return self.until_true(lambda: unwanted not in self.text, f"“{unwanted}” gone", seconds)

    def until_true(self, condition: object, what: str, seconds: float = PATIENCE) -> str:
        assert callable(condition)
        end = time.monotonic() + seconds
        while not condition():
            ended = self.process.poll()
            silent = not self.pump(0.05)
            if ((silent and ended is not None) or time.monotonic() > end) and not condition():
                raise AssertionError(f"not seen within {seconds} s: {what}\n{self.text}\nexit: {ended}")
        return self.text

    def wait(self, seconds: float = PATIENCE) -> int:
        """Pump until the program has ended. Returns its exit code."""
        end = time.monotonic() + seconds
        while self.process.poll() is None:
            if time.monotonic() > end:
                raise AssertionError(f"still running after {seconds} s\n{self.text}")
            self.pump(0.05)
        self.pump(0.05)
        return self.process.returncode

    def quiet(self, seconds: float = 0.4, patience: float = PATIENCE) -> None:
        """Pump until nothing has come for `seconds`."""
        end = time.monotonic() + patience
        while self.pump(seconds):
            assert time.monotonic() < end, "the program never falls silent"

    @property
    def cooked(self) -> bool:
        """Lines are edited and keys echoed, as a shell expects it."""
        local = termios.tcgetattr(self._master)[3]
        return bool(local & termios.ECHO and local & termios.ICANON and local & termios.ISIG)

    def left_on(self) -> list[str]:
        """Terminal modes that the program has switched on and not off again."""
        names = {1049: "alternate screen", 1000: "mouse", 1003: "mouse motion", 1006: "mouse SGR", 2004: "paste",
                 1004: "focus"}
        on = []
        for number, name in names.items():
            switches = re.findall(rb"\x1b\[\?%d([hl])" % number, self.raw)
            if switches and switches[-1] == b"h":
                on.append(name)
        if re.findall(rb"\x1b\[\?25([hl])", self.raw)[-1:] == [b"l"]:
            on.append("hidden cursor")
        return on
