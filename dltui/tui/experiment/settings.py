"""The experiment as the learner has set it: knobs turned, one in hand."""

from __future__ import annotations

from rich.text import Text

from dltui.lesson.change import apply, value
from dltui.lesson.records import Experiment, Knob


class Settings:
    """Never changes the lesson's own experiment."""

    def __init__(self, experiment: Experiment) -> None:
        self._original = experiment
        self.experiment = experiment
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
        place = knob.values.index(value(self.experiment, knob.set)) + by
        if not 0 <= place < len(knob.values):
            return False
        self.experiment = apply(self.experiment, {knob.set: knob.values[place]})
        return True

    def reseed(self) -> None:
        """The next seed: other initial weights, another order of the data."""
        self.experiment = apply(self.experiment, {"seed": self.experiment.seed + 1})

    def reset(self) -> None:
        self.experiment = self._original

    def label(self, experiment: Experiment, number: int) -> str:
        """What sets a run apart: the knobs and the seed where they differ from the lesson's."""
        parts = [f"{knob.label} {value(experiment, knob.set)}" for knob in self.knobs]
        if experiment.seed != self._original.seed and not any(knob.set == "seed" for knob in self.knobs):
            parts.append(f"seed {experiment.seed}")
        return ", ".join(parts) or f"run {number}"

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
            for each in knob.values:
                if each == now:
                    text.append(f"‹{each}›", "bold reverse" if here else "bold")
                else:
                    text.append(f" {each} ", "dim")
        return text
