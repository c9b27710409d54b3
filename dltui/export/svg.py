"""The curves of a run as SVG: a panel for each metric, labels at the ends of the lines, dashes besides the colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from dltui.export.curves import Figure, Line, figures
from dltui.journal.run import Run
from dltui.journal.series import Point
from dltui.plot.axes import number
from dltui.plot.palette import run_look
from dltui.text import one_line

WIDTH, PANEL = 800, 300
LEFT, RIGHT, TOP, BOTTOM = 74, 210, 40, 44
"""Room around the area of a panel: numbers, labels, title, steps."""
HEAD = 34
COLUMNS = (WIDTH - LEFT - RIGHT) // 2
DASHES = ("", "7 3", "2 3", "9 3 2 3", "12 4", "4 2", "2 2 6 2", "1 4")
APART = 16
"""Between two labels."""
STYLE = """\
text { font: 12px system-ui, sans-serif; fill: #303030 } .title { font-weight: 600; font-size: 14px }
.grid { stroke: #e2e2e2 } .axis { stroke: #767676 } .line { fill: none; stroke-width: 1.8; stroke-linejoin: round }
.band { stroke: none; opacity: 0.15 }"""


def svg(run: Run) -> str:
    """A whole file."""
    found = figures(run)
    height = HEAD + PANEL * len(found)
    title = one_line(f"{run.lesson}/{run.step_id}, {run.state} at step {run.step} of {run.steps}", 120)
    told = "; ".join(f"{figure.title}: {_ends(figure)}" for figure in found) or "nothing was measured"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        'role="img" aria-labelledby="title desc">',
        f'<title id="title">{escape(title)}</title>', f'<desc id="desc">{escape(told)}</desc>',
        f"<style>{STYLE}</style>", f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text class="title" x="{LEFT}" y="22">{escape(title)}</text>',
    ]  # fmt: skip
    for place, figure in enumerate(found):
        parts += [f'<g transform="translate(0 {HEAD + PANEL * place})">', *_panel(figure), "</g>"]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(figure: Figure) -> Iterator[str]:
    right, bottom = WIDTH - RIGHT, PANEL - BOTTOM
    yield f'<text x="{LEFT}" y="{TOP - 14}">{escape(figure.title)}</text>'
    for tick in figure.y.ticks(6):
        y = _down(figure, tick.value)
        yield f'<line class="grid" x1="{LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{escape(tick.text)}</text>'
    for tick in figure.x.ticks(7, whole=True):
        x = _across(figure, tick.value)
        yield f'<line class="axis" x1="{x:.1f}" x2="{x:.1f}" y1="{bottom}" y2="{bottom + 5}"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 19}" text-anchor="middle">{escape(tick.text)}</text>'
    yield f'<line class="axis" x1="{LEFT}" x2="{right}" y1="{bottom}" y2="{bottom}"/>'
    yield f'<text x="{right}" y="{bottom + 36}" text-anchor="end">step</text>'
    for place, line in enumerate(figure.lines):
        yield from _curve(figure, line, place)
    yield from _labels(figure)


def _curve(figure: Figure, line: Line, place: int) -> Iterator[str]:
    color, dash = run_look(place).light, DASHES[place % len(DASHES)]
    if line.low is not None and line.high is not None:
        edges = zip(*(each.window(0, figure.x.high, COLUMNS) for each in (line.low, line.high)), strict=False)
        for low, high in edges:
            yield f'<polygon class="band" fill="{color}" points="{_points(figure, [*low, *reversed(high)])}"/>'
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    for segment in line.window(figure.x.high, COLUMNS):
        if len(segment) == 1:
            x, y = _across(figure, segment[0][0]), _down(figure, segment[0][1])
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2" fill="{color}"/>'
        else:
            yield f'<polyline class="line" stroke="{color}"{dashed} points="{_points(figure, segment)}"/>'


def _labels(figure: Figure) -> Iterator[str]:
    """Beside the ends of the lines, moved apart where they would cover each other."""
    wanted = []
    for place, line in enumerate(figure.lines):
        last = _last(line)
        if last is not None:
            wanted.append((_down(figure, last), place, f"{line.label} {number(last)}".strip()))
    wanted.sort()
    low = 0.0
    placed = []
    for y, place, label in wanted:
        low = max(y, low + APART)
        placed.append((low, place, label))
    over = max(0.0, (placed[-1][0] if placed else 0.0) - (PANEL - 6))
    for y, place, label in placed:
        x, color, dash = WIDTH - RIGHT + 8, run_look(place).light, DASHES[place % len(DASHES)]
        yield (f'<line stroke="{color}" stroke-width="2" stroke-dasharray="{dash}" x1="{x}" x2="{x + 18}" '
               f'y1="{y - over:.1f}" y2="{y - over:.1f}"/>')
        yield f'<text x="{x + 24}" y="{y - over + 4:.1f}">{escape(one_line(label, 28))}</text>'
    if figure.left_out:
        yield f'<text x="{WIDTH - RIGHT + 8}" y="{TOP - 14}">{figure.left_out} more lines are not drawn</text>'


def _last(line: Line) -> float | None:
    """The last value that is a number."""
    for place in range(len(line.mean) - 1, -1, -1):
        value = line.mean[place][1]
        if value is not None:
            return value
    return None


def _ends(figure: Figure) -> str:
    return ", ".join(f"{line.label} {'none' if (last := _last(line)) is None else number(last)}".strip()
                     for line in figure.lines)  # fmt: skip


def _points(figure: Figure, points: Sequence[Point]) -> str:
    return " ".join(f"{_across(figure, x):.1f},{_down(figure, y):.1f}" for x, y in points)


def _across(figure: Figure, x: float) -> float:
    return LEFT + figure.x.share(x) * (WIDTH - LEFT - RIGHT)


def _down(figure: Figure, y: float) -> float:
    share = min(max(figure.y.share(y), 0.0), 1.0)
    return TOP + (1 - share) * (PANEL - TOP - BOTTOM)
