"""The command line: every command with its options."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dltui import __version__
from dltui.text import clean

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

COMMANDS = (
    "list", "train", "runs", "attach", "stop", "gradcheck", "doctor", "data", "exercise", "challenge", "answers",
    "grade", "lint", "verify", "new", "dev", "schema",
)
EPILOG = """\
exit codes: 0 fine · 1 failed or diverged · 2 usage · 3 invalid lesson · 4 undecided · 70 internal · 130 interrupted
environment: DLTUI_HOME keeps everything dltui writes; NO_COLOR switches colours off
"""
GRADE_EPILOG = """\
exit codes: 0 enough · 1 not enough (without --min-score: not all right) · 2 usage
4 a person must look: a broken file, an answer that cannot be read
"""
GRADCHECK = """\
Hold a gradient against finite differences, element by element.

FILE.py:NAME is a function of tensors, a torch.nn.Module (or a class of one that needs no arguments), a
torch.autograd.Function, or a pair (forward, backward); FILE.py:FORWARD,BACKWARD makes a pair of two functions. Inputs
come from --input, or from NAME_inputs or example_inputs in the file: a tensor, a tuple of arguments, a dict of them,
or a function that returns one of these. Where the result is no single number, what is compared is the gradient of its
elements' sum with random weights.
"""
GRADCHECK_EPILOG = """\
exit codes: 0 right · 1 wrong · 2 usage · 4 inconclusive, or the file fails
values of --input: randn(2,3), rand(…), zeros(…), ones(…), arange(6), randint(10,(2,3)), tensor([[1.,2.]]), each with
dtype=float32|float64|int64; or a number, a text, a tuple
"""


def parsed(words: Sequence[str]) -> argparse.Namespace:
    """The options; `command` is empty where the lab is to be opened. Raises SystemExit after saying what is wrong."""
    named = _shared().parse_known_args(words)[1]  # a folder after --lessons is no command
    name = next((word for word in named if not word.startswith("-")), "")
    return _parser(name if name in COMMANDS else "").parse_intermixed_args(words)


class _Parser(argparse.ArgumentParser):
    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        super()._print_message(clean(message), file)  # complaints quote what was given


def _shared() -> argparse.ArgumentParser:
    shared = _Parser(add_help=False)
    shared.add_argument("--lessons", metavar="DIR", type=Path, action="append", default=[],
                        help="a folder with lessons of your own; may be given several times")
    return shared


def _parser(command: str) -> argparse.ArgumentParser:
    """The parser for one command; without a command, the one that opens the lab."""
    if not command:
        return _lab()
    parser = _Parser(prog=f"dltui {command}", parents=[_shared()], epilog=EPILOG,
                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=[command], help=argparse.SUPPRESS)
    if command == "list":
        parser.description = "List the lessons, their state and their ids."
        parser.add_argument("--json", action="store_true", help="machine-readable")
    elif command == "train":
        _train(parser)
    elif command == "runs":
        _runs(parser)
    elif command == "attach":
        parser.description = "Open a run that goes on behind the lab, live and with all its history."
        parser.add_argument("run", metavar="RUN", nargs="?", default="",
                            help="name, or the end of it; default: the newest that is being trained")
        parser.add_argument("--plain", action="store_true", help="lines of text instead of a screen")
        _screen(parser)
    elif command == "stop":
        parser.description = "End runs that go on behind the lab, with a checkpoint."
        parser.add_argument("runs", metavar="RUN", nargs="*", help="names; default: the one that is being trained")
        parser.add_argument("--all", action="store_true", help="all that are being trained")
        parser.add_argument("--kill", action="store_true", help="by force, for one that does not answer")
    elif command == "doctor":
        parser.description = "Tell devices, versions, folders and the terminal, and where each experiment would train."
        parser.add_argument("--device", default="auto", help="as for train")
        parser.add_argument("--json", action="store_true", help="machine-readable")
    elif command == "gradcheck":
        _gradcheck(parser)
    elif command == "data":
        _data(parser)
    elif command == "grade":
        _grade(parser)
    elif command == "answers":
        _answers(parser)
    elif command == "exercise":
        _exercise(parser)
    elif command == "challenge":
        _challenge(parser)
    elif command == "verify":
        _verify(parser)
    elif command == "new":
        parser.description = "Write the start of a new lesson, which lints clean."
        parser.add_argument("name", metavar="NAME", help="its id: lower-case letters, digits, hyphens")
        parser.add_argument("--to", metavar="DIR", type=Path, default=Path(), help="default: this folder")
        parser.add_argument("--title", default="", help="default: made of the name")
    elif command == "dev":
        parser.description = "Open a lesson and read it again whenever its file is saved."
        parser.add_argument("place", metavar="LESSON[/STEP]", help="the file, or its id or number")
        _screen(parser)
    elif command == "lint":
        parser.description = "Check lesson files: form, keys, shapes, formulas, questions."
        parser.add_argument("paths", metavar="PATH", type=Path, nargs="*",
                            help="files or folders; default: all lessons")
        parser.add_argument("--format", choices=("text", "json", "github", "sarif"), default="text",
                            help="lines to read, a list, annotations of a workflow, a report for code scanning")
    else:
        parser.description = "Print the JSON Schema of lesson files, for completion in editors."
    return parser


def _lab() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="dltui", parents=[_shared()], epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter,
        description="A deep-learning laboratory in the terminal. Without arguments it opens where you left off.",
        usage=f"dltui [LESSON[/STEP]] [options]\n       dltui {'|'.join(COMMANDS)} … (each with --help)",
    )
    parser.set_defaults(command="")
    parser.add_argument("place", metavar="LESSON[/STEP]", nargs="?", default="",
                        help="id, number or file of a lesson, and a step's id or number")
    parser.add_argument("--plain", action="store_true", help="lines of text instead of a screen")
    parser.add_argument("--spoken", action="store_true",
                        help="lines for a screen reader: formulas in words, and words in place of pictures")
    _screen(parser)
    parser.add_argument("--version", action="version", version=f"dltui {__version__}")
    return parser


def _screen(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--device", default="auto", help="cpu, cuda, cuda:1, mps …; auto chooses and says why")
    parser.add_argument("--fps", type=_fps, default=None, help="most redraws of a live chart a second: 0.5 to 10")


def _train(parser: argparse.ArgumentParser) -> None:
    parser.description = "Train an experiment of a lesson without the screen."
    parser.add_argument("place", metavar="LESSON/STEP", nargs="?", default="")
    parser.add_argument("--resume", metavar="RUN", nargs="?", const="",
                        help="go on with a run that was stopped or killed: by its name, or the newest of LESSON/STEP")
    parser.add_argument("--set", metavar="KEY=VALUE", action="append", default=[], dest="changes",
                        help="change a setting: lr=0.1, batch=32, model.0.out=16 …")
    parser.add_argument("--compare", metavar="KEY=VALUE,…", action="append", default=[],
                        help="train every value side by side: lr=0.001,0.01,0.1; several make every combination")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--seeds", metavar="N", type=_number(int, 1), default=0,
                        help="train everything with so many seeds; the chart shows mean and spread")
    parser.add_argument("--shard", metavar="I/N", default="",
                        help="of a comparison only the I-th of N parts; in an array of Slurm jobs that of the task. "
                             "`dltui runs --merge` brings them together")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--json", action="store_true", help="one line of JSON at the end instead of a chart")


def _grade(parser: argparse.ArgumentParser) -> None:
    parser.description, parser.epilog = "Grade answer files, the same way as the screen.", GRADE_EPILOG
    parser.add_argument("paths", metavar="ANSWERS", type=Path, nargs="+",
                        help="answer files, or folders with them: all .toml files below")
    parser.add_argument("--lesson", metavar="ID", default="", help="only answers to this lesson count")
    parser.add_argument("--min-score", metavar="SHARE", type=_share,
                        help="from 0 to 1: what every submission must reach")
    parser.add_argument("--jobs", metavar="N", type=_number(int, 1), default=1, help="submissions side by side")
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


def _answers(parser: argparse.ArgumentParser) -> None:
    parser.description = "Write an answer file of a lesson, to be filled in and handed in."
    parser.add_argument("lesson", metavar="LESSON")
    parser.add_argument("--mine", action="store_true", help="with the answers given on the screen")
    parser.add_argument("--learner", metavar="NAME", default="",
                        help="fixes the numbers that vary; default: this machine's")
    parser.add_argument("--to", metavar="FILE", type=Path, help="default: standard output")
    parser.add_argument("--force", action="store_true", help="write over a file that is there")


def _verify(parser: argparse.ArgumentParser) -> None:
    parser.description = "Run what lessons claim: proofs of keys, gradient checks, experiments over several seeds."
    parser.add_argument("places", metavar="LESSON[/STEP]", nargs="*", help="default: all lessons")
    parser.add_argument("--seeds", metavar="N", type=_number(int, 1), default=3, help="seeds for each claim; default 3")
    parser.add_argument("--json", action="store_true", help="one line of JSON for each finding")


def _exercise(parser: argparse.ArgumentParser) -> None:
    parser.description = "Write code for an exercise of a lesson, and have it judged."
    parser.add_argument("action", choices=("start", "check", "watch", "solution"),
                        help="write the file to begin with; judge it; judge it on every save; show the solution to "
                             "compare, once yours is right")
    parser.add_argument("place", metavar="LESSON/STEP | FILE.py", help="FILE.py says itself what it is for")
    parser.add_argument("--to", metavar="FILE", type=Path, help="where the code is; default: a folder of dltui's own")
    parser.add_argument("--force", action="store_true", help="start again: write over what is there")
    parser.add_argument("--hints", metavar="N", type=_number(int, 0), default=0, help="show the first N hints too")
    parser.add_argument("--json", action="store_true", help="one line of JSON for each verdict")


def _challenge(parser: argparse.ArgumentParser) -> None:
    parser.description = "Write settings for a challenge of a lesson, and have them trained and judged."
    parser.add_argument("action", choices=("start", "check", "solution"),
                        help="write the file to begin with; train it and count its stars; show the author's settings, "
                             "once yours have all stars")
    parser.add_argument("place", metavar="LESSON/STEP | FILE", help="FILE.settings.toml says itself what it is for")
    parser.add_argument("--to", metavar="FILE", type=Path,
                        help="where the settings are; default: a folder of dltui's own")
    parser.add_argument("--force", action="store_true", help="start again: write over what is there")
    parser.add_argument("--hints", metavar="N", type=_number(int, 0), default=0, help="show the first N hints too")
    parser.add_argument("--json", action="store_true", help="one line of JSON")


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 to 1")
    return value


def _data(parser: argparse.ArgumentParser) -> None:
    parser.description = "List the data sets, or fetch MNIST, which does not come with dltui and no lesson needs."
    parser.usage = "dltui data list [--json]\n       dltui data fetch mnist [--from PLACE] [--mirror URL]"
    parser.add_argument("action", choices=("list", "fetch"))
    parser.add_argument("name", nargs="?", choices=("mnist",), help="what to fetch")
    parser.add_argument("--from", metavar="PLACE", type=Path, dest="source",
                        help="a folder with the four files, zipped or not, or mnist.npz: nothing is downloaded")
    parser.add_argument("--mirror", metavar="URL", action="append", default=[], dest="mirrors",
                        help="where the four .gz files are, in place of the usual mirrors; may be given several times")
    parser.add_argument("--json", action="store_true", help="machine-readable list")


def _runs(parser: argparse.ArgumentParser) -> None:
    parser.description = "List the runs, newest first, or bring the shards of a comparison together."
    parser.add_argument("runs", metavar="RUN", nargs="*", help="names or folders of runs; default: all")
    parser.add_argument("--merge", action="store_true",
                        help="one table of all variants; without RUN of the newest comparison that was cut into shards")
    parser.add_argument("--json", action="store_true", help="machine-readable")


def _gradcheck(parser: argparse.ArgumentParser) -> None:
    parser.description, parser.epilog = GRADCHECK, GRADCHECK_EPILOG
    parser.add_argument("place", metavar="FILE.py:NAME | LESSON/STEP")
    parser.add_argument("--input", metavar="ARG=VALUE", action="append", default=[], dest="inputs",
                        help="such as x=randn(2,3); once for each argument")
    parser.add_argument("--mode", choices=("full", "modular", "directional", "sample"), default="full",
                        help="every element; module by module, naming the first wrong one; fast, along a few random "
                             "directions; or a sample of the elements")
    parser.add_argument("--samples", metavar="N", type=_number(int, 1), help="elements to check with --mode sample")
    parser.add_argument("--dtype", choices=("float32", "float64"), help="of parameters and inputs; default: theirs")
    parser.add_argument("--seed", type=_number(int, 0), help="of random inputs and weights")
    parser.add_argument("--budget", metavar="SECONDS", type=_number(float, 1e-3),
                        help="check what can be checked in that time")
    parser.add_argument("--json", action="store_true", help="the report as one line of JSON")
    parser.add_argument("-q", "--quiet", action="store_true", help="one line")


def _number(kind: type[int] | type[float], low: float) -> Callable[[str], float]:
    """Reads a number from `low` upwards."""

    def read(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            value = kind(-1)
        if not low <= value < 2**63:
            raise argparse.ArgumentTypeError(f"{text!r} is no {'whole ' * (kind is int)}number from {low:g} upwards")
        return value

    return read


def _fps(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.5 <= value <= 10:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0.5 to 10")
    return value
