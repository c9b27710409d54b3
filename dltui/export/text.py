"""The curves of a run as text."""

from __future__ import annotations

from dltui.export.curves import Figure, figures
from dltui.journal.run import Run
from dltui.plot import chart
from dltui.plot.cells import to_text
from dltui.plot.palette import run_look

WIDTH, HEIGHT = 78, 18


def text(run: Run, width: int = WIDTH, ascii: bool = False) -> str:
    """A chart for each metric, one below the other; ends in a newline. Empty where nothing was measured."""
    drawn = [_drawn(figure, width, ascii) for figure in figures(run)]
    return "\n\n".join(drawn) + "\n" if drawn else ""


def _drawn(figure: Figure, width: int, ascii: bool) -> str:
    curves = []
    for place, line in enumerate(figure.lines):
        look = run_look(place)
        band = None
        if line.low is not None and line.high is not None:
            band = line.low.window(0, figure.x.high, width), line.high.window(0, figure.x.high, width)
        points = line.window(figure.x.high, width)
        curves.append(chart.Curve(line.label or figure.title, points, "", "solid", look.glyph, look.letter, band))
    more = f"{figure.left_out} more lines are not drawn" if figure.left_out else ""
    made = chart.Chart(tuple(curves), figure.x, figure.y, y_name=figure.title, title=more)
    return to_text(chart.draw(made, width, HEIGHT, ascii, theme="none")).rstrip()
