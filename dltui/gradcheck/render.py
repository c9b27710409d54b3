"""A report drawn with rich: verdict, table of tensors, hints, and a map of where each tensor is wrong.

The one module of this package that needs rich; nothing here imports it unasked.
"""

from __future__ import annotations

import math

import torch
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from torch import Tensor

from dltui.gradcheck.report import GradientReport, TensorReport
from dltui.gradcheck.verdicts import UNCHECKED, UNSURE, WRONG

STYLES = {"right": "green", "wrong": "bold red", "inconclusive": "yellow"}
MARKS = {"right": "✓", "wrong": "✗", "inconclusive": "?"}
LEVELS = ((-math.inf, "·", "dim"), (0.0, "+", "yellow"), (1.0, "x", "red"), (3.0, "#", "bold red"))
"""Cells of a map by log10(error / tolerance): the least value, a mark, a style. Colour is never alone."""
WIDEST, HIGHEST = 64, 16


def render(report: GradientReport, maps: bool = True) -> RenderableType:
    """The whole report; `maps`: with a map for each wrong tensor."""
    parts: list[RenderableType] = [headline(report), table(report)]
    parts += [Text(f"→ {hint}", style="bold" if hint.exact else "") for hint in report.hints]
    said = {hint.sentence for hint in report.hints}
    parts += [Text(f"→ {fault}", style="bold") for fault in report.faults if not any(fault in each for each in said)]
    if report.first_bad_module:
        parts.append(Text(f"first wrong module: {report.first_bad_module}", style="bold"))
    if maps:
        for tensor in report.tensors.values():
            if tensor.count(WRONG) or tensor.count(UNSURE):
                parts += [Text(f"\n{tensor.name}: log10(error / tolerance)", style="bold"), heat(tensor)]
    parts += [Text(note, style="dim") for note in report.notes]
    seconds = f"{report.seconds:.2f} s" if report.seconds >= 1 else f"{report.seconds * 1e3:.0f} ms"
    parts.append(Text(f"{report.evaluations} forwards, {seconds}", style="dim"))
    return Group(*parts)


def headline(report: GradientReport) -> Text:
    """The verdict and how many elements it rests on."""
    line = Text(f"{MARKS[report.verdict]} {report.title}: {report.verdict}", style=STYLES[report.verdict])
    counts = {name: count for name, count in report.counts.items() if count}
    line.append("  " + ", ".join(f"{count} {name}" for name, count in counts.items()), style="default")
    return line


def table(report: GradientReport) -> Table:
    """One row per tensor, with its worst element."""
    made = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for column, side in (
        ("tensor", "left"), ("shape", "left"), ("wrong", "right"), ("kink", "right"), ("unsure", "right"), ("ok",
        "right"),
        ("relative error", "right"), ("at", "left"), ("backward", "right"), ("finite difference", "right"),
    ):  # fmt: skip
        made.add_column(column, justify="right" if side == "right" else "left", no_wrap=True)
    for tensor in report.tensors.values():
        made.add_row(*row(tensor))
    return made


def row(tensor: TensorReport) -> list[Text]:
    counts = tensor.counts
    shape = "×".join(map(str, tensor.analytic.shape)) or "scalar"
    numbers = [f"{counts[name]}" if counts[name] else "" for name in ("wrong", "kink", "unsure", "ok")]
    worst = next((each for each in tensor.worst(1) if each.verdict != "unchecked"), None)
    cells = ["", "", "", ""]
    if worst is not None:
        place = f"[{', '.join(map(str, worst.index))}]"
        numeric = f"{worst.numeric:.6g} ± {worst.error:.1g}"
        cells = [f"{worst.relative:.1e}", place, f"{worst.analytic:.6g}", numeric]
    style = "red" if counts["wrong"] else "yellow" if counts["unsure"] else ""
    return [Text(text, style=style) for text in (tensor.name, shape, *numbers, *cells)]


def heat(tensor: TensorReport, width: int = WIDEST, height: int = HIGHEST) -> Text:
    """A tensor as a map of marks: each cell shows the worst element it stands for."""
    grid = shrunk(flat(tensor.excess.nan_to_num(torch.inf)), height, width)
    unknown = shrunk(flat((tensor.verdict == UNCHECKED).double()), height, width) > 0.5
    made = Text()
    for line, hidden in zip(grid.tolist(), unknown.tolist(), strict=True):
        for value, absent in zip(line, hidden, strict=True):
            mark, style = (" ", "") if absent else level(value)
            made.append(mark, style=style)
        made.append("\n")
    made.append("· within tolerance   + up to 10 times   x up to 1000 times   # more", style="dim")
    return made


def level(excess: float) -> tuple[str, str]:
    size = math.log10(excess) if excess > 0 else -math.inf
    _, mark, style = next(each for each in reversed(LEVELS) if size >= each[0])
    return mark, style


def flat(value: Tensor) -> Tensor:
    """A matrix: all dimensions but the last are rows."""
    return value.reshape(-1, value.shape[-1]) if value.dim() >= 2 else value.reshape(1, -1)


def shrunk(value: Tensor, height: int, width: int) -> Tensor:
    """The largest value of each cell of a grid of at most height × width."""
    rows, columns = value.shape
    if rows <= height and columns <= width:
        return value
    size = (min(height, rows), min(width, columns))
    return torch.nn.functional.adaptive_max_pool2d(value.clamp(max=1e300).unsqueeze(0), size)[0]
