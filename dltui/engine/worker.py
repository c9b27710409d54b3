"""Does the work of an inbox, one run after the other, until it closes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import nullcontext
from functools import partial
from os import getpid
from pathlib import Path

import msgspec
import torch

from dltui.engine import device
from dltui.engine.gradients import answer
from dltui.engine.inbox import Inbox, Job
from dltui.engine.log import log
from dltui.engine.memory import give_back
from dltui.engine.orders import Pace, steered
from dltui.engine.recording import Busy, record
from dltui.engine.revival import CheckpointError, revival
from dltui.engine.sweep import train
from dltui.journal.events import AnyEvent, Failed, Ready, Started, Unwritten
from dltui.journal.folder import prune
from dltui.journal.work import Check, Probe, Resume, Train
from dltui.journal.writer import Writer
from dltui.lesson.change import ChangeError, read
from dltui.lesson.layers import Linear, Tanh
from dltui.lesson.records import Experiment, Optimizer
from dltui.text import one_line

RETRY_SECONDS = 1.0
"""Between two tries to write what a full disk did not take."""
THREADS = 1
"""More make small models slower, and the numbers of a run depend on it."""
WARM_UP = Experiment(
    id="warm-up", title="", data="xor", model=[Linear(out=2), Tanh(), Linear(out=2)], loss="cross_entropy",
    optimizer=Optimizer(kind="adam", lr=0.1), steps=2, show=["loss", "regions"],
)  # fmt: skip


def serve(inbox: Inbox, journal: Path, state: Path | None, began: float) -> int:
    """Warm up, say so in the worker's own journal, clear up among the old runs in `state`, then work until the inbox
    closes. Returns the exit code."""
    torch.set_num_threads(THREADS)
    for _ in train(WARM_UP, lesson="", run="", device="cpu"):  # the first step of a process is the slowest
        pass
    with Writer(journal) as own:
        there = device.available()
        best, seconds = there[1] if len(there) > 1 else there[0], time.monotonic() - began
        own.append(Ready(pid=getpid(), torch=str(torch.__version__), device=best, seconds=seconds))
        if state is not None and inbox.idle:
            prune(state)
        while (job := _next(inbox, own)) is not None:
            _do(job, own, inbox)
    return 0


def _next(inbox: Inbox, own: Writer) -> Job | None:
    while own.trouble and not inbox.wanted(RETRY_SECONDS):
        own.append()
    return inbox.next()


def _do(job: Job, own: Writer, inbox: Inbox) -> None:
    """What has no place in the journal of the run is told in the worker's own."""

    def tell(message: str, begun: bool) -> None:
        log(f"{job.work.run}: {message}")
        own.append(Unwritten(run=job.work.run, begun=begun, message=message))

    def patient() -> bool:
        own.append()
        return not inbox.wanted(RETRY_SECONDS)

    folder, pace = Path(job.work.folder), Pace()
    trains = isinstance(job.work, Train | Resume)
    try:
        lost = record(
            folder,
            partial(_events, job),
            pace.hear,
            on_trouble=lambda cause: tell(f"{cause}. The run goes on; its curve follows when there is room.", True),
            patient=patient,
            steered=partial(steered, folder, job.control, pace) if trains else nullcontext,
        )
    except Busy as error:
        tell(one_line(str(error), 200), False)
    except OSError as error:
        tell(f"The run cannot be written: {one_line(str(error), 200)}", False)
    else:
        if lost:
            tell(f"{lost}. The end of the run is lost.", True)
    give_back()


def _events(job: Job) -> Iterator[AnyEvent]:
    work, folder, resume = job.work, Path(job.work.folder), None
    if isinstance(work, Check | Probe):
        yield from answer(work)
        return
    try:
        if isinstance(work, Resume):
            started, experiment, resume = revival(folder)
            lesson, on, why = started.lesson, started.device, started.device_reason
        else:
            lesson, experiment, on, why = work.lesson, read(work.experiment), work.device, ""
    except (CheckpointError, ChangeError) as error:
        yield Failed(step=0, reason="invalid", message=one_line(str(error), 300))
        return
    events = train(
        experiment, lesson=lesson, run=work.run, device=on, control=job.control, resume=resume, folder=folder
    )
    for event in events:
        yield msgspec.structs.replace(event, device_reason=why) if why and isinstance(event, Started) else event
