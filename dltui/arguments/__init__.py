"""The command line: every command with its options."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib import import_module

from dltui import __version__
from dltui.arguments.parser import EPILOG, Parser, screen, shared

COMMANDS = {
    "list": "authoring:listing", "train": "running:train", "runs": "running:runs", "attach": "running:attach",
    "stop": "running:stop", "gradcheck": "running:gradcheck", "doctor": "running:doctor", "data": "running:data",
    "exercise": "grading:exercise", "challenge": "grading:challenge", "answers": "grading:answers",
    "grade": "grading:grade", "lint": "authoring:lint", "verify": "authoring:verify", "new": "authoring:new",
    "dev": "authoring:dev", "schema": "authoring:schema",
    "keys": "sharing:keys", "export": "sharing:export", "serve": "sharing:serve",
}
"""Which module says what options a command has; only that one is loaded."""


def parsed(words: Sequence[str]) -> argparse.Namespace:
    """The options; `command` is empty where the lab is to be opened. Raises SystemExit after saying what is wrong."""
    named = shared().parse_known_args(words)[1]  # a folder after --lessons is no command
    name = next((word for word in named if not word.startswith("-")), "")
    return (_command(name) if name in COMMANDS else _lab()).parse_intermixed_args(words)


def _command(name: str) -> Parser:
    parser = Parser(prog=f"dltui {name}", parents=[shared()], epilog=EPILOG,
                    formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=[name], help=argparse.SUPPRESS)
    module, function = COMMANDS[name].split(":")
    getattr(import_module(f"dltui.arguments.{module}"), function)(parser)
    return parser


def _lab() -> Parser:
    parser = Parser(
        prog="dltui", parents=[shared()], epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter,
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
