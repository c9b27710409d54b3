"""One metric over the steps of a run: every value is kept, a chart asks for as many as it has columns."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from math import inf, isfinite, nan

BLOCK = 64
"""Values per entry of the summary. 64 balances the ends of a range (scanned) with its middle (looked up)."""

Point = tuple[float, float]


class Series:
    """Values at rising steps. A value that is None or not finite is a gap: charts break the line there.

    Appending at a step that is already there drops that step and all after it: a resumed run overrides what was written
    after its checkpoint.
    """

    __slots__ = ("_average", "_gaps", "_highs", "_lows", "_x", "_y")

    def __init__(self) -> None:
        self._x = array("d")
        self._y = array("d")
        """NaN at gaps."""
        self._gaps = array("q")
        """Positions of the gaps, rising."""
        self._lows: list[float] = []
        self._highs: list[float] = []
        """Smallest and largest value of each complete block, gaps left out."""
        self._average: _Average | None = None

    def __len__(self) -> int:
        return len(self._x)

    def __getitem__(self, place: int) -> tuple[float, float | None]:
        """The step at this place, from 0, and its value (None: a gap)."""
        return self._point(place)

    def append(self, step: float, value: float | None) -> None:
        if self._x and step <= self._x[-1]:
            self.cut(step)
        if value is None or not isfinite(value):
            self._gaps.append(len(self._x))
            value = nan
        self._x.append(step)
        self._y.append(value)
        if len(self._y) % BLOCK == 0:
            block = self._finite(len(self._y) - BLOCK, len(self._y))
            self._lows.append(min(block, default=inf))
            self._highs.append(max(block, default=-inf))

    def extend(self, steps: Iterable[float], values: Iterable[float | None]) -> None:
        for step, value in zip(steps, values, strict=False):
            self.append(step, value)

    def cut(self, step: float) -> None:
        """Drop `step` and everything after it."""
        length = bisect_left(self._x, step)
        if length == len(self._x):
            return
        del self._x[length:], self._y[length:]
        del self._gaps[bisect_left(self._gaps, length) :]
        del self._lows[length // BLOCK :], self._highs[length // BLOCK :]
        self._average = None

    @property
    def steps(self) -> list[float]:
        """All steps, rising; a copy."""
        return self._x.tolist()

    @property
    def last(self) -> tuple[float, float | None] | None:
        """The last step and its value (None: a gap); None if there is no step at all."""
        return self._point(len(self._x) - 1) if self._x else None

    def at(self, step: float) -> tuple[float, float | None] | None:
        """The nearest step there is and its true value (None: a gap); None if there is no step at all."""
        if not self._x:
            return None
        after = bisect_left(self._x, step)
        near = [index for index in (after - 1, after) if 0 <= index < len(self._x)]
        return self._point(min(near, key=lambda index: abs(self._x[index] - step)))

    def bounds(self, low: float = -inf, high: float = inf) -> tuple[float, float] | None:
        """Smallest and largest value at steps in [low, high]; None if there is none."""
        found = self._extremes(bisect_left(self._x, low), bisect_right(self._x, high))
        values = [self._y[index] for index in found]
        return (min(values), max(values)) if values else None

    def window(self, low: float, high: float, columns: int) -> list[list[Point]]:
        """What to draw of the steps in [low, high] in a chart of so many columns: line segments, broken at gaps.

        Of each column the points with its smallest and its largest value, at their own steps, in the order of steps:
        no spike is lost and none is moved. And the last point, for a curve ends, and is labelled, with its last value.
        """
        start, stop = bisect_left(self._x, low), bisect_right(self._x, high)
        if columns < 1 or start >= stop:
            return []
        low, high = max(low, self._x[0]) if low == -inf else low, min(high, self._x[-1]) if high == inf else high
        chosen: list[int] = []
        for column in range(1, columns + 1):
            edge = low + (high - low) * column / columns
            end = stop if column == columns else bisect_left(self._x, edge, start, stop)
            chosen.extend(self._extremes(start, end))
            start = end
        if chosen[-1:] != [stop - 1] and isfinite(self._y[stop - 1]):
            chosen.append(stop - 1)
        return self._segments(chosen)

    def smoothed(self, weight: float) -> Series:
        """The exponential moving average with the bias of its start removed: mₜ = w·mₜ₋₁ + (1 - w)·vₜ, shown as
        mₜ / (1 - wᵗ) (Kingma & Ba 2015, section 3). Gaps stay gaps and leave the average alone.

        Asked again for the same weight, the same Series comes back, brought up to date. ValueError unless 0 <= w < 1.
        """
        if not 0 <= weight < 1:
            raise ValueError(f"the weight of a moving average is at least 0 and below 1, not {weight}")
        if self._average is None or self._average.weight != weight:
            self._average = _Average(weight)
        return self._average.follow(self._x, self._y)

    def _point(self, index: int) -> tuple[float, float | None]:
        value = self._y[index]
        return self._x[index], value if isfinite(value) else None

    def _segments(self, chosen: list[int]) -> list[list[Point]]:
        segments: list[list[Point]] = []
        before = -1
        for index in chosen:
            if before < 0 or self._gap_in(before, index):
                segments.append([])
            segments[-1].append((self._x[index], self._y[index]))
            before = index
        return segments

    def _extremes(self, start: int, stop: int) -> list[int]:
        """Positions of the smallest and the largest value in [start, stop), of equal ones the first, rising."""
        first, last = -(-start // BLOCK), stop // BLOCK
        if first >= last:
            values = self._finite(start, stop)
            places = {self._y.index(value, start, stop) for value in (min(values), max(values))} if values else set()
            return sorted(places)
        head, tail = self._finite(start, first * BLOCK), self._finite(last * BLOCK, stop)
        edges = head + tail
        places = set()
        for pick, summary in ((min, self._lows), (max, self._highs)):
            middle = pick(summary[first:last])
            value = pick(middle, pick(edges)) if edges else middle
            if not isfinite(value):
                return []  # nothing but gaps
            if value in head:
                places.add(self._y.index(value, start))
            elif value == middle:
                block = summary.index(value, first, last) * BLOCK
                places.add(self._y.index(value, block))
            else:
                places.add(self._y.index(value, last * BLOCK))
        return sorted(places)

    def _gap_in(self, start: int, stop: int) -> bool:
        if not self._gaps:
            return False
        gap = bisect_left(self._gaps, start)
        return gap < len(self._gaps) and self._gaps[gap] < stop

    def _finite(self, start: int, stop: int) -> list[float]:
        values = self._y[start:stop].tolist()
        return list(filter(isfinite, values)) if self._gap_in(start, stop) else values


class _Average:
    """A moving average that goes on where it ended."""

    def __init__(self, weight: float) -> None:
        self.weight = weight
        self._series = Series()
        self._mean = 0.0
        self._missing = 1.0
        """wᵗ: the share of the average that still comes from its start at 0."""

    def follow(self, steps: array[float], values: array[float]) -> Series:
        for index in range(len(self._series), len(steps)):
            value = values[index]
            if isfinite(value):
                self._mean = self.weight * self._mean + (1 - self.weight) * value
                self._missing *= self.weight
                value = self._mean / (1 - self._missing)
            self._series.append(steps[index], value)
        return self._series
