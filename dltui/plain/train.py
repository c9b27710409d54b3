"""Training in lines: a progress bar on stderr while it runs, the chart and the numbers on stdout when it is done."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from dltui.engine.checkpoint import Checkpoint
from dltui.engine.distributed import leads
from dltui.engine.headless import Busy, Terminated, run
from dltui.journal import folder
from dltui.journal.events import Adapted, AnyEvent, Metrics, Started
from dltui.journal.run import Run
from dltui.lesson.comparison import Shard
from dltui.lesson.records import Experiment, Lesson
from dltui.places import usable_state
from dltui.plain.outcome import FAILED, Lines, Say, code, measured, step_of, summary, tell
from dltui.plain.talk import Talk
from dltui.text import clean, one_line


def train(
    lesson: Lesson, experiment: Experiment, *, device: str, as_json: bool, shard: Shard | None = None
) -> int:
    """Train one experiment and return the exit code: 0 done, 1 diverged or failed, 130 stopped."""
    return ended(lambda: begun(lesson, experiment, device, shard), as_json=as_json)


def ended(work: Callable[[], Run], *, as_json: bool) -> int:
    """Do the work, tell how the run ended, and return the exit code."""
    if (state := usable_state()).why:
        _complain(state.why)
    try:
        done = work()
    except Terminated as error:
        done = error.run
    except (Busy, OSError) as error:
        _complain(refused(error))
        return FAILED
    if not leads():  # one of several processes speaks for all
        pass
    elif as_json:
        print(summary(done))
    elif done.started is not None:
        tell(done, Talk())
    if done.message and (as_json or done.started is None):
        _complain(done.message)
    return code(done)


def refused(error: Busy | OSError) -> str:
    """Why a run did not begin."""
    if isinstance(error, Busy):
        return str(error)
    return f"The run cannot be written: {one_line(f'{error.strerror}: {error.filename}', 300)}."


def begun(
    lesson: Lesson, experiment: Experiment, device: str, shard: Shard | None = None, say: Say | None = None
) -> Run:
    """Train in a new run folder; see `followed`."""
    state = usable_state().folder
    run_id = folder.new_run_id(lesson.id, experiment.id, time.time(), random.Random())
    return followed(lesson.id, experiment, folder.path(state, run_id), device, shard=shard, say=say)


def followed(
    lesson: str,
    experiment: Experiment,
    where: Path,
    device: str,
    *,
    resume: Checkpoint | None = None,
    shard: Shard | None = None,
    say: Say | None = None,
) -> Run:
    """Train into a run folder, with a bar or lines of progress on stderr, or lines that are given to `say`. Raises
    Busy, Terminated, OSError."""
    work = partial(run, experiment, lesson, where, device=device, resume=resume, shard=shard)
    if say is not None:
        return work(on_event=Lines(say), on_trouble=say)
    console = Console(stderr=True)
    if not console.is_terminal or console.is_dumb_terminal or not leads():
        return work(on_event=Lines(), on_trouble=_complain)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(),
               TextColumn("{task.fields[now]}", markup=False), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        follower = _Bar(bar, bar.add_task(clean(experiment.title, lines=False), total=None, now=""))
        return work(on_event=follower, on_trouble=lambda message: bar.console.print(f"dltui: {message}", markup=False))


@dataclass
class _Bar:
    bar: Progress
    task: TaskID

    def __call__(self, event: AnyEvent) -> None:
        if isinstance(event, Started):
            self.bar.update(self.task, total=event.steps)
        elif isinstance(event, Metrics) and event.series:
            self.bar.update(self.task, completed=step_of(event), now=measured(event))
        elif isinstance(event, Adapted):
            self.bar.console.print(f"dltui: {event.message}", markup=False)


def _complain(message: str) -> None:
    print(f"dltui: {clean(message)}", file=sys.stderr)
