"""Options of the commands that ask, judge and grade."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dltui.arguments.parser import number, share

if TYPE_CHECKING:
    import argparse

GRADE_EPILOG = """\
exit codes: 0 enough · 1 not enough (without --min-score: not all right) · 2 usage
4 a person must look: a broken file, an answer that cannot be read
"""


def answers(parser: argparse.ArgumentParser) -> None:
    parser.description = "Write an answer file of a lesson, to be filled in and handed in."
    parser.add_argument("lesson", metavar="LESSON")
    parser.add_argument("--mine", action="store_true", help="with the answers given on the screen")
    parser.add_argument("--learner", metavar="NAME", default="",
                        help="fixes the numbers that vary; default: this machine's")
    parser.add_argument("--to", metavar="FILE", type=Path, help="default: standard output")
    parser.add_argument("--force", action="store_true", help="write over a file that is there")


def grade(parser: argparse.ArgumentParser) -> None:
    parser.description, parser.epilog = "Grade answer files, the same way as the screen.", GRADE_EPILOG
    parser.add_argument("paths", metavar="ANSWERS", type=Path, nargs="+",
                        help="answer files, or folders with them: all .toml files below")
    parser.add_argument("--lesson", metavar="ID", default="", help="only answers to this lesson count")
    parser.add_argument("--min-score", metavar="SHARE", type=share,
                        help="from 0 to 1: what every submission must reach")
    parser.add_argument("--jobs", metavar="N", type=number(int, 1), default=1, help="submissions side by side")
    parser.add_argument("--cache", metavar="DIR", type=Path,
                        help="remember sheets here: what did not change is not graded again")
    for name, what in (("report", "everything as JSON"), ("junit", "JUnit XML for GitLab, Jenkins …"),
                       ("csv", "a spreadsheet"), ("gradescope", "results.json for Gradescope; one submission")):
        parser.add_argument(f"--{name}", metavar="FILE", type=Path, help=what)
    parser.add_argument("--seed", metavar="TEXT", default="",
                        help="what the hidden seeds of challenges are made of; default: random, or as the cache has it")
    parser.add_argument("--untrusted", action="store_true",
                        help="grade code only where this machine can hold it completely apart")
    parser.add_argument("--github", action="store_true", help="annotations, and a summary of the job")


def exercise(parser: argparse.ArgumentParser) -> None:
    parser.description = "Write code for an exercise of a lesson, and have it judged."
    parser.add_argument("action", choices=("start", "check", "watch", "solution"),
                        help="write the file to begin with; judge it; judge it on every save; show the solution to "
                             "compare, once yours is right")
    parser.add_argument("place", metavar="LESSON/STEP | FILE.py", help="FILE.py says itself what it is for")
    parser.add_argument("--to", metavar="FILE", type=Path, help="where the code is; default: a folder of dltui's own")
    parser.add_argument("--force", action="store_true", help="start again: write over what is there")
    parser.add_argument("--hints", metavar="N", type=number(int, 0), default=0, help="show the first N hints too")
    parser.add_argument("--json", action="store_true", help="one line of JSON for each verdict")


def challenge(parser: argparse.ArgumentParser) -> None:
    parser.description = "Write settings for a challenge of a lesson, and have them trained and judged."
    parser.add_argument("action", choices=("start", "check", "solution"),
                        help="write the file to begin with; train it and count its stars; show the author's settings, "
                             "once yours have all stars")
    parser.add_argument("place", metavar="LESSON/STEP | FILE", help="FILE.settings.toml says itself what it is for")
    parser.add_argument("--to", metavar="FILE", type=Path,
                        help="where the settings are; default: a folder of dltui's own")
    parser.add_argument("--force", action="store_true", help="start again: write over what is there")
    parser.add_argument("--hints", metavar="N", type=number(int, 0), default=0, help="show the first N hints too")
    parser.add_argument("--json", action="store_true", help="one line of JSON")
