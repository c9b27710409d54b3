"""What a frame costs: milliseconds at 100 × 25, and bytes written for a growing loss curve.

    python tests/bench/plot.py

Minima over many frames: the other processes of a busy machine only ever add to them.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from time import perf_counter

from rich.color import ColorSystem
from rich.style import Style

from dltui.plot import canvas, chart, heat
from dltui.plot.axes import around, steps_axis, values_axis
from dltui.plot.cells import Grid, changed, from_sgr, segments
from dltui.plot.palette import run_look
from dltui.scene import Heat, Line, Mark, Scene

WIDTH, HEIGHT = 100, 25


def least(work: Callable[[], object], times: int = 60) -> float:
    """Milliseconds of the fastest of so many calls."""
    found = math.inf
    for _ in range(times):
        start = perf_counter()
        work()
        found = min(found, perf_counter() - start)
    return 1000 * found


def losses(count: int, last: float, seed: int) -> list[tuple[float, float]]:
    source = random.Random(seed)
    return [
        (step, (last + (2.3 - last) * math.exp(-step / 150)) * source.uniform(0.85, 1.15)) for step in range(count)
    ]


def frame(runs: list[list[tuple[float, float]]], count: int, sticky: bool) -> chart.Chart:
    curves = tuple(
        chart.Curve(name, [run[:count]], run_look(index).color())
        for index, (name, run) in enumerate(zip(("sigmoid", "residual"), runs, strict=True))
    )
    values = [y for run in runs for _, y in run[:count]]
    if sticky:
        return chart.Chart(curves, steps_axis(count), values_axis(min(values), max(values)))
    return chart.Chart(curves, around(0, count), around(min(values), max(values)))


def written(grid: Grid, spans: list[tuple[int, int, int]]) -> int:
    """Bytes for these spans: a cursor movement and the cells with their colours, each."""
    total = 0
    for x, y, width in spans:
        total += len(f"\x1b[{y + 1};{x + 1}H")
        column = 0
        for segment in segments(grid, y):
            text = segment.text[max(0, x - column) : max(0, x + width - column)]
            column += len(segment.text)
            style = segment.style or Style()
            total += len(style.render(text, color_system=ColorSystem.TRUECOLOR).encode()) if text else 0
    return total


def growing(sticky: bool) -> tuple[float, float]:
    """Mean bytes per frame with changed spans, and with full repaints, over 100 frames of 20 steps each."""
    runs = [losses(2001, 1.9, 1), losses(2001, 0.1, 2)]
    old = None
    spans = full = 0
    for count in range(20, 2001, 20):
        grid = chart.draw(frame(runs, count, sticky), WIDTH, HEIGHT)
        spans += written(grid, changed(old, grid)) if old else 0
        full += written(grid, changed(None, grid))
        old = grid
    return spans / 99, full / 100


def region() -> Scene:
    side = range(40)
    rows = tuple(tuple(1 / (1 + math.exp((i - 20) * (j - 20) / 20)) for i in side) for j in side)
    source = random.Random(3)
    marks = [Mark(source.uniform(-1, 1), source.uniform(-1, 1), "class0") for _ in range(200)]
    return Scene((-1, 1), (-1, 1), (Heat(rows, 0, 1), *marks, Line(((-1, -1), (1, 1)), "boundary")))


def main() -> None:
    runs = [losses(200, 1.9, 1), losses(200, 0.1, 2)]
    grid = chart.draw(frame(runs, 200, True), WIDTH, HEIGHT)
    line = "\x1b[38;5;16m⣀⣀⠤⠒\x1b[0m   " * 14
    digit = [[max(0.0, math.sin(i / 5) * math.sin(j / 4)) for i in range(28)] for j in range(28)]
    long = losses(2000, 0.1, 2)
    timed = {
        "chart, 2 curves of 200 points": lambda: chart.draw(frame(runs, 200, True), WIDTH, HEIGHT),
        "chart, 1 curve of 2000 points": lambda: chart.draw(frame([long, long[:1]], 2000, True), WIDTH, HEIGHT),
        "SGR text to cells": lambda: from_sgr("\n".join([line] * HEIGHT), WIDTH, HEIGHT),
        "changed spans, nothing changed": lambda: changed(grid, grid),
        "regions 40 x 40 with 200 points": lambda: canvas.draw(region(), WIDTH, HEIGHT),
        "digit 28 x 28": lambda: heat.draw(digit, 0, 1, "grey", 28, 14),
    }
    for name, work in timed.items():
        print(f"{name:32} {least(work):7.3f} ms")
    for sticky in (True, False):
        spans, full = growing(sticky)
        axes = "sticky" if sticky else "moving"
        print(f"{axes} axes: {spans:6.0f} bytes a frame in changed spans, {full:6.0f} repainted")


if __name__ == "__main__":
    main()
