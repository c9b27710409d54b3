"""A picture as data, in the coordinates of what it shows. Made by explorers and snapshots, drawn by `plot.canvas`.

Records are msgspec's: a dataclass costs several milliseconds of every start.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Role = Literal["class0", "class1", "model", "second", "third", "boundary", "chosen", "wrong", "accent", "faint", "text"]
"""What a thing means; the drawing chooses the colour and, so that colour is never alone, the glyph or dash."""
Pair = tuple[float, float]


class Mark(Struct, frozen=True):
    """A point. class0 is drawn `o`, class1 `+`, chosen `×`; `ring` marks it as wrong."""

    x: float
    y: float
    role: Role
    ring: bool = False


class Line(Struct, frozen=True):
    """A polyline through `points`; parts outside the box are cut off at its border."""

    points: tuple[Pair, ...]
    role: Role = "model"
    dashed: bool = False
    name: str = ""
    """For the legend; empty: not in it."""


class Arrow(Struct, frozen=True):
    start: Pair
    end: Pair
    role: Role = "accent"
    name: str = ""


class Label(Struct, frozen=True):
    x: float
    y: float
    text: str
    role: Role = "text"


class Heat(Struct, frozen=True):
    """A grid of values over the whole box, first row at the top."""

    rows: tuple[tuple[float, ...], ...]
    low: float
    high: float
    ramp: Literal["classes", "signed", "grey"] = "classes"
    """classes: from class 0's colour over neutral to class 1's; signed: blue, neutral, red; grey: dark to light."""


Item = Mark | Line | Arrow | Label | Heat


Ring = Literal["", "window", "ring"]
"""window: cells of one table that lie together get one frame, others a bracket each; ring: the one that counts."""


class Cell(Struct, frozen=True):
    """One number of a table, as text."""

    text: str
    role: Role = "text"
    shade: float | None = None
    """Its place on the ramp of the table, from 0 to 1; None: no background."""
    mark: Ring = ""


class Table(Struct, frozen=True):
    """Numbers in rows and columns: pixels, a filter, a feature map."""

    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    names: tuple[str, ...] = ()
    """Left of each row; empty: none."""
    sign: str = ""
    """Between the table before and this one: `×`, `=`."""
    ramp: Literal["classes", "grey"] = "grey"
    even: bool = True
    """All columns equally wide, as pixels are."""
    least: int = 0
    """Characters that each column has room for: a table that changes its size with every number is restless."""
    below: bool = False
    """Stands in a new line."""
    spare: bool = False
    """Left out where there is no room for all."""


class Scene(Struct, frozen=True):
    """Items are drawn in order, later ones over earlier ones."""

    x: Pair
    y: Pair
    items: tuple[Item, ...]
    title: str = ""
    x_name: str = ""
    y_name: str = ""
    square: bool = False
    """Equal units on both axes (angles and distances look true)."""
    axes: bool = True
    """False for a diagram: where things stand means nothing by itself, so no axes are drawn."""
    names: tuple[str, ...] = ()
    """Left of the area, from the top down: what the rows of a heat map are called. Without axes."""
    lines: int = 0
    """Lines that it can use, its title aside; 0: the more the better."""
    tables: tuple[Table, ...] = ()
    """Beside one another, below one another where there is no room; for scenes without axes and items."""
