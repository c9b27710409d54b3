"""A picture as data, in the coordinates of what it shows. Made by explorers and snapshots, drawn by `plot.canvas`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["class0", "class1", "model", "second", "third", "boundary", "chosen", "wrong", "accent", "faint", "text"]
"""What a thing means; the drawing chooses the colour and, so that colour is never alone, the glyph or dash."""
Pair = tuple[float, float]


@dataclass(frozen=True)
class Mark:
    """A point. class0 is drawn `o`, class1 `+`, chosen `×`; `ring` marks it as wrong."""

    x: float
    y: float
    role: Role
    ring: bool = False


@dataclass(frozen=True)
class Line:
    """A polyline through `points`; parts outside the box are cut off at its border."""

    points: tuple[Pair, ...]
    role: Role = "model"
    dashed: bool = False
    name: str = ""
    """For the legend; empty: not in it."""


@dataclass(frozen=True)
class Arrow:
    start: Pair
    end: Pair
    role: Role = "accent"
    name: str = ""


@dataclass(frozen=True)
class Label:
    x: float
    y: float
    text: str
    role: Role = "text"


@dataclass(frozen=True)
class Heat:
    """A grid of values over the whole box, first row at the top."""

    rows: tuple[tuple[float, ...], ...]
    low: float
    high: float
    ramp: Literal["classes", "signed", "grey"] = "classes"
    """classes: from class 0's colour over neutral to class 1's; signed: blue, neutral, red; grey: dark to light."""


Item = Mark | Line | Arrow | Label | Heat


@dataclass(frozen=True)
class Scene:
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
