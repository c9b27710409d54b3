"""Kill the screen, or what trains, again and again at random moments, and look each time at what is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import msgspec
from hostile import PATIENCE, ROOT, engines, environment, lessons, screen, until

from dltui.journal.events import Started
from dltui.journal.folder import JOURNAL, RunSummary, alive, runs
from dltui.journal.line import decode
from dltui.journal.orders import send
from dltui.journal.process import process_start
from dltui.journal.run import Run
from dltui.journal.work import AnyWork, Resume, Stop, Train
from dltui.lesson.find import course
from dltui.lesson.records import Experiment


@dataclass
class Findings:
    """What went wrong, and how often what was done."""

    kills: int = 0
    events: int = 0
    """Journal lines that were seen before a kill and looked for after it."""
    attached: int = 0
    """Times that the run was found alive, or was taken up again, after a kill."""
    wrong: list[str] = field(default_factory=list)

    def expect(self, right: bool, what: str) -> None:
        if not right:
            self.wrong.append(f"kill {self.kills}: {what}")


def whole_lines(folder: Path) -> list[bytes]:
    """The lines that stand complete in the journal at this moment: whoever wrote them was told that they are safe."""
    try:
        return (folder / JOURNAL).read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return []


def kill(findings: Findings, pid: int, folder: Path | None) -> None:
    """SIGKILL; every line that was complete before it must be there after it, and be sound."""
    before = whole_lines(folder) if folder is not None else []
    os.kill(pid, signal.SIGKILL)
    until(lambda: process_start(pid) is None, "death", PATIENCE)
    findings.kills += 1
    if folder is not None:
        after = whole_lines(folder)
        findings.events += len(before)
        findings.expect(after[: len(before)] == before, "a line that was written is gone or changed")
        findings.expect(all(decode(line) for line in after), "a line is damaged")


def gapless(folder: Path) -> bool:
    """Every step from the first to the last, once."""
    run = Run.read(folder)
    found = list(run.series["loss"].steps) if "loss" in run.series else []
    return found == list(range(1, len(found) + 1))


def only(home: Path) -> RunSummary:
    (summary,) = runs(home / "state")
    return summary


def kill_screens(home: Path, count: int, random: Random, say: Callable[[str], None] = lambda line: None) -> Findings:
    """One run, started by the first screen and kept; `count` screens that attach to it, steer it and are killed, some
    before they have drawn anything. What trains it must outlive them all, and no engine of theirs may stay."""
    findings, words = Findings(), ("--lessons", str(lessons(home / "good")))
    with screen(home, "lab/long", *words) as terminal:
        terminal.until("t train")
        terminal.press("t")
        terminal.until("kept", PATIENCE)
        folder = only(home).folder
        (pid,) = engines(home)
        kill(findings, terminal.process.pid, folder)
    while findings.kills < count:
        step = only(home).step
        with screen(home, "attach", *words) as terminal:
            if random.random() < 0.5:
                terminal.until("kept", PATIENCE)
                if random.random() < 0.5:
                    terminal.press("K", "K", " ")
                    terminal.until("‖ paused", PATIENCE)
                    terminal.press(" ")
                    terminal.until("▸ running", PATIENCE)
            end = time.monotonic() + random.uniform(0.0, 1.5)
            while time.monotonic() < end:
                terminal.pump(0.02)
            kill(findings, terminal.process.pid, folder)
        until(lambda: engines(home) == [pid] or pid not in engines(home), "no engine of the dead screen", PATIENCE)
        findings.expect(engines(home) == [pid], "what trained the run is gone")
        if engines(home) != [pid]:
            break
        until(lambda: only(home).step > step, "progress", PATIENCE)  # noqa: B023  (called at once)
        findings.attached += 1
        say(f"screen {findings.kills}/{count}: the run is at step {only(home).step}")
    findings.expect(send(folder, Stop(run=folder.name)), "the run takes no orders")
    until(lambda: not engines(home), "the end", PATIENCE)
    findings.expect(gapless(folder), "a step is missing")
    findings.expect(only(home).state == "stopped" and bool(only(home).checkpoint), "no checkpoint in the end")
    return findings


class Worker:
    """An engine as the screen starts it."""

    def __init__(self, home: Path) -> None:
        (home / "engines").mkdir(parents=True, exist_ok=True)
        journal = home / "engines" / f"{time.time_ns():x}.jsonl"
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "dltui.engine", "--journal", str(journal)], stdin=subprocess.PIPE, cwd=ROOT,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
            env=environment(home, {"PYTHONPATH": str(ROOT)}),
        )  # fmt: skip

    def say(self, work: AnyWork) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(msgspec.json.encode(work) + b"\n")
        self.process.stdin.flush()

    def bury(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        assert self.process.stdin is not None
        self.process.stdin.close()


def kill_workers(home: Path, count: int, random: Random, say: Callable[[str], None] = lambda line: None) -> Findings:
    """One run that goes from engine to engine, each killed while it trains, some of them just after a checkpoint."""
    findings = Findings()
    entry = next(entry for entry in course([lessons(home / "good")]).entries if entry.id == "lab")
    assert entry.lesson is not None
    step = entry.lesson.step[0]
    assert isinstance(step, Experiment)
    folder = home / "state" / "runs" / "20260101-000000-000-lab-long-0"
    order: AnyWork = Train(run=folder.name, folder=str(folder), lesson="lab", experiment=msgspec.to_builtins(step))
    spare = Worker(home)
    while findings.kills < count:
        worker, spare = spare, Worker(home)  # the next one imports PyTorch while this one trains
        starts = _starts(folder)
        worker.say(order)
        order = Resume(run=folder.name, folder=str(folder))
        until(lambda: _starts(folder) > starts, "a start", PATIENCE)  # noqa: B023  (called at once)
        findings.attached += findings.kills > 0
        if random.random() < 0.3:
            until(lambda: only(home).step > 0, "a step", PATIENCE)
            worker.say(Stop(run=folder.name))
            until(lambda: only(home).state == "stopped", "a checkpoint", PATIENCE)
            worker.say(order)
            until(lambda: _starts(folder) > starts + 1, "a start", PATIENCE)  # noqa: B023  (called at once)
        time.sleep(random.uniform(0.0, 0.5))
        kill(findings, worker.process.pid, folder)
        worker.bury()
        findings.expect(only(home).state == "lost", f"a killed run is {only(home).state}")
        findings.expect(not alive(folder), "a killed owner counts as alive")
        findings.expect(gapless(folder), "a step is missing")
        say(f"worker {findings.kills}/{count}: the run is at step {only(home).step}")
    spare.bury()
    return findings


def _starts(folder: Path) -> int:
    return sum(isinstance(decode(line), Started) for line in whole_lines(folder))
