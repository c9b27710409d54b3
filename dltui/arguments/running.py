"""Options of the commands that train, check gradients, and tell of runs, data and devices."""

from __future__ import annotations

import argparse
from pathlib import Path

from dltui.arguments.parser import number, screen

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


def train(parser: argparse.ArgumentParser) -> None:
    parser.description = "Train an experiment of a lesson without the screen."
    parser.add_argument("place", metavar="LESSON/STEP", nargs="?", default="")
    parser.add_argument("--resume", metavar="RUN", nargs="?", const="",
                        help="go on with a run that was stopped or killed: by its name, or the newest of LESSON/STEP")
    parser.add_argument("--set", metavar="KEY=VALUE", action="append", default=[], dest="changes",
                        help="change a setting: lr=0.1, batch=32, model.0.out=16 …")
    parser.add_argument("--compare", metavar="KEY=VALUE,…", action="append", default=[],
                        help="train every value side by side: lr=0.001,0.01,0.1; several make every combination")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--seeds", metavar="N", type=number(int, 1), default=0,
                        help="train everything with so many seeds; the chart shows mean and spread")
    parser.add_argument("--shard", metavar="I/N", default="",
                        help="of a comparison only the I-th of N parts; in an array of Slurm jobs that of the task. "
                             "`dltui runs --merge` brings them together")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--json", action="store_true", help="one line of JSON at the end instead of a chart")


def runs(parser: argparse.ArgumentParser) -> None:
    parser.description = ("List the runs, newest first; or those of a lesson, with what was claimed and guessed; or "
                          "bring the shards of a comparison together.")
    parser.add_argument("runs", metavar="RUN | LESSON[/STEP]", nargs="*",
                        help="names or folders of runs, or ids of lessons; default: all runs")
    parser.add_argument("--merge", action="store_true",
                        help="one table of all variants; without RUN of the newest comparison that was cut into shards")
    parser.add_argument("--json", action="store_true", help="machine-readable")


def attach(parser: argparse.ArgumentParser) -> None:
    parser.description = "Open a run that goes on behind the lab, live and with all its history."
    parser.add_argument("run", metavar="RUN", nargs="?", default="",
                        help="name, or the end of it; default: the newest that is being trained")
    parser.add_argument("--plain", action="store_true", help="lines of text instead of a screen")
    screen(parser)


def stop(parser: argparse.ArgumentParser) -> None:
    parser.description = "End runs that go on behind the lab, with a checkpoint."
    parser.add_argument("runs", metavar="RUN", nargs="*", help="names; default: the one that is being trained")
    parser.add_argument("--all", action="store_true", help="all that are being trained")
    parser.add_argument("--kill", action="store_true", help="by force, for one that does not answer")


def doctor(parser: argparse.ArgumentParser) -> None:
    parser.description = "Tell devices, versions, folders and the terminal, and where each experiment would train."
    parser.add_argument("--device", default="auto", help="as for train")
    parser.add_argument("--json", action="store_true", help="machine-readable")


def gradcheck(parser: argparse.ArgumentParser) -> None:
    parser.description, parser.epilog = GRADCHECK, GRADCHECK_EPILOG
    parser.add_argument("place", metavar="FILE.py:NAME | LESSON/STEP")
    parser.add_argument("--input", metavar="ARG=VALUE", action="append", default=[], dest="inputs",
                        help="such as x=randn(2,3); once for each argument")
    parser.add_argument("--mode", choices=("full", "modular", "directional", "sample"), default="full",
                        help="every element; module by module, naming the first wrong one; fast, along a few random "
                             "directions; or a sample of the elements")
    parser.add_argument("--samples", metavar="N", type=number(int, 1), help="elements to check with --mode sample")
    parser.add_argument("--dtype", choices=("float32", "float64"), help="of parameters and inputs; default: theirs")
    parser.add_argument("--seed", type=number(int, 0), help="of random inputs and weights")
    parser.add_argument("--budget", metavar="SECONDS", type=number(float, 1e-3),
                        help="check what can be checked in that time")
    parser.add_argument("--json", action="store_true", help="the report as one line of JSON")
    parser.add_argument("-q", "--quiet", action="store_true", help="one line")


def data(parser: argparse.ArgumentParser) -> None:
    parser.description = "List the data sets, or fetch MNIST, which does not come with dltui and no lesson needs."
    parser.usage = "dltui data list [--json]\n       dltui data fetch mnist [--from PLACE] [--mirror URL]"
    parser.add_argument("action", choices=("list", "fetch"))
    parser.add_argument("name", nargs="?", choices=("mnist",), help="what to fetch")
    parser.add_argument("--from", metavar="PLACE", type=Path, dest="source",
                        help="a folder with the four files, zipped or not, or mnist.npz: nothing is downloaded")
    parser.add_argument("--mirror", metavar="URL", action="append", default=[], dest="mirrors",
                        help="where the four .gz files are, in place of the usual mirrors; may be given several times")
    parser.add_argument("--json", action="store_true", help="machine-readable list")
