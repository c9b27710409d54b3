"""The standard streams made fit to talk through: open, in an encoding that takes whatever is said, and never a reason
to stop what is being done."""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from typing import TextIO

SAMPLE = "─│└▀⠿≤σ₁²·—…“”"
"""What drawings and lessons are made of. A stream that lacks any of it gets ASCII drawings."""
SPELT = "dltui.spelt"
"""The name of the codec error handler that spells out what an encoding does not have."""
TRANSCRIPTION = "dltui.plot.transcription"
"""Loaded when something has to be spelt out, which is nearly never."""
BARE_TERMINALS = ("linux", "vt", "ansi", "cons25")
"""Beginnings of the names of terminals whose character sets have neither braille nor most signs of mathematics."""


def secure() -> None:
    """Open closed streams on nothing, spell out what their encodings lack, let talk on stderr be lost in silence.

    A closed descriptor is worse than a lost message: the next file that is opened gets its number, and then a warning
    of PyTorch ends in a journal.
    """
    codecs.register_error(SPELT, _spelt)
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number is this one
    if sys.stdin is None:
        sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False))
    elif sys.stdin is sys.__stdin__ and isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False))
    elif sys.stdout is sys.__stdout__ and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors=SPELT)
    if sys.stderr is sys.__stderr__:  # None included; a test may have put another in its place
        encoding = sys.stderr.encoding if sys.stderr is not None else "utf-8"
        sys.stderr = Unfailing(io.FileIO(2, "w", closefd=False), encoding, SPELT, write_through=True)


class Unfailing(io.TextIOWrapper):
    """Loses what cannot be written: a log on a full disk, a terminal or a reader that has gone."""

    def write(self, text: str) -> int:
        with suppress(OSError):
            super().write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            super().flush()


def drop(stream: TextIO) -> None:
    """Nobody takes what is written to this stream any more: let the rest of it go nowhere."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, stream.fileno())
    os.close(null)


def takes(stream: TextIO, text: str = SAMPLE) -> bool:
    """Whether the stream's encoding has all these characters."""
    try:
        text.encode(stream.encoding or "utf-8")
    except (UnicodeError, LookupError):
        return False
    return True


def settle(ascii: bool | None, environ: Mapping[str, str] = os.environ) -> None:
    """Let what is written be ASCII alone, or in full, as was asked for; None: as the terminal seems to be."""
    bare = _bare(environ) and sys.stdout.isatty() if ascii is None else ascii
    if bare or ascii is False:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(encoding="ascii" if bare else "utf-8", errors=SPELT)


def _bare(environ: Mapping[str, str]) -> bool:
    """Terminals are of the charset that the locale names, even where this machine does not have that locale, as when
    ssh brought it along. Those of no locale at all are of UTF-8 nowadays."""
    name = next((environ[key] for key in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(key)), "")
    charset = name.partition("@")[0].partition(".")[2].lower().replace("-", "")
    return charset not in ("", "utf8") or environ.get("TERM", "").startswith(BARE_TERMINALS)


def _spelt(error: UnicodeError) -> tuple[str, int]:
    """For codecs: what stands in place of what cannot be encoded."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    spelt: str = import_module(TRANSCRIPTION).ascii_text(error.object[error.start : error.end])
    return spelt, error.end
