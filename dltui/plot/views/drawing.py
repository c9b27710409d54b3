"""A snapshot of a run as a grid of cells, whatever its view."""

from __future__ import annotations

from dltui.journal.events import Snapshot
from dltui.journal.run import Run
from dltui.plot import canvas
from dltui.plot.cells import Grid
from dltui.plot.palette import Theme
from dltui.plot.views import figures, gates, planes, tiles


def draw(
    run: Run, snapshot: Snapshot, width: int, height: int, ascii: bool = False, *, theme: Theme = "dark"
) -> Grid:
    """In any size; what has no room is left out. What a damaged journal lacks is left blank."""
    if width < 1 or height < 1:
        return Grid(width, height)
    match snapshot.view:
        case "parameters":
            return figures.parameters(snapshot, width, height, ascii, theme)
        case "gradients":
            return figures.gradients(run, snapshot, width, height, ascii, theme)
        case "recall":
            return figures.recall(run, snapshot, width, height, ascii, theme)
        case "confusion":
            return figures.confusion(snapshot, width, height, ascii, theme)
        case "gates":
            return gates.draw(snapshot, width, height, ascii, theme)
        case "filters" | "features" | "mistakes" | "reconstructions":
            return tiles.draw(snapshot, width, height, ascii, theme)
        case "latent_grid":
            return tiles.latent_grid(snapshot, width, height, ascii, theme)
        case "samples" if not snapshot.values:
            return tiles.draw(snapshot, width, height, ascii, theme)
        case _:
            scene = planes.scene(run, snapshot)
            return Grid(width, height) if scene is None else canvas.draw(scene, width, height, ascii, theme=theme)


def suited_height(snapshot: Snapshot, width: int) -> int:
    """Rows that do the view justice in lines of so many columns, for a page that scrolls."""
    match snapshot.view:
        case "parameters":
            return max(4, 1 + len(snapshot.names))
        case "gradients" | "confusion":
            return 4 + len(snapshot.names)
        case "gates":
            return 34
        case "filters" | "features" | "mistakes" | "reconstructions":
            return 30
        case "regions" | "codes" | "latent_grid" | "samples":
            return 26
        case _:
            return 18
