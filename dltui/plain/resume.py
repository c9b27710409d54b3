"""Going on with a run that ended before its time: stopped, killed, or on a machine that went down."""

from __future__ import annotations

from pathlib import Path

from dltui.engine.revival import CheckpointError, Revival, revival
from dltui.journal.folder import RunSummary, runs
from dltui.journal.run import Run
from dltui.lesson.change import ChangeError
from dltui.places import usable_state
from dltui.plain.train import ended, followed
from dltui.text import one_line


class NothingToResume(Exception):
    """One sentence: which run there is not, or why it cannot go on."""


OVER = ("stopped", "lost", "failed")
"""States that a run can be taken up from."""


def resume(run: str, place: tuple[str, str] | None, *, device: str, as_json: bool) -> int:
    """Go on with a run by its name, or with the newest that ended before its time, of a lesson and step if given.
    Returns the exit code of `train`. Raises NothingToResume."""
    found = chosen(run, place)
    try:
        revived = revival(found.folder)
    except (CheckpointError, ChangeError) as error:
        raise NothingToResume(one_line(str(error), 300)) from None
    return ended(lambda: _again(found.folder, revived, device), as_json=as_json)


def chosen(run: str, place: tuple[str, str] | None) -> RunSummary:
    """The run that is meant. Raises NothingToResume."""
    there = runs(usable_state().folder)
    if run:
        named = [each for each in there if each.run == run] or [each for each in there if each.run.endswith(run)]
        if len(named) != 1:
            raise NothingToResume(f"there {'is no run' if not named else 'are several runs'} {one_line(run, 80)};"
                                  " `dltui runs` lists them")  # fmt: skip
        if named[0].state not in OVER:
            raise NothingToResume(f"the run {named[0].run} is {named[0].state}: there is nothing to resume")
        return named[0]
    for each in there:
        if each.state in OVER and each.step_id and place in (None, (each.lesson, each.step_id)):
            return each
    of = f" of {place[0]}/{place[1]}" if place else ""
    raise NothingToResume(f"no run{of} ended before its time; `dltui runs` lists all runs")


def _again(folder: Path, revived: Revival, device: str) -> Run:
    on = revived.started.device if device == "auto" else device
    return followed(revived.started.lesson, revived.experiment, folder, on, resume=revived.checkpoint)
