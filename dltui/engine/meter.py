"""Collects measurements until it is time to write them down."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from dltui.journal.events import Metrics


class Meter:
    def __init__(self) -> None:
        self.last: dict[str, tuple[int, float | None]] = {}
        """The newest step and value of each metric; None where the value was not finite."""
        self._series: dict[str, tuple[list[int], list[float | None]]] = {}

    def extend(self, name: str, first: int, values: Sequence[float]) -> None:
        """The values of a metric at the steps `first`, `first` + 1, …"""
        self.add(name, range(first, first + len(values)), values)

    def add(self, name: str, steps: Sequence[int], values: Sequence[float]) -> None:
        """The values of a metric at these steps."""
        if not values:
            return
        kept = [value if isfinite(value) else None for value in values]
        known, series = self._series.setdefault(name, ([], []))
        known.extend(steps)
        series.extend(kept)
        self.last[name] = (known[-1], kept[-1])

    def take(self, seconds: float) -> list[Metrics]:
        """What came in since the last time as one event; no event if nothing did."""
        series, self._series = self._series, {}
        return [Metrics(series=series, seconds=seconds)] if series else []
