"""The screen's end of the engine: starts the worker process, hands it work, notices when it dies.

Results never come back through here: they are journals, read by `journal.tail`.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

import msgspec

import dltui
from dltui.journal.events import Ready, Unwritten
from dltui.journal.folder import JOURNAL, alive, engines_dir, summary
from dltui.journal.keeping import outlasts
from dltui.journal.tail import Tail
from dltui.journal.work import AnyWork, Keep, Resume, Train
from dltui.places import ensure

Phase = Literal["off", "warming", "ready", "dead"]
DEAF = 0.3
"""Seconds that a full pipe may keep the screen waiting. The worker reads in a thread of its own: it always has time."""

LAST_WORDS = 0.1
"""Seconds for a worker that hangs to write down where."""


@dataclass(frozen=True)
class EngineState:
    phase: Phase
    said: str
    """A few words for the status line."""
    unwritten: Unwritten | None = None
    """What the worker said last about a journal that it cannot write."""


class Engine:
    """A worker in its own session: a key typed at the terminal or a lost connection never reaches it by signal.

    When its standard input closes it finishes the run in hand, if that takes long or was to be kept, and else stops it
    with a checkpoint; then it ends by itself. So a killed screen leaves no stray process.
    """

    def __init__(self, state: Path) -> None:
        self._state = state
        self._process: subprocess.Popen[bytes] | None = None
        self._tail: Tail | None = None
        self._ready: Ready | None = None
        self._unwritten: Unwritten | None = None
        self._runs: set[str] = set()
        self.kept: dict[str, bool] = {}
        """For each run for which it was said: whether it goes on when the lab closes."""
        self._last: Path | None = None
        self._died = ""

    def start(self) -> None:
        """Start the worker unless one is alive. Raises OSError when there is no process to be had."""
        if self._process is not None and self._process.poll() is None:
            return
        self._forget()
        folder = engines_dir(self._state)
        name = f"{time.time_ns():x}-{os.getpid()}"
        with _log(folder / f"{name}.log") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "dltui.engine", "--journal", str(folder / f"{name}.jsonl"),
                 "--state", str(self._state)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,  # textual draws on stderr: a warning from torch would land on the screen
                env=_environment(),
                bufsize=0,
                start_new_session=True,
            )
        assert self._process.stdin is not None
        os.set_blocking(self._process.stdin.fileno(), False)
        self._tail = Tail(folder / f"{name}.jsonl")

    def send(self, work: AnyWork) -> None:
        """Hand over one line of work, with a fresh worker when the last one died. Raises OSError if none starts, or if
        the worker takes no orders any more."""
        self.start()
        line = msgspec.json.encode(work) + b"\n"
        try:
            self._write(line)
        except BrokenPipeError:
            self.end()
            self.start()
            self._write(line)
        if isinstance(work, Train | Resume):
            self._runs.add(work.run)
            self._last = Path(work.folder)

    def owns(self, run: str) -> bool:
        """Whether this worker was given the run; another one's runs can be watched but take no orders from here."""
        return run in self._runs

    @property
    def busy(self) -> bool:
        """Whether a run is in its hands or on its way there."""
        if self._last is None or self._process is None or self._process.poll() is not None:
            return False
        return alive(self._last) or not (self._last / JOURNAL).exists()

    def lasting(self) -> str:
        """The run in hand if it is to go on when the lab closes; empty if there is none."""
        if self._last is None or not self.busy:
            return ""
        run, choice = self._last.name, self.kept.get(self._last.name)
        seen = summary(self._last)
        if seen.state == "paused" or (seen.state != "running" and not choice):
            return ""
        return run if outlasts(choice, seen.seconds, seen.step, seen.steps) else ""

    def _write(self, line: bytes) -> None:
        """Never waits for long: a worker that hangs must not take the screen with it."""
        assert self._process is not None and self._process.stdin is not None
        pipe = self._process.stdin.fileno()
        while line:
            if not select.select([], [pipe], [], DEAF)[1]:
                self.end()  # half a line may be in the pipe: nothing after it would be understood
                raise TimeoutError("the engine took no orders and was ended")
            with suppress(BlockingIOError):
                line = line[os.write(pipe, line) :]

    def poll(self) -> EngineState:
        """Where the worker stands now; cheap enough for every tick."""
        if self._process is None:
            return EngineState("dead", self._died) if self._died else EngineState("off", "engine off")
        for event in self._tail.read() if self._tail is not None else ():
            if isinstance(event, Ready):
                self._ready = event
            elif isinstance(event, Unwritten):
                self._unwritten = event
                if not event.begun:
                    self._runs.discard(event.run)
        code = self._process.poll()
        if code is not None:
            self._died = self._died or _epitaph(code)
            return EngineState("dead", self._died, self._unwritten)
        if self._ready is None:
            return EngineState("warming", "engine warming up", self._unwritten)
        return EngineState("ready", self._ready.device, self._unwritten)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def end(self) -> None:
        """Kill the worker, whatever it does: one that hangs listens to nothing else. Where it hung is in its log."""
        if self._process is not None:
            if self._ready is not None and hasattr(signal, "SIGUSR1"):
                self._process.send_signal(signal.SIGUSR1)
                time.sleep(LAST_WORDS)
            _kill(self._process)
            self._forget()
            self._died = "the engine did not answer and was ended"

    def close(self, patience: float = 1.0) -> str:
        """Leave the worker alone with a run that is to go on, whose name is returned; else let it write its checkpoint
        and go, and kill it after `patience` seconds."""
        going_on = self.lasting()
        if going_on:
            try:
                self._write(msgspec.json.encode(Keep(run=going_on)) + b"\n")
            except OSError:  # it hangs, or has just ended
                going_on = ""
        process = self._process
        if process is None:
            return ""
        if process.stdin is not None:
            process.stdin.close()
        if not going_on and process.poll() is None:
            process.terminate()
            try:
                process.wait(patience)
            except subprocess.TimeoutExpired:
                _kill(process)
        return going_on

    def _forget(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
        self._process = self._tail = self._ready = self._unwritten = None
        self._runs = set()
        self._died = ""


def _log(path: Path) -> IO[bytes]:
    """Where the worker complains; nowhere if there is no room for it."""
    try:
        ensure(path.parent)
        return path.open("wb")
    except OSError:
        return Path(os.devnull).open("wb")


def _kill(process: subprocess.Popen[bytes]) -> None:
    """With all that it started; a stopped process can be killed too."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):  # deep in a driver: it goes when it comes back
        process.wait(0.5)


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
