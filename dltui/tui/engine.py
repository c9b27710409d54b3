"""The screen's end of the engine: starts the worker process, hands it work, notices when it dies.

Results never come back through here: they are journals, read by `journal.tail`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

import dltui
from dltui.journal.events import Ready
from dltui.journal.tail import Tail
from dltui.journal.work import AnyWork
from dltui.places import ensure

Phase = Literal["off", "warming", "ready", "dead"]


@dataclass(frozen=True)
class EngineState:
    phase: Phase
    said: str
    """A few words for the status line."""


class Engine:
    """A worker in its own session: a key typed at the terminal or a lost connection never reaches it by signal.

    It ends by itself when its standard input closes, so a killed screen leaves a checkpoint and no stray process.
    """

    def __init__(self, state: Path) -> None:
        self._folder = state / "engines"
        self._process: subprocess.Popen[bytes] | None = None
        self._tail: Tail | None = None
        self._ready: Ready | None = None
        self._died = ""

    def start(self) -> None:
        """Start the worker unless one is alive. Raises OSError when its log cannot be opened."""
        if self._process is not None and self._process.poll() is None:
            return
        ensure(self._folder)
        name = f"{time.time_ns():x}-{os.getpid()}"
        journal = self._folder / f"{name}.jsonl"
        with (self._folder / f"{name}.log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "dltui.engine", "--journal", str(journal)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,  # textual draws on stderr: a warning from torch would land on the screen
                env=_environment(),
                start_new_session=True,
            )
        self._tail = Tail(journal)
        self._ready = None
        self._died = ""

    def send(self, work: AnyWork) -> None:
        """Hand over one line of work, with a fresh worker when the last one died. Raises OSError if none starts."""
        self.start()
        line = msgspec.json.encode(work) + b"\n"
        try:
            self._write(line)
        except BrokenPipeError:
            self._process = None
            self.start()
            self._write(line)

    def _write(self, line: bytes) -> None:
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.write(line)
        self._process.stdin.flush()

    def poll(self) -> EngineState:
        """Where the worker stands now; cheap enough for every tick."""
        if self._process is None:
            return EngineState("off", "engine off")
        code = self._process.poll()
        if code is not None:
            self._died = self._died or _epitaph(code)
            return EngineState("dead", self._died)
        if self._ready is None and self._tail is not None:
            self._ready = next((event for event in self._tail.read() if isinstance(event, Ready)), None)
        if self._ready is None:
            return EngineState("warming", "engine warming up")
        return EngineState("ready", self._ready.device)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def close(self, patience: float = 1.5) -> None:
        """Let the worker write its checkpoint and go; after `patience` seconds it is killed."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        if process.stdin is not None:
            process.stdin.close()
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _environment() -> dict[str, str]:
    """The same dltui as ours, wherever the command was started; `-P` keeps the current folder out of its path."""
    home = str(Path(dltui.__file__).resolve().parent.parent)
    path = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": home + (os.pathsep + path if path else "")}


def _epitaph(code: int) -> str:
    if code >= 0:
        return f"the engine stopped with code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = "unknown"
    return f"the engine was killed (signal {-code}, {name})"
