"""Bubblewrap around the jail: its words, and that a jail starts with it, with one that fails, and without."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dltui.grading import bubblewrap, isolation
from dltui.grading.confine import LAYERS
from dltui.grading.jail import Jail

SOURCE = "import os\ndef f(x):\n    return [float(os.getpid()), x]\n"
PASSING = "#!/bin/sh\nwhile [ \"$1\" != -- ]; do shift; done\nshift\nexec \"$@\"\n"
"""Reads its options as bubblewrap does and makes no namespaces."""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bwrap of our own, found before any other."""
    path = tmp_path / "bwrap"
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return path


def written(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def test_the_words_open_what_an_interpreter_needs_and_nothing_else() -> None:
    readable = bubblewrap.interpreter(Path("/course"))
    words = bubblewrap.around("/bin/bwrap", ["python", "-I", "--", "x"], readable, {"LANG": "C.UTF-8"})
    assert words[:2] == ["/bin/bwrap", "--unshare-all"] and words[-5:] == ["--", "python", "-I", "--", "x"]
    assert "--die-with-parent" in words and "--share-net" not in words
    bound = [words[place + 1] for place, word in enumerate(words) if word == "--ro-bind-try"]
    assert "/course/dltui" in bound and sys.prefix in bound and len(bound) == len(set(bound))
    assert not {"/", "/home", "/tmp", "/proc", "/course", str(Path.home())} & set(bound)
    assert not any(word in ("--bind", "--dev-bind", "--ro-bind") for word in words), "nothing can be written"
    cleared = words.index("--clearenv")
    assert words[cleared + 1 : cleared + 4] == ["--setenv", "LANG", "C.UTF-8"]


@pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is for Linux")
def test_a_jail_starts_inside(program: Path) -> None:
    written(program, PASSING)
    with Jail("numpy") as jail:
        ran = jail.run(SOURCE, [("f", [2.5])], 5)
        assert ran.end == "done" and ran.answers[0].value[1] == 2.5
        assert jail.wrapped


@pytest.mark.parametrize("script", ["exit 1", "echo denied >&2; exit 1"])
def test_one_that_may_not_make_namespaces_is_left_out(program: Path, script: str) -> None:
    written(program, f"#!/bin/sh\n{script}\n")
    with Jail("numpy") as jail:
        assert jail.run(SOURCE, [("f", [2.5])], 5).answers[0].value[1] == 2.5
        assert not jail.wrapped


def test_what_doctor_says(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    told = isolation.examined()
    assert set(told.layers) == {*LAYERS, isolation.LIMITS}
    assert told.strength == ("strong" if all(told.layers.values()) else "weak")
    assert (told.landlock > 0) == told.layers["landlock"]
    assert "not installed" in told.bubblewrap or sys.platform != "linux"


@pytest.mark.skipif(not bubblewrap.found(), reason="bubblewrap is not installed")
def test_the_real_one_holds_processes_and_network_apart() -> None:
    works = subprocess.run([bubblewrap.found(), "--unshare-all", "--ro-bind", "/", "/", "true"], check=False)
    with Jail("numpy") as jail:
        ran = jail.run(SOURCE, [("f", [2.5])], 5)
        assert ran.end == "done"
        assert jail.wrapped == (works.returncode == 0)
        assert not jail.wrapped or ran.answers[0].value[0] < 100, "a small number in a namespace of its own"
