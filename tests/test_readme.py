"""What the README says is so: its commands run, its outputs come out, its files and keys are there."""

from __future__ import annotations

import importlib
import math
import os
import pkgutil
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from textual.binding import Binding

import dltui.tui
from dltui.lesson.find import course
from dltui.places import lessons_dir

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SOURCES = sorted({*ROOT.glob("*.md"), *(ROOT / "assets").glob("*.md")})
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
SECONDS = re.compile(r"in [\d.]+ m?s\b")
GAP = "…"
LARGEST = 250_000
KEYS = {
    "?": "question_mark", "↑": "up", "↓": "down", "←": "left", "→": "right", "/": "slash", "<": "less_than_sign",
    ">": "greater_than_sign", ".": "full_stop", "[": "left_square_bracket", "]": "right_square_bracket", "+": "plus",
    "-": "minus",
}  # fmt: skip
"""The names Textual gives to keys that are written with a sign."""


class Shown(NamedTuple):
    """A command of the README, and the lines it says come out."""

    command: str
    lines: list[str]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def shown(block: str) -> list[Shown]:
    found: list[Shown] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append(Shown(line[2:], []))
        else:
            found[-1].lines.append(line)
    return found


def bare(line: str) -> str:
    """Without what differs from run to run or from machine to machine: the shape of curves, seconds."""
    return " ".join(re.sub(r"[\u2800-\u28ff]", " ", SECONDS.sub("", line)).split())


def same(line: str, other: str) -> bool:
    """Numbers may differ a little: other processors add in another order."""
    line, other = bare(line), bare(other)
    pairs = zip(NUMBER.findall(line), NUMBER.findall(other), strict=False)
    return NUMBER.sub("#", line) == NUMBER.sub("#", other) and all(
        math.isclose(float(one), float(two), rel_tol=0.1, abs_tol=1e-3) for one, two in pairs
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the reader is: the files of the README are saved under the names it gives, and `dltui` is a command."""
    folder = tmp_path_factory.mktemp("reader")
    for name, text in re.findall(r"Save this as `([^`]+)`:\n\n```\w+\n(.*?)```", README, re.DOTALL):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "bin").mkdir()
    command = folder / "bin" / "dltui"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m dltui "$@"\n')
    command.chmod(0o755)
    return folder


@pytest.mark.parametrize("block", blocks("console"), ids=lambda block: shown(block)[0].command)
def test_commands_print_what_is_shown(block: str, folder: Path, own_home: Path) -> None:
    path = os.pathsep.join([str(folder / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    env = os.environ | {"PATH": path, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    for command, lines in shown(block):
        done = subprocess.run(["bash", "-c", command], cwd=folder, env=env, text=True, encoding="utf-8", check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
        printed = done.stdout.splitlines()
        assert lines, f"{command} is shown without any output"
        rest = iter(printed)
        for line in lines:
            assert line == GAP or any(same(line, other) for other in rest), f"{command}: {line!r} not in\n{done.stdout}"


@pytest.mark.parametrize("workflow", blocks("yaml"), ids=lambda text: text.split(":")[0])
def test_workflows_run_commands_that_work(workflow: str, folder: Path, own_home: Path) -> None:
    commands = re.findall(r"dltui grade .+", workflow)
    assert commands, "a workflow grades"
    path = os.pathsep.join([str(folder / "bin"), os.environ["PATH"]])
    for command in commands:
        done = subprocess.run(command.split(), cwd=folder, env=os.environ | {"PATH": path, "PYTHONPATH": str(ROOT)},
                              capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 4, done.stdout + done.stderr  # one answer of the example cannot be read
        assert ElementTree.parse(folder / "grades.xml").getroot().tag == "testsuites"


def test_the_two_commands_differ_in_their_ends_alone() -> None:
    lab, tests = (line for block in blocks("sh") for line in block.splitlines() if "[test]" in line)
    before, _, opened = lab.rpartition(" && ")
    assert tests.startswith(f"{before} && ")
    assert opened == ".venv/bin/dltui"
    assert "python -m pytest" in tests


def test_the_tree_names_what_is_there_and_every_room() -> None:
    (tree,) = (block for block in blocks("text") if block.startswith("README.md"))
    named: set[str] = set()
    parents: list[tuple[int, str]] = []
    for line in tree.splitlines():
        depth = len(line) - len(line.lstrip())
        parents = [(at, parent) for at, parent in parents if at < depth]
        base = "".join(parent for _, parent in parents)
        for name in re.findall(r"\S+", line.split("   ")[0] if depth == 0 else line.split()[0]):
            assert (ROOT / base / name).exists(), base + name
            named.add(base + name)
            if name.endswith("/"):
                parents.append((depth, name))
    rooms = {f"dltui/{path.parent.name}/" for path in (ROOT / "dltui").glob("*/__init__.py")}
    assert rooms <= named


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(source: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", source.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (source.parent / target.partition("#")[0]).exists(), target


@pytest.mark.parametrize("name", re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README))
def test_pictures_are_small_and_need_nothing_from_elsewhere(name: str) -> None:
    path = ROOT / name
    assert path.stat().st_size < LARGEST
    text = path.read_text(encoding="utf-8")
    assert ElementTree.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"
    assert text.count("http") == 1, "only the name of the format"
    assert f"`{path.name}`" in (ROOT / "assets" / "README.md").read_text(encoding="utf-8")


def test_lessons_have_the_titles_and_minutes_of_the_table() -> None:
    rows = re.findall(r"^\| (\d+) ([^|]+) \| (\d+) \|", README, re.MULTILINE)
    assert rows
    lessons = {entry.number: entry for entry in course([lessons_dir()]).entries}
    for number, title, minutes in rows:
        assert (lessons[number].title, str(lessons[number].minutes)) == (title, minutes)


def test_keys_of_the_table_are_keys_of_the_screens() -> None:
    bound = {"ctrl+p"}  # Textual's own
    for module in pkgutil.walk_packages(dltui.tui.__path__, "dltui.tui."):
        for kind in vars(importlib.import_module(module.name)).values():
            bindings = vars(kind).get("BINDINGS", ()) if isinstance(kind, type) else ()
            bound |= {key for each in bindings if isinstance(each, Binding) for key in each.key.split(",")}
    table = README[README.index("| where | keys |") :].split("\n\n")[0]
    keys = re.findall(r"`([^`]+)`", table)
    assert len(keys) > 30
    for key in keys:
        assert KEYS.get(key, key) in bound, key
