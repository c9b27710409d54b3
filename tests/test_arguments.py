"""Plain command lines are read without `argparse`, and as `argparse` reads them."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dltui.arguments import full
from dltui.arguments.commands import COMMANDS, declaration
from dltui.arguments.parser import shared
from dltui.arguments.quick import Declared, read

ROOT = Path(__file__).parent.parent
LINES = [
    "list", "list --json", "list --lessons a --lessons=b --no-color", "grade a b --jobs 2 --min-score=0.5 --github",
    "grade --csv x.csv a", "grade a --lesson 'x y' --seed=", "lint", "lint a b --format sarif", "answers cnn --mine",
    "answers cnn --to x --force", "exercise start a/b --hints 2", "challenge check a/b --json", "verify",
    "verify a --seeds 4",
    "new x --to y --title z", "dev x --fps 2.5", "runs", "runs a b --merge", "stop --all", "schema", "doctor --json",
    "train a/b --set lr=1 --set x=2 --seed 3", "gradcheck f.py:g --dtype float64 -q", "data fetch mnist --from x",
    "export --to x", "serve a --port 80", "attach", "keys",
]  # fmt: skip
ODD = ["grade", "grade a --jobs 0", "grade a --jobs x", "grade a --min 0.5", "grade a --seed -1", "grade a -- -b",
       "list x", "list --json=1", "list --help", "list --jsn", "exercise eat a/b", "list --ascii", "list --no-ascii",
       "train --resume", "grade a --csv", "lint --format yaml", "answers a b", "schema --lessons"]  # fmt: skip
"""What is left to argparse, whether it takes it or complains."""


def quick(words: list[str]) -> dict[str, object] | None:
    found = read([shared, declaration(words[0])], words[1:])
    return None if found is None else {**vars(found), "command": words[0]}


@pytest.mark.parametrize("line", LINES)
def test_plain_lines_are_read_as_argparse_reads_them(line: str) -> None:
    words = [word.strip("'") for word in line.replace("x y", "x_y").split()]
    assert quick(words) == vars(full.parsed(words))


@pytest.mark.parametrize("line", ODD)
def test_what_is_not_plain_is_left_to_argparse(line: str) -> None:
    assert quick(line.split()) is None


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_read_is_what_argparse_reads(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(COMMANDS)))
    declared = Declared()
    for declare in (shared, declaration(name)):
        declare(declared)
    given_too = [f"{one}=1" for one in declared.options]
    known = [*declared.options, *given_too, "a", "1", "start", "list", "", "--", "-x", "b"]
    words = [name, *data.draw(st.lists(st.sampled_from(known), max_size=5))]
    found = quick(words)
    if found is not None:
        assert found == vars(full.parsed(words))


def test_every_command_can_be_declared() -> None:
    for name in COMMANDS:
        declared = Declared()
        declaration(name)(declared)
        assert declared.description or declared.usage
    assert len(set(itertools.chain(COMMANDS))) == len(COMMANDS)


@pytest.mark.parametrize("words", [["list"], ["grade", "nothing-there"]])
def test_a_plain_line_does_not_load_argparse(words: list[str], tmp_path: Path) -> None:
    code = f"import sys\nfrom dltui.cli import main\nmain({words!r})\nprint('argparse' in sys.modules, file=sys.stderr)"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True,
                         env={"DLTUI_HOME": str(tmp_path), "PATH": ""})  # fmt: skip
    assert ran.stderr.split()[-1] == "False"
