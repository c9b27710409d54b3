"""The runs of a comparison that differ in the seed alone, seen as one run: their mean."""

from __future__ import annotations

from collections.abc import Sequence

from dltui.journal.run import Run
from dltui.journal.series import Series
from dltui.journal.spread import Spread
from dltui.lesson.change import ChangeError, read
from dltui.lesson.comparison import groups, variants


class Team:
    """`run` can be drawn like any other; its pictures are those of the first member."""

    def __init__(self, label: str, members: Sequence[Run]) -> None:
        self.label = label
        self.members = list(members)
        self.spreads: dict[str, Spread] = {}
        """By metric; empty for a team of one."""
        self.run = Run() if len(self.members) > 1 else self.members[0]

    def follow(self) -> None:
        """Take in what the members have measured since the last time."""
        if len(self.members) == 1:
            return
        first, run = self.members[0], self.run
        run.started, run.steps, run.device, run.device_reason = first.started, first.steps, first.device, ""
        run.domain, run.points, run.snapshots = first.domain, first.points, first.snapshots
        run.step = max(each.step for each in self.members)
        growing = [not each.over for each in self.members]
        states = {each.state for each in self.members}
        run.state = states.pop() if len(states) == 1 else "running" if any(growing) else "done"
        for name in first.series:
            spread = self.spreads.setdefault(name, Spread())
            spread.follow([each.series.get(name, Series()) for each in self.members], growing)
            run.series[name] = spread.mean


def teams(run: Run) -> list[Team]:
    """One for each line of the comparison, in its order; none while not all of its runs have begun."""
    if run.started is None or not run.variants:
        return []
    try:
        experiment = read(run.started.experiment)
        every = variants(experiment)
    except ChangeError:
        return []
    if len(every) != len(run.variants):
        return []
    return [Team(label or "mean", [run.variants[place] for place in places])
            for label, places in groups(experiment, every)]  # fmt: skip
