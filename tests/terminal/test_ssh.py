"""The lab on another machine: a real sshd of the test's own, on this one."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from getpass import getuser
from pathlib import Path

import pytest
from hostile import ROOT, engines, lessons, until
from pseudo import Terminal

from dltui.journal.folder import runs
from dltui.journal.process import process_start
from dltui.journal.run import Run

SERVER = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
PRIVATE = Path("/run/sshd")
"""Where a server that root starts puts its unprivileged part; usually made by its service."""
PATIENCE = 120
CONFIG = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/key.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
PrintMotd no
PrintLastLog no
"""
pytestmark = pytest.mark.skipif(
    SERVER is None or not shutil.which("ssh") or not shutil.which("ssh-keygen"), reason="no sshd is installed"
)


class Server:
    def __init__(self, folder: Path) -> None:
        for name in ("host", "key"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
        self._folder = folder
        self._start()

    def _start(self) -> None:
        """On a port that was free a moment ago."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        config = self._folder / "config"
        config.write_text(CONFIG.format(port=self.port, folder=self._folder))
        with (self._folder / "log").open("wb") as log:
            self.process = subprocess.Popen([str(SERVER), "-D", "-e", "-f", str(config)], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, start_new_session=True)  # fmt: skip
        until(self.answers, "sshd", PATIENCE)

    def answers(self) -> bool:
        assert self.process.poll() is None, (self._folder / "log").read_text()
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port)) as link:
            return link.recv(4) == b"SSH-"
        return False

    def login(self, home: Path, *words: str) -> Terminal:
        """The lab through a connection with a terminal."""
        lab = f"cd {ROOT} && DLTUI_HOME={home} exec {sys.executable} -m dltui {' '.join(words)}"
        options = (f"-oUserKnownHostsFile={self._folder}/known", "-oStrictHostKeyChecking=no", "-oIdentitiesOnly=yes",
                   f"-i{self._folder}/key", f"-p{self.port}", "-oLogLevel=ERROR")  # fmt: skip
        return Terminal(["ssh", "-tt", "-F/dev/null", *options, f"{getuser()}@127.0.0.1", lab], cwd=ROOT)

    def below(self) -> list[tuple[int, str]]:
        """Processes that connections have started, each after its parent, and their names."""
        found, at = [(self.process.pid, "")], 0
        parents: dict[int, list[tuple[int, str]]] = {}
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError, IndexError):
                name, _, rest = (entry / "stat").read_text().partition("(")[2].rpartition(")")
                parents.setdefault(int(rest.split()[1]), []).append((int(entry.name), name))
        while at < len(found):
            found += parents.get(found[at][0], [])
            at += 1
        return found[1:]

    def close(self) -> None:
        for pid, _ in [*reversed(self.below()), (self.process.pid, "")]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    missing = os.getuid() == 0 and not PRIVATE.exists()
    if missing:
        PRIVATE.mkdir(mode=0o755)
    folder = tmp_path / "ssh"
    folder.mkdir()
    served = Server(folder)
    try:
        yield served
    finally:
        served.close()
        if missing:
            PRIVATE.rmdir()


def test_a_run_outlives_connections_and_is_found_again_by_the_next(tmp_path: Path, server: Server) -> None:
    words = ("--lessons", str(lessons(tmp_path / "good")))
    with server.login(tmp_path, "lab/long", *words) as terminal:
        terminal.until("t train", PATIENCE)
        terminal.press("t")
        terminal.until("kept", PATIENCE)
        (pid,) = engines(tmp_path)
        started = server.below()
        labs = [each for each, name in started if name.startswith("python") and each != pid]
        for each, name in started:
            if name.startswith("sshd"):
                with suppress(ProcessLookupError):
                    os.kill(each, signal.SIGKILL)
        assert terminal.wait(PATIENCE) == 255
    gone(tmp_path, labs, pid)
    with server.login(tmp_path, "attach", *words) as terminal:
        terminal.until("kept", PATIENCE)
        labs = [each for each, name in server.below() if name.startswith("python") and each != pid]
        terminal.process.kill()
        terminal.process.wait()
    gone(tmp_path, labs, pid)
    with server.login(tmp_path, "attach", *words) as terminal:
        terminal.until("kept", PATIENCE)
        terminal.press("s")
        terminal.until("■ stopped", PATIENCE)
        terminal.press("ctrl+c")
        assert terminal.wait(PATIENCE) == 0
        assert terminal.left_on() == []
        assert terminal.cooked
    until(lambda: not engines(tmp_path), "no engine is left", PATIENCE)
    (summary,) = runs(tmp_path / "state")
    assert (summary.state, bool(summary.checkpoint)) == ("stopped", True)
    assert list(Run.read(summary.folder).series["loss"].steps) == list(range(1, summary.step + 1))


def gone(home: Path, labs: list[int], engine: int) -> None:
    """The screens, and not what trains."""
    assert labs
    until(lambda: not any(map(process_start, labs)), "the screen is gone", PATIENCE)
    (before,) = runs(home / "state")
    until(lambda: runs(home / "state")[0].step > before.step, "the run goes on", PATIENCE)
    until(lambda: engines(home) == [engine], "no other engine is left", PATIENCE)
