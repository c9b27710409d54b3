"""Where settings that were handed in are trained: a worker process like that of the screen, given one run after the
other, with an end to its patience. What comes back are journals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

import msgspec
from msgspec.structs import replace

import dltui
from dltui.journal.events import Ready
from dltui.journal.folder import JOURNAL
from dltui.journal.run import Run
from dltui.journal.tail import Tail
from dltui.journal.work import Train
from dltui.lesson.records import Experiment
from dltui.quiz.stars import Ended, ended
from dltui.text import one_line

START = 120.0
"""Seconds that PyTorch may take to be imported."""
PATIENCE = 20
"""How many times as long as the challenge says a run may take: a slow machine is not the learner's fault."""
GRACE = 20.0
"""Seconds on top of that."""
LOOKS = 0.02
"""Seconds between two looks at a journal."""
Told = Callable[[int, Run], None]
"""Hears the number of the run, from 0, and how it stands, whenever there is news of it."""


class NoTrack(RuntimeError):
    """Nothing can be trained here: one sentence."""


def silent(number: int, run: Run) -> None:
    """Hears nothing."""


class Track:
    """One worker, started when it is first needed, and again when it is lost. One run at a time, on the processor: the
    same numbers on every machine of a kind."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._home: tempfile.TemporaryDirectory[str] | None = None
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(self, made: Experiment, seeds: Sequence[int], seconds: float, told: Told = silent) -> list[Ended]:
        """Train once with each seed; `seconds` is how long one run takes on an ordinary computer. Stops at the first
        that says nothing about the settings. Raises NoTrack."""
        found: list[Ended] = []
        for number, seed in enumerate(seeds):
            seen = replace(made, seed=seed, show=["loss"], knobs=[], predict=None, compare={}, claim="")
            found.append(self._one(seen, number, seconds, told))
            if found[-1].state == "failed":
                break
        return found

    def close(self) -> None:
        """End the worker and forget its journals."""
        self._kill()
        if self._home is not None:
            with suppress(OSError):
                self._home.cleanup()
            self._home = None

    def _one(self, made: Experiment, number: int, seconds: float, told: Told) -> Ended:
        process, home = self._started()
        self._count += 1
        name = f"run-{self._count}"
        folder = home / name
        work = Train(run=name, folder=str(folder), lesson="challenge", experiment=msgspec.to_builtins(made),
                     device="cpu")  # fmt: skip
        run, tail, deadline = Run(), Tail(folder / JOURNAL), time.monotonic() + PATIENCE * seconds + GRACE
        assert process.stdin is not None, "asked for"
        try:
            process.stdin.write(msgspec.json.encode(work) + b"\n")
            process.stdin.flush()
        except OSError:
            self._kill()
            return Ended("failed", message="the process that trains was lost")
        while not run.over:
            if news := tail.read():
                for event in news:
                    run.apply(event)
                told(number, run)
            elif process.poll() is not None:
                self._kill()
                return Ended("failed", message="the process that trains was lost: perhaps memory ran out")
            elif time.monotonic() > deadline:
                self._kill()
                return Ended("failed", message=f"a run took more than {PATIENCE} times its {seconds:g} s")
            else:
                time.sleep(LOOKS)
        return ended(run.state, run.final, one_line(run.message, 300))

    def _started(self) -> tuple[subprocess.Popen[bytes], Path]:
        """The worker, ready for work, and where its journals go. Raises NoTrack."""
        if self._home is None:
            self._home = tempfile.TemporaryDirectory(prefix="dltui-")
        home = Path(self._home.name)
        if self._process is not None and self._process.poll() is None:
            return self._process, home
        self._count += 1
        own = home / f"worker-{self._count}.jsonl"
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "dltui.engine", "--journal", str(own)],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_environment(),
                start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise NoTrack(f"no process can be started: {error.strerror}") from None
        tail, deadline = Tail(own), time.monotonic() + START
        while not any(isinstance(event, Ready) for event in tail.read()):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._kill()
                raise NoTrack("a process with PyTorch does not start: is torch installed?")
            time.sleep(LOOKS)
        return self._process, home

    def _kill(self) -> None:
        if self._process is None:
            return
        with suppress(OSError):
            os.killpg(self._process.pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        if self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()
        self._process = None


def _environment() -> dict[str, str]:
    """The same dltui as ours, wherever the command was started; `-P` keeps the current folder out of its path. No
    graphics card is looked for."""
    home = str(Path(dltui.__file__).resolve().parent.parent)
    path = os.environ.get("PYTHONPATH")
    return {**os.environ, "CUDA_VISIBLE_DEVICES": "", "PYTHONPATH": home + (os.pathsep + path if path else "")}
