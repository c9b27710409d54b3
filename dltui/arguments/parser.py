"""What the options of all commands are made of."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

EPILOG = """\
exit codes: 0 fine · 1 failed or diverged · 2 usage · 3 invalid lesson · 4 undecided · 70 internal · 130 interrupted
environment: DLTUI_HOME keeps everything dltui writes; NO_COLOR switches colours off
"""


def shared(parser: argparse.ArgumentParser, either: type[argparse.Action] | None = None) -> None:
    """The options of all commands. `either` reads an option and its --no- form; without it neither is read."""
    parser.add_argument("--lessons", metavar="DIR", type=Path, action="append", default=[],
                        help="a folder with lessons of your own; may be given several times")
    parser.add_argument("--ascii", action=either or "either",
                        help="text and pictures of ASCII characters; default: where the terminal has no others")
    parser.add_argument("--no-color", action="store_true", help="as with the variable NO_COLOR")


def screen(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--device", default="auto", help="cpu, cuda, cuda:1, mps …; auto chooses and says why")
    parser.add_argument("--no-mouse", action="store_false", dest="mouse",
                        help="leave the mouse to the terminal, which selects and copies with it")
    parser.add_argument("--fps", type=fps, default=None, help="most redraws of a live chart a second: 0.5 to 10")


def number(kind: type[int] | type[float], low: float) -> Callable[[str], float]:
    """Reads a number from `low` upwards."""

    def read(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            value = kind(-1)
        if not low <= value < 2**63:
            raise _refusal(f"{text!r} is no {'whole ' * (kind is int)}number from {low:g} upwards")
        return value

    return read


def share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise _refusal(f"{text!r} is no number from 0 to 1")
    return value


def fps(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.5 <= value <= 10:
        raise _refusal(f"{text!r} is no number from 0.5 to 10")
    return value


def _refusal(message: str) -> Exception:
    """What argparse turns into a complaint."""
    refusal: Exception = import_module("argparse").ArgumentTypeError(message)
    return refusal
