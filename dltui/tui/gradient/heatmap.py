"""Where a gradient is wrong: log10 of error over tolerance, an element (or a block of them) per half cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, isnan, log10, nan, prod

from rich.style import Style
from textual import events
from textual.message import Message

from dltui.journal.events import VERDICTS, CheckedTensor
from dltui.plot import heat
from dltui.plot.cells import Grid
from dltui.tui.gridview import GridView

SPAN = 3.0
"""Powers of ten to either side of the tolerance that the colours tell apart."""
ZOOMS = (2, 4, 6)
CURSOR = Style(reverse=True, bold=True)


@dataclass(frozen=True)
class Layout:
    """How a tensor of any shape lies on a plane: its first axis downwards, all others to the right, vectors wrapped;
    `tall` by `wide` elements share a pixel where there are more than the screen has."""

    rows: int
    columns: int
    tall: int
    wide: int
    across: int
    """Cells that a pixel takes: small tensors are drawn large."""
    down: int
    """Half cells."""

    @property
    def size(self) -> tuple[int, int]:
        """Pixels: columns and rows."""
        return ceil(self.columns / self.wide), ceil(self.rows / self.tall)

    def pixel(self, place: int) -> tuple[int, int]:
        return place % self.columns // self.wide, place // self.columns // self.tall

    def places(self, x: int, y: int, total: int) -> list[int]:
        """Flat indices of the elements in one pixel."""
        return [
            row * self.columns + column
            for row in range(y * self.tall, min(self.rows, (y + 1) * self.tall))
            for column in range(x * self.wide, min(self.columns, (x + 1) * self.wide))
            if row * self.columns + column < total
        ]


def layout(shape: list[int], width: int, height: int) -> Layout:
    """For a map of `width` cells by `height` lines, two pixels to a line."""
    total = max(1, prod(shape))
    if len(shape) < 2:
        columns = max(1, min(total, width))
        rows = ceil(total / columns)
    else:
        rows, columns = shape[0], max(1, total // max(1, shape[0]))
    tall, wide = max(1, ceil(rows / max(1, 2 * height))), max(1, ceil(columns / max(1, width)))
    across = max([zoom for zoom in ZOOMS if columns * zoom <= width], default=1)
    down = max([zoom for zoom in ZOOMS if rows * zoom <= 2 * height], default=1)
    return Layout(rows, columns, tall, wide, across, down)


class HeatMap(GridView, can_focus=False):
    """Draws one tensor with the cursor on one element."""

    class Asked(Message):
        """Resized: wants to be drawn again."""

    def on_resize(self, event: events.Resize) -> None:
        self.redraw()

    def redraw(self) -> None:
        self.post_message(self.Asked())

    def draw(self, tensor: CheckedTensor, place: int) -> None:
        width, height = self.size
        if width < 4 or height < 3:
            return
        grid = Grid(width, height)
        plan = layout(tensor.shape, width, height - 2)
        columns, rows = plan.size
        across, down = plan.across, plan.down
        lines = ceil(rows * down / 2)
        small = [[pixel(tensor, plan, x, y) for x in range(columns)] for y in range(rows + 1)]
        values = [[value for value in small[y // down] for _ in range(across)] for y in range(2 * lines)]
        if self.ascii or self.theme in heat.UNSHADED:
            values = [worst(*pair) for pair in zip(values[::2], values[1::2], strict=True)]
        grid.put(0, 0, "log₁₀(error ÷ tolerance)", Style(dim=True))
        if tensor.excess:
            grid.paste(heat.draw(values, -SPAN, SPAN, "classes", columns * across, lines, theme=self.theme,
                                 ascii=self.ascii), 0, 1)
            x, y = plan.pixel(place)
            grid.put(x * across + (across - 1) // 2, 1 + (y * down + (down - 1) // 2) // 2, "◆", CURSOR)
        grid.put(0, height - 1, legend(tensor, plan), Style(dim=True))
        self.show(grid)


def worst(upper: Sequence[float], lower: Sequence[float]) -> list[float]:
    """Two rows of pixels in one, where a cell shows a single value: their mean would hide the one that is wrong."""
    return [max((each for each in pair if not isnan(each)), default=nan) for pair in zip(upper, lower, strict=True)]


def pixel(tensor: CheckedTensor, plan: Layout, x: int, y: int) -> float:
    """The worst of a pixel's elements, in powers of ten above tolerance; NaN where there is none."""
    found = [_excess(tensor, place) for place in plan.places(x, y, len(tensor.excess))]
    return max(found, default=float("nan"))


def _excess(tensor: CheckedTensor, place: int) -> float:
    excess = tensor.excess[place]
    if VERDICTS[tensor.verdict[place]] == "wrong":
        return SPAN if excess is None else max(0.5, log10(max(excess, 1e-20)))
    if excess is None:
        return 0.0
    return min(-0.5, log10(max(excess, 1e-20))) if VERDICTS[tensor.verdict[place]] != "unsure" else 0.0


def legend(tensor: CheckedTensor, plan: Layout) -> str:
    shape = "×".join(map(str, tensor.shape)) or "scalar"
    block = "" if plan.tall == plan.wide == 1 else f", {plan.tall}×{plan.wide} elements a pixel"
    return f"{shape}{block}"
