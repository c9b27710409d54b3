"""The house plan, enforced: imports point down, rooms stay free of what they must not carry."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent / "dltui"
GROUND = {"__init__", "places", "scene", "text"}
MAY = {
    "text": set(), "places": set(), "scene": set(), "__init__": set(),
    "lesson": GROUND,
    "journal": GROUND,
    "quiz": GROUND | {"lesson"},
    "plot": GROUND | {"lesson", "journal"},
    "explore": GROUND | {"lesson"},
    "gradcheck": set(),
    "export": GROUND | {"lesson", "journal", "quiz", "plot", "explore"},
    "engine": GROUND | {"lesson", "journal", "explore", "gradcheck"},
    "plain": GROUND | {"lesson", "journal", "quiz", "plot", "explore", "gradcheck", "engine", "grading"},
    "tui": GROUND | {"lesson", "journal", "quiz", "plot", "explore", "export"},
    "arguments": {"__init__", "text"},
    "grading": GROUND | {"lesson", "journal", "quiz"},
    "commands": GROUND | {"lesson", "journal", "quiz", "plot", "explore", "export", "engine", "plain", "tui",
                          "grading", "web"},
    "web": set(),
    "cli": {"arguments", "commands", "plain"},
    "__main__": {"cli"},
}
"""Which rooms each room may import from, besides itself."""
LATE = re.compile(r"dltui(\.\w+)+:\w+")
"""How a module is named that is loaded when it is first used."""
FOREIGN = {"torch", "numpy", "textual", "rich", "plotext"}
FREE_OF = {
    "text": FOREIGN, "places": FOREIGN, "scene": FOREIGN, "arguments": FOREIGN,
    "lesson": FOREIGN, "journal": FOREIGN,
    "quiz": FOREIGN,
    "plot": {"torch", "numpy", "textual"},
    "explore": {"torch", "textual", "rich", "plotext"},
    "export": {"torch", "numpy", "textual"},
    "gradcheck": {"textual", "plotext"},
    "engine": {"textual", "rich", "plotext"},
    "plain": {"textual"},
    "tui": {"torch"},
    "grading": FOREIGN,
    "cli": FOREIGN,
}


def files() -> list[Path]:
    return sorted(HOUSE.rglob("*.py"))


def module(path: Path) -> str:
    parts = list(path.relative_to(HOUSE.parent).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room(name: str) -> str:
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def is_module(name: str) -> bool:
    """Ours, and a file or folder rather than something in one."""
    path = HOUSE.parent.joinpath(*name.split("."))
    return name.startswith("dltui.") and (path.is_dir() or path.with_suffix(".py").is_file())


@cache
def imports(path: Path) -> list[tuple[str, bool]]:
    """(module, deferred) of every import, TYPE_CHECKING and strings for import_module included."""
    tree = ast.parse(path.read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    deferred = {id(node) for function in functions for node in ast.walk(function)}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, id(node) in deferred) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            base = node.module or ""
            names = [f"{base}.{alias.name}" if is_module(f"{base}.{alias.name}") else base for alias in node.names]
            found += [(name, id(node) in deferred) for name in names]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and LATE.fullmatch(node.value):
            found.append((node.value.split(":")[0], False))
    return found


def allowed(here: str, name: str) -> bool:
    """Whether a room may import a module."""
    top = name.split(".")[0]
    if top == "dltui":
        there = room(name)
        return there == here or there in MAY[here]
    return top not in FREE_OF.get(here, set()) or here == "cli"


def test_imports_point_down() -> None:
    wrong = [f"{module(path)} imports {name}" for path in files() for name, _ in imports(path)
             if not allowed(room(module(path)), name)]  # fmt: skip
    assert wrong == []


def test_only_the_command_line_imports_inside_functions() -> None:
    wrong = [f"{module(path)} imports {name}" for path in files() if room(module(path)) not in ("cli", "commands")
             for name, deferred in imports(path) if deferred]  # fmt: skip
    assert wrong == []


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {module(path): set() for path in files()}
    for path in files():
        for name, _ in imports(path):
            target = name if name in graph else name.rpartition(".")[0]
            if target in graph and target != module(path):
                graph[module(path)].add(target)
    # a package's __init__ is loaded with each of its modules: that edge is no dependency of ours
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " → ".join([*trail[trail.index(name):], name])
        if name not in done:
            for target in graph[name]:
                visit(target, (*trail, name))
            done.add(name)

    for name in graph:
        visit(name, ())


@pytest.mark.parametrize("name", sorted(FREE_OF))
def test_a_process_that_imports_a_room_loads_nothing_it_must_not(name: str) -> None:
    """Static reading misses what a library pulls in behind our back."""
    inside = HOUSE / name
    modules = [module(path) for path in sorted(inside.rglob("*.py"))] if inside.is_dir() else [f"dltui.{name}"]
    # engine/__main__ runs a worker; the tui loads explorers (numpy) and charts only when they are shown
    modules = [each for each in modules if not each.endswith("__main__")]
    code = (
        f"import sys, importlib\nfor m in {modules!r}: importlib.import_module(m)\n"
        f"print(*sorted({FREE_OF[name]!r} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=HOUSE.parent, check=True)
    assert run.stdout.split() == []


@pytest.mark.parametrize("words", [["--version"], ["list"], ["list", "--json"]])
def test_quick_commands_load_nothing_heavy(words: list[str], tmp_path: Path) -> None:
    code = (
        "import sys\nfrom dltui.cli import main\n"
        f"try: main({words!r})\nexcept SystemExit: pass\n"
        f"print(*sorted({FOREIGN!r} & set(sys.modules)), file=sys.stderr)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=HOUSE.parent, check=True,
                         env={"DLTUI_HOME": str(tmp_path), "PATH": ""})
    assert run.stderr.split() == []


def test_the_screens_of_the_first_frame_load_no_arrays_and_no_charts() -> None:
    code = (
        "import sys, dltui.tui.app\n"
        "print(*sorted({'torch', 'numpy', 'plotext', 'pygments'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=HOUSE.parent, check=True)
    assert run.stdout.split() == []
