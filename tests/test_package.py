"""What is installed is what stands in the tree: wheel from sdist, run from an empty folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(words: list[str], where: Path, **extra: str) -> str:
    env = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "DLTUI_HOME")} | extra
    done = subprocess.run(words, cwd=where, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the sdist, as an installer does that finds no wheel. Only what git knows goes in."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    names = run(["git", "ls-files", "-co", "--exclude-standard"], ROOT).split("\n")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    run([sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(source)], source)
    return next(out.glob("*.whl"))


@pytest.mark.parametrize("folder", ["lessons", "assets", "dltui"])
def test_the_wheel_holds_every_file_of_the_tree(wheel: Path, folder: str) -> None:
    inside = "dltui" if folder == "dltui" else f"dltui/{folder}"
    with zipfile.ZipFile(wheel) as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    for path in sorted((ROOT / folder).rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            name = f"{inside}/{path.relative_to(ROOT / folder)}"
            assert packed.get(name) == path.read_bytes(), name


def test_an_installed_wheel_lists_the_lessons_of_the_tree(wheel: Path, tmp_path: Path) -> None:
    target, empty, home = tmp_path / "site", tmp_path / "empty", tmp_path / "home"
    empty.mkdir()
    run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target), str(wheel)], empty)
    listing = [sys.executable, "-P", "-m", "dltui", "list", "--json"]
    installed = json.loads(run(listing, empty, PYTHONPATH=str(target), DLTUI_HOME=str(home)))
    where = [sys.executable, "-P", "-c", "import dltui.places as p; print(p.lessons_dir())"]
    assert Path(run(where, empty, PYTHONPATH=str(target)).strip()).is_relative_to(target)
    tree = json.loads(run([sys.executable, "-m", "dltui", "list", "--json"], ROOT, DLTUI_HOME=str(home)))
    assert installed == tree
    assert len(tree) >= 3
