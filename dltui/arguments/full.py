"""Command lines read by `argparse`: with help, abbreviations and complaints."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dltui import __version__
from dltui.arguments.commands import COMMANDS, declaration
from dltui.arguments.parser import EPILOG, screen, shared
from dltui.text import clean

if TYPE_CHECKING:
    from _typeshed import SupportsWrite


class Parser(argparse.ArgumentParser):
    """Says everything in clean text: complaints quote what was given."""

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        super()._print_message(clean(message), file)


def parsed(words: Sequence[str]) -> argparse.Namespace:
    """The options; `command` is empty where the lab is to be opened. Raises SystemExit after saying what is wrong."""
    named = _shared().parse_known_args(words)[1]  # a folder after --lessons is no command
    name = next((word for word in named if not word.startswith("-")), "")
    return (_command(name) if name in COMMANDS else _lab()).parse_intermixed_args(words)


def _shared() -> Parser:
    parser = Parser(add_help=False)
    shared(parser, argparse.BooleanOptionalAction)
    return parser


def _command(name: str) -> Parser:
    parser = Parser(prog=f"dltui {name}", parents=[_shared()], epilog=EPILOG,
                    formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=[name], help=argparse.SUPPRESS)
    declaration(name)(parser)
    return parser


def _lab() -> Parser:
    parser = Parser(
        prog="dltui", parents=[_shared()], epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter,
        description="A deep-learning laboratory in the terminal. Without arguments it opens where you left off.",
        usage=f"dltui [LESSON[/STEP]] [options]\n       dltui {'|'.join(COMMANDS)} … (each with --help)",
    )
    parser.set_defaults(command="")
    parser.add_argument("place", metavar="LESSON[/STEP]", nargs="?", default="",
                        help="id, number or file of a lesson, and a step's id or number; behind an @ settings, "
                             "as Y on the screen shows them: cnn-size/train@lr=0.1,seed=7")
    parser.add_argument("--plain", action="store_true", help="lines of text instead of a screen")
    parser.add_argument("--spoken", action="store_true",
                        help="lines for a screen reader: formulas in words, and words in place of pictures")
    screen(parser)
    parser.add_argument("--version", action="version", version=f"dltui {__version__}")
    return parser
