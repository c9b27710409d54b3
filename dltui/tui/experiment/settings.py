"""The experiment as the learner has set it: knobs turned, one in hand."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from dltui.lesson.change import apply, place, value
from dltui.lesson.records import Experiment, Knob
from dltui.lesson.share import changes


class Settings:
    """Never changes the lesson's own experiment."""

    def __init__(self, experiment: Experiment, now: Experiment | None = None) -> None:
        self._original = experiment
        self.experiment = now or experiment
        self._chosen = 0

    @property
    def knobs(self) -> list[Knob]:
        return self._original.knobs

    def choose(self, by: int) -> None:
        if self.knobs:
            self._chosen = (self._chosen + by) % len(self.knobs)

    def turn(self, by: int) -> bool:
        """Set the knob in hand to its next value. False at either end."""
        if not self.knobs:
            return False
        knob = self.knobs[self._chosen]
        now = value(self.experiment, knob.set)
        # the seed may have been taken beyond the knob's values by another key
        place = knob.values.index(now) + by if now in knob.values else 0 if by < 0 else len(knob.values) - 1
        if not 0 <= place < len(knob.values):
            return False
        self.experiment = apply(self.experiment, {knob.set: knob.values[place]})
        return True

    def reseed(self) -> None:
        """The next seed: other initial weights, another order of the data."""
        self.experiment = apply(self.experiment, {"seed": self.experiment.seed + 1})

    def reset(self) -> None:
        self.experiment = self._original

    def labels(self, experiments: Sequence[Experiment]) -> list[tuple[str, str]]:
        """For each run what sets it apart from the others: only the settings in which they differ, with their names
        and, for small charts, without."""
        names = {knob.set: knob.label for knob in self.knobs} | {"seed": "seed"}
        rows = [{name: value(each, name) for name in names} for each in experiments]
        differing = [name for name in names if len({row[name] for row in rows}) > 1]
        long = [", ".join(f"{names[name]} {row[name]}" for name in differing) for row in rows]
        short = ["/".join(str(row[name]) for name in differing) for row in rows]
        return list(zip(long, short, strict=True))

    def rows(self) -> Text:
        """One line per knob, the one in hand marked, its value among its neighbours."""
        text = Text(no_wrap=True, overflow="ellipsis")
        wide = max((len(knob.label) for knob in self.knobs), default=0)
        for index, knob in enumerate(self.knobs):
            here = index == self._chosen
            text.append("\n" if index else "")
            text.append("▸ " if here else "  ", "bold")
            text.append(f"{knob.label:<{wide}}  ", "bold" if here else "")
            now = value(self.experiment, knob.set)
            for each in knob.values if now in knob.values else [*knob.values, now]:
                if each == now:
                    text.append(f"‹{each}›", "bold reverse" if here else "bold")
                else:
                    text.append(f" {each} ", "dim")
        if also := self._beside():
            text.append("\n" if self.knobs else "")
            text.append(f"  also set: {also}", "bold")
        return text

    def _beside(self) -> str:
        """What is set otherwise than in the lesson though no knob does it."""
        turned = {place(self.experiment, knob.set) for knob in self.knobs} | {"seed"}
        return ", ".join(f"{name.removeprefix('optimizer.')} {value}"
                         for name, value in changes(self._original, self.experiment).items() if name not in turned)
