from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from dltui.journal import process
from dltui.journal.process import host_name, process_start


def ended() -> subprocess.Popen[bytes]:
    """A process that has ended, and whose end nobody has asked for yet."""
    child = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE)
    assert child.stdout
    child.stdout.read()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    child.stdout.close()
    return child


def test_a_process_has_one_start() -> None:
    assert process_start(os.getpid())
    assert process_start(os.getpid()) == process_start(os.getpid())
    assert host_name()


def test_a_zombie_and_a_process_that_is_gone_have_none() -> None:
    child = ended()
    assert process_start(child.pid) is None, "it is a zombie"
    child.wait()
    assert process_start(child.pid) is None


@pytest.mark.skipif(not shutil.which("ps"), reason="no ps here")
def test_ps_tells_the_same() -> None:
    assert process._start_by_ps(os.getpid())
    assert process._start_by_ps(os.getpid()) == process._start_by_ps(os.getpid())
    child = ended()
    assert process._start_by_ps(child.pid) is None
    child.wait()
    assert process._start_by_ps(child.pid) is None


def test_without_ps_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch, tmp_path: str) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert process._start_by_ps(os.getpid()) == ""
