"""A process that has the libraries loaded and forks a child for each submission. It never sees what is graded.

The grader hands it three pipe ends over a socket; the child reads the request from its own pipe, so neither source nor
inputs of one submission are ever in the memory that the next one inherits. It is started afresh by `jail`, not forked
from the grader, whose memory holds the keys.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
import threading
import time
from importlib import import_module
from pathlib import Path

from dltui.grading import confine, pages, runner

MIB = 2**20
ROOM = {"numpy": 512 * MIB, "torch": 1024 * MIB}
"""Address space for a submission, on top of what the libraries take."""
MOST_REQUEST = 16 * MIB
PATIENCE = 4
"""How much longer than its time of the processor a submission may take: a busy machine is not the learner's fault."""


def main(control: int, library: str, root: str) -> None:
    """Serve until the grader closes the socket. The first message says which layers hold."""
    wire = socket.socket(fileno=control)
    module = import_module(library)
    warm(library)
    sys.path[:] = [folder for folder in sys.path if folder != root]
    size = _address_space() + ROOM[library]
    os.environ.clear()
    gc.collect()
    gc.freeze()
    if library == "torch":  # of the small memory with numpy more would be torn apart again than is saved
        pages.enlarge()
    nowhere = os.open(os.devnull, os.O_RDWR)
    readable = [*confine.standard_library(), *confine.installed(sys.modules), Path(os.devnull)]
    layers = confine.shut_in(readable)
    del module
    gc.collect()
    gc.freeze()
    wire.send(json.dumps({"layers": layers, "threads": threading.active_count()}).encode())
    while True:
        message, pipes, _, _ = socket.recv_fds(wire, 256, 3)
        if not message:
            return
        order = json.loads(message)
        wire.send(json.dumps(_supervised(pipes, order["seconds"], size, wire, nowhere)).encode())


def warm(library: str) -> None:
    """Let the library look at the machine while it still can, without threads."""
    module = import_module(library)
    if library == "torch":
        module.set_num_threads(1)
        one = module.ones(1, 1, 4, 4)
        module.nn.functional.conv2d(one, one[..., :2, :2])
        module.linalg.inv(module.eye(2))
    else:
        module.linalg.inv(module.eye(2))
        module.random.default_rng(0)


def _supervised(pipes: list[int], seconds: float, size: int, wire: socket.socket, nowhere: int) -> dict[str, object]:
    """Fork, wait, kill when the time is over, and tell how it ended."""
    here = os.getpid()
    child = os.fork()
    if child == 0:
        _child(pipes, seconds, size, here, nowhere)
    for pipe in pipes:
        os.close(pipe)
    began = time.monotonic()
    late = not _ended(child, PATIENCE * seconds, wire)
    if late:
        os.kill(child, signal.SIGKILL)
    _, status, used = os.wait4(child, 0)
    late = late or used.ru_utime + used.ru_stime >= seconds
    return {"late": late, "code": os.waitstatus_to_exitcode(status), "seconds": time.monotonic() - began}


def _ended(child: int, seconds: float, wire: socket.socket) -> bool:
    """Wait for the end of the child, at most so long, or until the grader has gone."""
    deadline = time.monotonic() + seconds
    if not hasattr(os, "pidfd_open"):
        while time.monotonic() < deadline:
            if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                return True
            time.sleep(0.002)
        return False
    watched = os.pidfd_open(child)
    try:
        poll = select.poll()
        poll.register(watched, select.POLLIN)
        poll.register(wire, select.POLLHUP)
        ready = poll.poll(max(0.0, deadline - time.monotonic()) * 1000)
        return any(place == watched for place, _ in ready)
    finally:
        os.close(watched)


def _child(pipes: list[int], seconds: float, size: int, parent: int, nowhere: int) -> None:
    """Never returns."""
    try:
        confine.die_with_parent(parent)
        request, results, output = pipes
        for target, source in ((0, nowhere), (1, output), (2, output)):
            os.dup2(source, target)
        keep = sorted((request, results))
        os.closerange(3, keep[0])
        os.closerange(keep[0] + 1, keep[1])
        os.closerange(keep[1] + 1, 1024)
        order = _all(request)
        os.close(request)
        sys.stdout = open(1, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
        sys.stderr = sys.stdout
        confine.narrow(size, seconds)
        runner.attend(order, results)
        sys.stdout.flush()
    finally:
        os._exit(0)


def _all(pipe: int) -> bytes:
    parts = []
    while part := os.read(pipe, MIB):
        parts.append(part)
        if sum(map(len, parts)) > MOST_REQUEST:
            break
    return b"".join(parts)


def _address_space() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:  # no Linux: the limit is not kept there
        return 64 * 1024 * MIB
    return pages * os.sysconf("SC_PAGE_SIZE")
