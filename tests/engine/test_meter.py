from __future__ import annotations

from math import inf, nan

from dltui.engine.meter import Meter
from dltui.journal.events import Metrics


def test_measurements_are_collected_and_handed_out_once() -> None:
    meter = Meter()
    meter.extend("loss", 1, [0.5, 0.25])
    meter.extend("accuracy", 2, [1.0])
    meter.extend("loss", 3, [0.125])
    assert meter.take(1.5) == [
        Metrics(series={"loss": ([1, 2, 3], [0.5, 0.25, 0.125]), "accuracy": ([2], [1.0])}, seconds=1.5)
    ]
    assert meter.take(2.0) == []


def test_what_is_not_finite_is_none_and_the_last_of_each_is_remembered() -> None:
    meter = Meter()
    meter.extend("loss", 1, [1.0, nan, inf])
    meter.extend("loss", 4, [])
    assert meter.take(0.0)[0].series == {"loss": ([1, 2, 3], [1.0, None, None])}
    assert meter.last == {"loss": (3, None)}
