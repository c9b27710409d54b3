"""The grader's end of the jail: send code and inputs in, take plain values out, survive whatever happens there."""

from __future__ import annotations

import os
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any, Literal, Self

import msgspec
from msgspec import Struct

from dltui.grading import bubblewrap
from dltui.grading.confine import LAYERS
from dltui.grading.zygote import PATIENCE
from dltui.text import clean

ROOT = Path(__file__).resolve().parent.parent.parent
BOOT = """\
import sys
root, control, library = sys.argv[1:]
sys.path.insert(0, root)
from dltui.grading.zygote import main
main(int(control), library, root)
"""
MOST_RESULTS = 2**20
MOST_PRINTED = 64 * 1024
MOST_DISCARDED = 8 * 2**20
"""Bytes of output that are thrown away before the pipe is closed."""
MOST_LINES = 64 * 1024
"""Of a file that is handed in: another number of a line is none."""
START = 120.0
"""Seconds that a library may take to load."""
GRACE = 10.0
"""Seconds after which a jail that does not answer is given up."""
Library = Literal["numpy", "torch"]


class NoJail(RuntimeError):
    """Code cannot be run here: one sentence."""


class Answer(Struct, frozen=True):
    """What became of one call, as the child wrote it."""

    kind: Literal["value", "raised", "missing", "broken"]
    value: Any = None
    """Numbers and lists of them, or the text of an error. Foreign: judge it, clean it."""
    line: int = 0


class Ran(Struct, frozen=True):
    """What became of one submission."""

    answers: list[Answer]
    """In the order of the calls; fewer where it ended before."""
    printed: str
    end: Literal["done", "late", "killed", "flood"]
    """flood: it wrote more results than fit."""
    seconds: float


class Jail:
    """One zygote, started when it is first needed, and again when it is lost. One submission at a time."""

    def __init__(self, uses: Library) -> None:
        self._uses = uses
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._wire: socket.socket | None = None
        self._layers: tuple[str, ...] = ()
        self.wrapped = False
        """Whether there is bubblewrap around it, since it was started."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def missing(self) -> list[str]:
        """The layers that this machine does not have; with any, the isolation is weak. Raises NoJail."""
        with self._lock:
            self._started()
            return [name for name in LAYERS if name not in self._layers]

    def run(self, source: str, calls: Sequence[tuple[str, Sequence[Any]]], seconds: float) -> Ran:
        """Call functions of `source` one after the other, with so much time of the processor. Raises NoJail."""
        request = msgspec.json.encode({"source": source, "uses": self._uses, "calls": calls})
        with self._lock:
            wire = self._started()
            try:
                return _exchange(wire, request, seconds)
            except (OSError, msgspec.DecodeError):
                self._stop()
        return Ran([], "", "killed", seconds)

    def close(self) -> None:
        with self._lock:
            self._stop()

    def _stop(self) -> None:
        if self._wire is not None:
            self._wire.close()
        if self._process is not None:
            try:
                self._process.wait(1)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._wire = self._process = None

    def _started(self) -> socket.socket:
        if self._wire is not None and self._process is not None and self._process.poll() is None:
            return self._wire
        self._stop()
        if not hasattr(os, "fork"):
            raise NoJail("code is run on Linux and macOS only")
        program = bubblewrap.found()
        for wrapper in [program, ""] if program else [""]:  # one that may not make namespaces ends at once
            wire = self._start(wrapper)
            try:
                self._layers = tuple(msgspec.json.decode(wire.recv(4096))["layers"])
            except (OSError, msgspec.DecodeError):
                self._stop()
            else:
                self.wrapped = bool(wrapper)
                return wire
        raise NoJail(f"a process with {self._uses} does not start: is {self._uses} installed?")

    def _start(self, wrapper: str) -> socket.socket:
        """A new process, in a wrapper if there is one; our end of the wire to it."""
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-I", "-c", BOOT, str(ROOT), str(theirs.fileno()), self._uses]
            if wrapper:
                readable = bubblewrap.interpreter(ROOT)
                command = bubblewrap.around(wrapper, command, readable, _environment())
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
                env=_environment(), pass_fds=[theirs.fileno()], start_new_session=True,
            )  # fmt: skip
        ours.settimeout(START)
        self._wire = ours
        return ours


def _environment() -> dict[str, str]:
    """Nothing of the grader's but where its libraries are; one thread for each library."""
    alone = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "MKL", "OPENBLAS", "NUMEXPR", "VECLIB_MAXIMUM")}
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH") if name in os.environ}
    return {"LANG": "C.UTF-8", "CUDA_VISIBLE_DEVICES": "", **alone, **kept}


def _exchange(wire: socket.socket, request: bytes, seconds: float) -> Ran:
    """Raises OSError where the zygote is lost, DecodeError where it makes no sense."""
    mine, theirs = _pipes()
    try:
        try:
            socket.send_fds(wire, [msgspec.json.encode({"seconds": seconds})], theirs)
        finally:
            for pipe in theirs:
                os.close(pipe)
        traffic = _Traffic(wire, mine, request, PATIENCE * seconds + GRACE)
        traffic.carry()
    finally:
        for pipe in mine:
            os.close(pipe)
    told = msgspec.json.decode(traffic.said)
    flood = len(traffic.results) > MOST_RESULTS
    end: Literal["done", "late", "killed", "flood"] = (
        "flood" if flood else "late" if told["late"] else "killed" if told["code"] else "done"
    )
    printed = bytes(traffic.printed[:MOST_PRINTED]).decode("utf-8", "replace")
    answers = [] if flood else _answers(bytes(traffic.results))
    return Ran(answers, clean(printed), end, told["seconds"])


def _pipes() -> tuple[list[int], list[int]]:
    """Our ends and theirs of the pipes for the request, the results and what is printed."""
    taken, request = os.pipe()
    results, given = os.pipe()
    output, printed = os.pipe()
    mine = [request, results, output]
    for pipe in mine:
        os.set_blocking(pipe, False)
    return mine, [taken, given, printed]


def _answers(data: bytes) -> list[Answer]:
    found = []
    for line in data.split(b"\n"):
        try:
            match msgspec.json.decode(line):
                case ["value", value]:
                    found.append(Answer("value", value))
                case ["raised" | "broken" as kind, str(said), int(number)]:
                    found.append(Answer(kind, said, number if 0 <= number <= MOST_LINES else 0))
                case ["missing", str(name)]:
                    found.append(Answer("missing", name))
                case _:
                    break
        except (msgspec.DecodeError, RecursionError):
            break
    return found


class _Traffic:
    """What goes through the pipes of one submission, bounded in size and time."""

    def __init__(self, wire: socket.socket, mine: list[int], request: bytes, seconds: float) -> None:
        self.results, self.printed, self.said = bytearray(), bytearray(), b""
        self._wire = wire
        self._mine = mine
        self._request, self._results, self._output = mine
        self._left = memoryview(request)
        self._discarded = 0
        self._deadline = time.monotonic() + seconds

    def carry(self) -> None:
        """Until the zygote says how it ended. Raises OSError."""
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._wire, selectors.EVENT_READ)
            waiting.register(self._request, selectors.EVENT_WRITE)
            for pipe in (self._results, self._output):
                waiting.register(pipe, selectors.EVENT_READ)
            while not self.said:
                rest = self._deadline - time.monotonic()
                if rest <= 0:
                    raise TimeoutError
                for key, _ in waiting.select(rest):
                    self._moved(key.fd, waiting)
        while not all([self._taken(self._results), self._taken(self._output)]):
            pass  # what was still in the pipes

    def _moved(self, place: int, waiting: selectors.BaseSelector) -> None:
        if place == self._wire.fileno():
            self.said = self._wire.recv(4096)
            if not self.said:
                raise ConnectionError
        elif place == self._request:
            if self._sent():
                self._close(place, waiting)  # here and now: the child reads to the end
        elif self._taken(place):
            self._close(place, waiting)  # whoever writes on is told, and need not be waited for

    def _close(self, place: int, waiting: selectors.BaseSelector) -> None:
        waiting.unregister(place)
        self._mine.remove(place)
        os.close(place)

    def _sent(self) -> bool:
        """Send on; True when there is nothing more to send."""
        try:
            self._left = self._left[os.write(self._request, self._left) :]
        except BlockingIOError:
            return False
        except BrokenPipeError:
            return True
        return not self._left

    def _taken(self, place: int) -> bool:
        """Read on; True when no more will come, or no more is wanted."""
        if place not in self._mine:  # closed: the number may be another's by now
            return True
        try:
            data = os.read(place, 65536)
        except BlockingIOError:
            return bool(self.said)  # of a child that has ended
        kept, most = (self.results, MOST_RESULTS) if place == self._results else (self.printed, MOST_PRINTED)
        kept += data[: max(0, most + 1 - len(kept))]
        self._discarded += len(data)
        return not data or len(kept) > most and (place == self._results or self._discarded > MOST_DISCARDED)
