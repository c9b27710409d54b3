"""Terminals of all kinds. `tests/bench/matrix.py` walks every combination; here each value comes once at least."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from itertools import zip_longest
from pathlib import Path

import pytest
from every import COLOUR, LOCALES, ROOT, SIZES, TERMS, Case, visit

SAMPLE = [Case(term, locale or "utf8", size or (80, 24), bare=index % 3 == 1)
          for index, (term, locale, size) in enumerate(zip_longest(TERMS, reversed(LOCALES), SIZES))]


@pytest.mark.parametrize("case", SAMPLE, ids=lambda case: f"{case.term}-{case.locale}-{case.size[0]}-{case.bare}")
def test_the_lab_is_at_home_here(case: Case, tmp_path: Path) -> None:
    raw = visit(case, tmp_path)
    if case.term == "xterm-256color" and not case.bare:
        assert COLOUR.search(raw)


def test_ascii_and_no_mouse_may_be_asked_for(tmp_path: Path) -> None:
    raw = visit(Case("xterm-256color", "utf8"), tmp_path, "--ascii", "--no-mouse", "--no-color")
    assert max(raw) < 128
    assert b"sigma(z)" in raw
    assert b"\x1b[?1003h" not in raw
    assert not COLOUR.search(raw)


def test_glyphs_may_be_asked_for_where_none_are_expected(tmp_path: Path) -> None:
    raw = visit(Case("xterm", "utf8"), tmp_path, "--no-ascii")
    assert "σ".encode() in raw
    assert b"\x1b[?1003h" in raw


def test_lines_are_ascii_where_asked_for(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dltui", "basics-logistic/bend", "--plain", "--ascii"], cwd=ROOT, input=b"q\n",
        env={**os.environ, "DLTUI_HOME": str(tmp_path)}, capture_output=True, timeout=60, check=True,
    )
    assert b"sigma(z)" in done.stdout
    assert max(done.stdout) < 128
    assert done.stderr == b""


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_inside_tmux(tmp_path: Path) -> None:
    tmux = ["tmux", "-S", str(tmp_path / "socket"), "-f", "/dev/null"]
    command = f"DLTUI_HOME={tmp_path} {sys.executable} -m dltui basics-logistic/bend"

    def shown(*wanted: str) -> None:
        end = time.monotonic() + 60
        while not all(each in (text := subprocess.check_output([*tmux, "capture-pane", "-p"], text=True))
                      for each in wanted):
            assert time.monotonic() < end, text
            time.sleep(0.05)

    subprocess.run([*tmux, "-u", "new-session", "-d", "-x", "100", "-y", "30", "-c", str(ROOT)], check=True)
    try:
        subprocess.run([*tmux, "send-keys", f"cd {ROOT}; {command}; echo left with $?", "Enter"], check=True)
        shown("Bend its ends", "? help")
        subprocess.run([*tmux, "send-keys", "n"], check=True)
        shown("3/15", "h hint")
        subprocess.run([*tmux, "send-keys", "C-c"], check=True)
        shown("left with 0")
    finally:
        subprocess.run([*tmux, "kill-server"], check=False)
