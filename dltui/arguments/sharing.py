"""Options of the commands that bring the lab elsewhere: into files, into a browser."""

from __future__ import annotations

import argparse
from pathlib import Path

from dltui.arguments.parser import screen


def export(parser: argparse.ArgumentParser) -> None:
    parser.description = "Write a run or a lesson for elsewhere: a chart, a table, a page."
    parser.add_argument("what", metavar="RUN | LESSON/STEP | LESSON", nargs="?", default="",
                        help="a run by its name, the end of it or its folder; the newest run of a step; a lesson. "
                             "Default: the newest run")
    parser.add_argument("--format", choices=("txt", "svg", "csv", "json", "md", "html"),
                        help="of a run: txt (its curves), svg, csv (every value), json (everything), md (a report); of "
                             "a lesson: md, html (one file, without keys). Default: txt for runs, md for lessons")
    parser.add_argument("--to", metavar="FILE", type=Path, help="default: standard output")
    parser.add_argument("--force", action="store_true", help="write over a file that is there")


def serve(parser: argparse.ArgumentParser) -> None:
    parser.description = ("Serve the lab to browsers on this machine alone, at an address with a secret in it. "
                          "Needs the extra web.")
    parser.add_argument("place", metavar="LESSON[/STEP]", nargs="?", default="",
                        help="where each tab opens; default: where you left off")
    parser.add_argument("--port", type=_port, default=0, help="default: a free one")
    screen(parser)


def keys(parser: argparse.ArgumentParser) -> None:
    parser.description = ("Print every key of the lab as a file to change, or say what is wrong with yours. "
                          "`dltui doctor` tells where it is to be.")
    parser.add_argument("--check", action="store_true", help="read the file; exit code 1 if something in it is wrong")


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 <= int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 to 65535")
    return int(text)
