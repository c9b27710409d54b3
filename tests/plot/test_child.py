"""What can only be seen from outside: deaths of the process, and what is imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import dltui

ROOT = Path(dltui.__file__).parents[1]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, timeout=600, check=False, env=environment
    )


def test_no_chart_kills_the_process() -> None:
    done = run(str(Path(__file__).with_name("charts.py")), "1", "1500")
    assert (done.returncode, done.stdout) == (0, "drawn 1500\n"), done.stderr[-2000:]


@pytest.mark.parametrize("module", ["cells", "canvas", "heat", "axes", "bars", "palette"])
def test_pictures_need_no_plotext(module: str) -> None:
    heavy = {"plotext", "numpy", "textual", "torch"}
    assert run("-c", f"import sys, dltui.plot.{module}; print({heavy} & set(sys.modules))").stdout == "set()\n"
