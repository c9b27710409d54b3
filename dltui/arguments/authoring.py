"""Options of the commands around lesson files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dltui.arguments.parser import number, screen

if TYPE_CHECKING:
    import argparse


def listing(parser: argparse.ArgumentParser) -> None:
    parser.description = "List the lessons, their state and their ids."
    parser.add_argument("--json", action="store_true", help="machine-readable")


def lint(parser: argparse.ArgumentParser) -> None:
    parser.description = "Check lesson files: form, keys, shapes, formulas, questions."
    parser.add_argument("paths", metavar="PATH", type=Path, nargs="*",
                        help="files or folders; default: all lessons")
    parser.add_argument("--format", choices=("text", "json", "github", "sarif"), default="text",
                        help="lines to read, a list, annotations of a workflow, a report for code scanning")


def verify(parser: argparse.ArgumentParser) -> None:
    parser.description = "Run what lessons claim: proofs of keys, gradient checks, experiments over several seeds."
    parser.add_argument("places", metavar="LESSON[/STEP]", nargs="*", help="default: all lessons")
    parser.add_argument("--seeds", metavar="N", type=number(int, 1), default=3, help="seeds for each claim; default 3")
    parser.add_argument("--json", action="store_true", help="one line of JSON for each finding")


def new(parser: argparse.ArgumentParser) -> None:
    parser.description = "Write the start of a new lesson, which lints clean."
    parser.add_argument("name", metavar="NAME", help="its id: lower-case letters, digits, hyphens")
    parser.add_argument("--to", metavar="DIR", type=Path, default=Path(), help="default: this folder")
    parser.add_argument("--title", default="", help="default: made of the name")


def dev(parser: argparse.ArgumentParser) -> None:
    parser.description = "Open a lesson and read it again whenever its file is saved."
    parser.add_argument("place", metavar="LESSON[/STEP]", help="the file, or its id or number")
    screen(parser)


def schema(parser: argparse.ArgumentParser) -> None:
    parser.description = "Print the JSON Schema of lesson files, for completion in editors."
