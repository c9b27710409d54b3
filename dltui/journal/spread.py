"""One metric of several runs that differ in nothing but the seed: their mean, and a band of one standard deviation."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from dltui.journal.series import Series


class Spread:
    """Brought up to date by `follow`. A run that ended early counts as far as it came; where there is one value, the
    band is as thin as the line."""

    def __init__(self) -> None:
        self.mean = Series()
        self.low = Series()
        """Mean less standard deviation."""
        self.high = Series()

    def follow(self, runs: Sequence[Series], growing: Sequence[bool]) -> None:
        """Take in the steps that all runs have which are still growing. The runs are measured at the same steps."""
        longest = max(runs, key=len)
        ready = min([len(longest), *(len(each) for each, grows in zip(runs, growing, strict=True) if grows)])
        for place in range(len(self.mean), ready):
            step = longest[place][0]
            values = [value for each in runs if place < len(each) and (value := each[place][1]) is not None]
            mean, deviation = moments(values)
            self.mean.append(step, mean)
            self.low.append(step, None if mean is None else mean - deviation)
            self.high.append(step, None if mean is None else mean + deviation)


def moments(values: Sequence[float]) -> tuple[float | None, float]:
    """Mean and sample standard deviation; None and 0 of nothing, deviation 0 of one value."""
    if not values:
        return None, 0.0
    mean = sum(values) / len(values)
    if len(values) < 2:
        return mean, 0.0
    return mean, sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))
