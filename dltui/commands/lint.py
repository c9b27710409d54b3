"""`dltui lint`."""

from __future__ import annotations

import argparse

from dltui.commands.exits import Exit
from dltui.commands.place import say
from dltui.explore.registry import check as check_explorer
from dltui.lesson.find import folders
from dltui.lesson.lint import lint
from dltui.plain.problems import formatted
from dltui.plot.formula import check
from dltui.quiz.proof import check_question


def run(options: argparse.Namespace) -> int:
    paths = options.paths or folders(options.lessons)
    missing = [path for path in paths if not path.exists()]
    if missing:
        say(f"{missing[0]}: no such file or folder")
        return Exit.USAGE
    problems = lint(paths, check_formula=check, check_question=check_question, check_explorer=check_explorer)
    if said := formatted(problems, options.format):
        print(said)
    if problems:
        say(f"{len(problems)} problem{'s' if len(problems) > 1 else ''}")
        return Exit.INVALID
    say("no problems")
    return Exit.FINE
