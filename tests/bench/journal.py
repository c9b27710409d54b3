"""How fast the journal is: `python tests/bench/journal.py`. Prints one line per figure, the median of several tries."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from dltui.journal.events import Finished, Metrics, Started
from dltui.journal.folder import JOURNAL, new_run_id, path, runs
from dltui.journal.progress import Answered, Progress
from dltui.journal.progress import ProgressWriter as Recorder
from dltui.journal.run import Run
from dltui.journal.series import Series
from dltui.journal.tail import Tail
from dltui.journal.writer import Writer

MILLION = 1_000_000


def say(what: str, work: Callable[[], object], tries: int = 7, per: int = 1) -> None:
    times = []
    for _ in range(tries):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    print(f"{statistics.median(times) / per * 1e3:10.4f} ms  (best {min(times) / per * 1e3:.4f})  {what}")


def batches(count: int, size: int) -> list[Metrics]:
    value = random.Random(0).random
    made = []
    for n in range(count):
        steps = list(range(n * size, (n + 1) * size))
        made.append(Metrics(series={"loss": (steps, [value() for _ in steps])}, seconds=n / 20))
    return made


def of_series() -> None:
    series, value = Series(), random.Random(0).random
    values = [value() for _ in range(MILLION)]
    say("append one value", lambda: Series().extend(range(100_000), values[:100_000]), 5, 100_000)
    series.extend(range(MILLION), values)
    say("window: 1M points, 200 columns", lambda: series.window(0, MILLION, 200))
    say("window: 1000 points of 1M, 200 columns", lambda: series.window(500_000, 501_000, 200))
    series.append(MILLION, None)
    say("window: 1M points and a gap, 200 columns", lambda: series.window(0, MILLION, 200))
    say("bounds of 1M points", series.bounds)
    series.smoothed(0.9)
    say("smoothed, nothing new", lambda: series.smoothed(0.9))


def of_journals(folder: Path) -> None:
    events = batches(2_000, 100)
    with Writer(folder / JOURNAL, durable_kinds=()) as writer:
        one = iter(events)
        say("append a batch of 100 values", lambda: writer.append(next(one)), 1_000)
        for event in one:
            writer.append(event)
    tail = Tail(folder / JOURNAL)
    while tail.read():
        pass
    say("tail with nothing new", tail.read, 1_000)
    say("read a run of 200 000 values", lambda: Run.read(folder), 5)


def of_folders(state: Path) -> None:
    generator = Random(0)
    for number in range(500):
        folder = path(state, new_run_id("lesson", "step", 1.75e9 + number, generator))
        folder.mkdir(parents=True)
        start = Started(run=folder.name, lesson="lesson", step_id="step", experiment={"lr": 0.1}, digest="", seed=0,
                        device="cpu", device_reason="", threads=1, torch="", steps=400, parameters=9,
                        points=[[0.1, 0.2, 1.0]] * 400)  # fmt: skip
        with Writer(folder / JOURNAL, durable_kinds=()) as writer:
            writer.append(start, *batches(40, 10), Finished(step=400, reason="done", seconds=1.0, final={}))
    say("list 500 runs", lambda: runs(state))


def of_progress(folder: Path) -> None:
    with Recorder(folder) as recorder, Writer(folder / "more.jsonl", durable_kinds=()) as writer:
        answer = Answered(lesson="a", step_id="b", question="c", given="3x4", outcome="right", score=1.0)
        say("record an answer, on the disk", lambda: recorder.record(answer), 50)
        for _ in range(5_000 - 50):
            writer.append(answer)
    say("read 5 000 lines of progress", lambda: Progress.read(folder))


if __name__ == "__main__":
    of_series()
    for bench in (of_journals, of_folders, of_progress):
        with tempfile.TemporaryDirectory() as place:
            bench(Path(place))
