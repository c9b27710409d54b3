"""A gradient report in lines: the verdict, a row for each tensor, the causes, what it took."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

from dltui.gradcheck.report import Element, GradientReport, TensorReport
from dltui.text import clean

STYLES = {"right": "bold green", "wrong": "bold red", "inconclusive": "bold yellow"}
COLUMNS = ("tensor", "shape", "verdict", "rel. error", "at", "backward", "finite difference")
SPACE = 2
RIGHT = ("backward", "rel. error")
"""Columns of numbers."""


def text(report: GradientReport, width: int, *, hints: bool = True) -> Text:
    """For a terminal of `width` columns; without `hints` the learner is to find the cause."""
    lines = [headline(report), *table(report, width)]
    if hints:
        lines += [Text(clean(str(hint))) for hint in report.hints]
        if report.first_bad_module is not None:
            lines.append(Text(f"The first wrong module: {clean(report.first_bad_module)}."))
    lines += [Text(clean(said)) for said in (*report.faults, *report.notes)]
    if "miss" in report.details and report.details["miss"] > 0:
        lines.append(Text(f"One wrong element would be missed with a chance of {report.details['miss']:.0%}."))
    lines.append(Text(footnote(report), "dim"))
    return Text("\n").join(lines)


def headline(report: GradientReport) -> Text:
    """The verdict, how many, where."""
    counts = report.counts
    total = sum(counts.values())
    if report.ok:
        checked = total - counts["unchecked"]
        share = "all" if checked == total else f"{checked} of"
        kinks = f", {counts['kink']} at kinks with a valid subgradient" if counts["kink"] else ""
        said = f"{share} {total} elements agree{kinks}"
    else:
        word = "wrong" if counts["wrong"] else "unsure"
        where = [clean(name) for name, tensor in report.tensors.items() if tensor.counts[word]]
        said = f"{counts[word]} of {total} elements {word}, in {', '.join(where)}" if where else ""
    return Text.assemble((report.verdict, STYLES[report.verdict]), f"  {said}" if said else "")


def table(report: GradientReport, width: int) -> Iterator[Text]:
    """A row for each tensor with its worst element; two lines for each where one is too narrow."""
    rows = [row(tensor) for tensor in report.tensors.values()]
    if not rows:
        return
    wide = [max(cell_len(each[column]) for each in (COLUMNS, *rows)) for column in range(len(COLUMNS))]
    shown = len(COLUMNS) if sum(wide) + SPACE * len(wide) - SPACE <= width else 3
    yield Text(_line(COLUMNS, wide, shown), "dim")
    for tensor, cells in zip(report.tensors.values(), rows, strict=True):
        line = Text(_line(cells, wide, shown))
        if tensor.counts["wrong"] or tensor.counts["unsure"]:
            line.stylize(STYLES["wrong" if tensor.counts["wrong"] else "inconclusive"])
        yield line
        if shown < len(COLUMNS) and cells[4]:
            yield Text(f"    {cells[4]} backward {cells[5]}, finite difference {cells[6]}, relative error {cells[3]}")


def _line(cells: tuple[str, ...], wide: list[int], shown: int) -> str:
    made = []
    for name, cell, columns in list(zip(COLUMNS, cells, wide, strict=True))[:shown]:
        space = " " * (columns - cell_len(cell))
        made.append(space + cell if name in RIGHT else cell + space)
    return (" " * SPACE).join(made).rstrip()


def row(tensor: TensorReport) -> tuple[str, ...]:
    """The cells for one tensor."""
    start = clean(tensor.name), "×".join(map(str, tensor.analytic.shape)) or "scalar", verdict(tensor)
    worst = next((each for each in tensor.worst() if each.verdict != "unchecked"), None)
    if worst is None:
        return (*start, "", "", "", "")
    place = f"[{','.join(map(str, worst.index))}]"
    return (*start, f"{worst.relative:.1e}", place, number(worst.analytic), difference(worst))


def verdict(tensor: TensorReport) -> str:
    """Such as `WRONG ×3` or `ok, 1 kink`."""
    counts = tensor.counts
    if not tensor.analytic.numel():
        return "empty"
    if counts["wrong"]:
        return f"WRONG ×{counts['wrong']}"
    if counts["unsure"]:
        return f"unsure ×{counts['unsure']}"
    if counts["unchecked"] == tensor.analytic.numel():
        return "unchecked"
    kinks = counts["kink"]
    return f"ok, {kinks} kink{'s' if kinks > 1 else ''}" if kinks else "ok"


def difference(element: Element) -> str:
    """The finite difference with its error bar."""
    return f"{number(element.numeric)} ± {element.error:.0e}"


def number(value: float) -> str:
    """With six digits behind the point, or in powers of ten where these would not show it."""
    return f"{value + 0.0:+.6f}" if value == 0 or 1e-4 <= abs(value) < 1e5 else f"{value:+.4e}"  # -0 is 0


def footnote(report: GradientReport) -> str:
    """What it took."""
    time = f"{report.seconds * 1000:.0f} ms" if report.seconds < 1 else f"{report.seconds:.1f} s"
    return f"{report.evaluations} forward passes in {time}, {report.mode}"
