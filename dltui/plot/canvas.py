"""Scenes drawn with characters: marks, lines in braille, arrows, labels, over a heat map in half blocks."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from dltui.plot import tables
from dltui.plot.axes import around
from dltui.plot.braille import DASHED, DOTTED, SOLID
from dltui.plot.cells import Grid
from dltui.plot.frame import Frame, area, framed, holds
from dltui.plot.header import Entry, Words
from dltui.plot.names import longest, middle_cut
from dltui.plot.painter import ASCII_DOTS, Painter, dash_of
from dltui.plot.palette import Theme, role_style
from dltui.plot.transcription import ascii_text
from dltui.scene import Line, Scene

LEAST = (18, 7)
"""The smallest picture beside others, with its frame."""
BETWEEN = 2
"""Columns between pictures."""
Place = tuple[int, int, int, int]
"""Left, top, width, height."""
SAMPLES = {SOLID: "⠒⠒", DASHED: "⠒ ⠒", DOTTED: "⠂⠂", (6, 3): "⠒⠒⠐⠒"}


def draw(scene: Scene, width: int, height: int, ascii: bool = False, *, theme: Theme = "dark") -> Grid:
    """The scene with its frame, in any size; what has no room is left out."""
    frame = _framed(scene, width, useful_height(scene, width, height, ascii), ascii, theme)
    tables.lay(scene.tables, frame)
    drawn = Painter(frame).paint(scene)
    if drawn.height == height:
        return drawn
    grid = Grid(width, height)
    grid.paste(drawn, 0, 0)
    return grid


def _framed(scene: Scene, width: int, height: int, ascii: bool, theme: Theme) -> Frame:
    return framed(width, height, around(*scene.x), around(*scene.y), _words(scene, width, height, ascii, theme),
                  x_name=scene.x_name, square=scene.square, axes=scene.axes, names=scene.names)


def _area(scene: Scene, width: int, height: int, ascii: bool) -> tuple[int, int, int]:
    """Left, width and height of what is drawn into."""
    words = _words(scene, width, height, ascii, "dark")
    return area(width, height, around(*scene.x), around(*scene.y), words, scene.square, scene.axes, scene.names)


def _words(scene: Scene, width: int, height: int, ascii: bool, theme: Theme) -> Words:
    """Title and legend, the names in it as long as they may be."""
    y = around(*scene.y)
    lines = [item for item in scene.items if isinstance(item, Line) and item.name]

    def words(names: list[str], title: str = scene.title) -> Words:
        return Words(scene.y_name, title, _legend(lines, names, theme, ascii), theme, ascii)

    names = [ascii_text(line.name) if ascii else line.name for line in lines]
    for title in (scene.title, middle_cut(scene.title, width, ascii)) if lines else ():
        def fits(names: list[str], title: str = title) -> bool:
            return holds(width, height, y, words(names, title), scene.axes)

        size, names = longest(names, fits, ascii)
        if size:
            break
    return words(names)


def natural_width(scene: Scene, width: int, height: int, ascii: bool = False) -> int:
    """The fewest columns in which a square scene is as large as in a room of this size; all of them for others."""
    if not scene.square:
        return width
    height = useful_height(scene, width, height, ascii)
    left, wide, high = _area(scene, width, height, ascii)
    least, most = min(width, max(left + wide + 1, LEAST[0])), width
    while least < most:  # less room for title and legend means more rows of them
        middle = (least + most) // 2
        if _area(scene, middle, height, ascii)[1:] < (wide, high):
            least = middle + 1
        else:
            most = middle
    return least


def useful_height(scene: Scene, width: int, height: int, ascii: bool = False) -> int:
    """The lines of a room that a scene can use, its title among them."""
    if not scene.lines:
        return height
    room = _area(replace(scene, square=False), width, height, ascii)[2]
    return height - max(0, room - scene.lines)


def several(scenes: Sequence[Scene], width: int, height: int, ascii: bool = False, *, theme: Theme = "dark") -> Grid:
    """Scenes in the rows and columns that make the smallest picture as large as may be. What square and low ones leave
    goes to the others; scenes that would get less than 18 x 7 cells are left out, the last ones first."""
    grid = Grid(width, height)
    for count in range(len(scenes), 0, -1):
        shown = scenes[:count]
        plans = [_places(shown, rows, width, height, ascii) for rows in range(1, count + 1)]
        if count > 2 and all(scene.square for scene in shown[:-1]):
            plans.append(_beside(shown, width, height, ascii))
        fit = [plan for plan in plans
               if count == 1 or all(map(_large_enough, shown, plan))]
        if fit:
            best = max(fit, key=lambda plan: _worth(shown, plan, ascii))
            for scene, (left, top, wide, high) in zip(shown, best, strict=True):
                grid.paste(draw(scene, wide, high, ascii, theme=theme), left, top)
            break
    return grid


def _large_enough(scene: Scene, place: Place) -> bool:
    least = min(LEAST[1], scene.lines + 1) if scene.lines else LEAST[1]
    return place[2] >= LEAST[0] and place[3] >= least


def _places(scenes: Sequence[Scene], rows: int, width: int, height: int, ascii: bool) -> list[Place]:
    columns = -(-len(scenes) // rows)
    lines = [scenes[start : start + columns] for start in range(0, len(scenes), columns)]
    found, top = [], 0
    for line, high in zip(lines, _heights(lines, width, height, ascii), strict=True):
        left = 0
        for wide in _shared(line, width, high, ascii):
            found.append((left, top, wide, high))
            left += wide + BETWEEN
        top += high
    return found


def _beside(scenes: Sequence[Scene], width: int, height: int, ascii: bool) -> list[Place]:
    """All but the last one below one another, as wide as they need, and the last one beside them."""
    column = scenes[:-1]
    highs = _heights([[scene] for scene in column], width // 2, height, ascii)
    wide = max(natural_width(scene, width // 2, high, ascii) for scene, high in zip(column, highs, strict=True))
    found = [(0, sum(highs[:place]), wide, high) for place, high in enumerate(highs)]
    return [*found, (wide + BETWEEN, 0, width - wide - BETWEEN, height)]


def _heights(lines: Sequence[Sequence[Scene]], width: int, height: int, ascii: bool) -> list[int]:
    """Equal ones, but what low scenes do not need, with a free line below, is for the others."""
    need = [1 + max(useful_height(scene, width // len(line), height, ascii) for scene in line) for line in lines]
    high = [min(height * (row + 1) // len(lines) - height * row // len(lines), most) for row, most in enumerate(need)]
    spare = height - sum(high)
    takers = sorted((row for row in range(len(lines)) if need[row] > high[row]), key=need.__getitem__)
    for count, row in enumerate(takers):
        more = min(spare // (len(takers) - count), need[row] - high[row])
        high[row] += more
        spare -= more
    return high


def _shared(line: Sequence[Scene], width: int, height: int, ascii: bool) -> list[int]:
    """The widths of the scenes in one row: equal ones, but what square scenes do not need is for the others."""
    room = max(0, width - BETWEEN * (len(line) - 1))
    equal = [room * (place + 1) // len(line) - room * place // len(line) for place in range(len(line))]
    wide = [natural_width(scene, share, height, ascii) for scene, share in zip(line, equal, strict=True)]
    takers = [place for place, scene in enumerate(line) if not scene.square]
    spare = room - sum(wide)
    for count, place in enumerate(takers):
        more = spare // (len(takers) - count)
        wide[place] += more
        spare -= more
    return wide


def _worth(scenes: Sequence[Scene], places: list[Place], ascii: bool) -> tuple[int, int]:
    """The cells of the smallest picture, then of all; what makes a picture very high or very long does not count."""
    sizes = []
    for scene, (_, _, width, height) in zip(scenes, places, strict=True):
        _, wide, high = _area(scene, width, useful_height(scene, width, height, ascii), ascii)
        sizes.append(min(wide, 8 * high) * min(high, wide))
    return min(sizes), sum(sizes)


def _legend(lines: list[Line], names: list[str], theme: Theme, ascii: bool) -> tuple[Entry, ...]:
    """A sample of each named line and its name."""
    dashes = [dash_of(line) for line in lines]
    samples = [2 * ASCII_DOTS[dash] if ascii else SAMPLES[dash] for dash in dashes]
    return tuple(((sample, role_style(line.role, theme)), (f" {name}", None))
                 for line, sample, name in zip(lines, samples, names, strict=True))
