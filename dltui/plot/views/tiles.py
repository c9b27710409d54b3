"""Views that are many small pictures: filters, feature maps, mistakes, reconstructions, generated pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import nan

from dltui.journal.events import Snapshot
from dltui.journal.picture import Picture
from dltui.plot.cells import Grid, text_width
from dltui.plot.heat import UNSHADED
from dltui.plot.palette import Theme
from dltui.plot.views.caption import Sheet, pixels, sample

SCALES = (6, 4, 3, 2, 1)
"""Pixels for each number, the largest that fits."""
GAP = 2
TITLES = {
    "filters": "filters", "features": "what the layers see", "mistakes": "right and wrong",
    "reconstructions": "input and output", "samples": "generated",
    "latent_grid": "decoded codes",
}  # fmt: skip
TOGETHER = ("reconstructions",)
"""Each group in one line: what stands below each other belongs together."""
ENOUGH = 6
"""Pictures of a group, below which their number counts more than their size."""
MOST_LINES = 4
"""Lines of a group, tried from here on downwards."""


@dataclass(frozen=True)
class Group:
    name: str
    pictures: Sequence[Picture]

    def wide(self, scale: int) -> int:
        """Cells of one picture, the gap included; a caption may need more than the picture."""
        return max(max(each.columns * scale for each in self.pictures),
                   max(text_width(each.name) for each in self.pictures)) + GAP  # fmt: skip

    def high(self, scale: int) -> int:
        """Rows of a line of pictures with their captions, or a free row where there are none."""
        return max(-(-each.rows * scale // 2) for each in self.pictures) + 1


@dataclass(frozen=True)
class Plan:
    scale: int
    lines: int
    """At most so many for each group."""

    def rows(self, groups: Sequence[Group], width: int) -> int:
        """That all of it takes."""
        last = bool(groups) and not any(each.name for each in groups[-1].pictures)  # no free row at the end
        return sum(bool(group.name) + self.used(group, width) * group.high(self.scale) for group in groups) - last

    def used(self, group: Group, width: int) -> int:
        return min(self.lines, -(-len(group.pictures) // self.across(group, width)))

    def across(self, group: Group, width: int) -> int:
        return max(1, (width + GAP) // group.wide(self.scale))

    def shown(self, groups: Sequence[Group], width: int) -> int:
        return sum(min(len(group.pictures), self.used(group, width) * self.across(group, width)) for group in groups)


def draw(snapshot: Snapshot, width: int, height: int, ascii: bool, theme: Theme) -> Grid:
    groups = [Group(name, list(each)) for name, each in groupby(snapshot.pictures, key=lambda picture: picture.group)]
    sheet = Sheet(width, height, f"{TITLES[snapshot.view]} at step {snapshot.step}", snapshot.note, theme, ascii)
    _legend(sheet, snapshot)
    left, before = 0, [""] * len(groups)
    if snapshot.view in TOGETHER and groups and Plan(1, 1).rows(groups, width) > sheet.height:
        before = [group.name for group in groups]  # a row each is saved, and what belongs together is seen together
        left = max(map(text_width, before)) + GAP
        groups = [Group("", group.pictures) for group in groups]
    elif len(groups) > 1 and len(groups[0].pictures) == 1 and Plan(1, 1).rows(groups, width) > sheet.height:
        left = _beside(sheet, groups.pop(0))
    while len(groups) > 1 and Plan(1, 1).rows(groups, width - left) > sheet.height:
        groups.pop()  # the last ones are for a higher pane
    most = 1 if snapshot.view in TOGETHER else MOST_LINES
    plan = planned(groups, width - left, sheet.height, most, halves=not ascii and theme not in UNSHADED)
    y = sheet.top
    for name, group in zip(before, groups, strict=False):  # the last ones may have been left out
        sheet.put(0, y, name, "name")
        if group.name:
            sheet.put(left, y, group.name, "name")
            y += 1
        across = plan.across(group, width - left)
        for place, picture in enumerate(group.pictures[: plan.used(group, width - left) * across]):
            line, column = divmod(place, across)
            _tile(sheet, picture, left + column * group.wide(plan.scale), y + line * group.high(plan.scale), plan.scale,
                  sheet.top + sheet.height)
        y += plan.used(group, width - left) * group.high(plan.scale)
    return sheet.grid


def _beside(sheet: Sheet, group: Group) -> int:
    """A single picture at the left edge, where it would take too much of the height. Returns the columns it takes."""
    fitting = [scale for scale in SCALES if group.wide(scale) <= sheet.width // 4 and group.high(scale) < sheet.height]
    scale = fitting[0] if fitting else 1
    sheet.put(0, sheet.top, group.name, "name")
    _tile(sheet, group.pictures[0], 0, sheet.top + bool(group.name), scale, sheet.top + sheet.height)
    return max(group.wide(scale), text_width(group.name) + GAP)


def _legend(sheet: Sheet, snapshot: Snapshot) -> None:
    """The shades of signed numbers, where all pictures share them."""
    if not snapshot.pictures or snapshot.pictures[0].ramp != "signed":
        return
    first = snapshot.pictures[0]
    shades = sample(first.low, first.high, first.ramp, sheet.theme, sheet.ascii)
    used = text_width("".join(sheet.grid.chars[0]).rstrip())
    if used + 2 + shades.width <= sheet.width:
        sheet.paste(shades, sheet.width - shades.width, 0)


def planned(groups: Sequence[Group], width: int, height: int, most: int, halves: bool = True) -> Plan:
    """All pictures as large as may be; where not all of them fit, as many as possible, of each group alike. Without
    half blocks a picture needs twice the size."""
    enough = (ENOUGH if halves else ENOUGH // 2) * len(groups)
    plans = [Plan(scale, lines) for scale in SCALES for lines in range(most, 0, -1)]
    fitting = [plan for plan in plans if plan.rows(groups, width) <= height
               and all(group.wide(plan.scale) - GAP <= width for group in groups)]
    return max(fitting, key=lambda plan: (min(plan.shown(groups, width), enough), plan.scale,
                                          plan.shown(groups, width)), default=Plan(1, 1))  # fmt: skip


def _tile(sheet: Sheet, picture: Picture, x: int, y: int, scale: int, bottom: int) -> None:
    drawn = pixels(picture.lines(), picture.low, picture.high, picture.ramp, scale, sheet.theme, sheet.ascii)
    if y + drawn.height > bottom:
        return
    sheet.paste(drawn, x, y)
    if picture.name and y + drawn.height < bottom:
        sheet.put(x, y + drawn.height, picture.name, "text")


def latent_grid(snapshot: Snapshot, width: int, height: int, ascii: bool, theme: Theme) -> Grid:
    """Pictures decoded all over the plane of codes; where not all of them fit, some of them, evenly."""
    ends = [f"{value or 0.0:.3g}" for value in [*snapshot.values, 0.0, 0.0, 0.0, 0.0][:4]]
    note = f"→ code 1, {ends[0]} to {ends[1]}; ↑ code 2, {ends[2]} to {ends[3]}"
    sheet = Sheet(width, height, f"{TITLES[snapshot.view]} at step {snapshot.step}", note, theme, ascii)
    if not snapshot.pictures or snapshot.pictures[0].tiles < 1:
        return sheet.grid
    whole = snapshot.pictures[0]
    side = max(1, whole.columns // whole.tiles)
    room = min(width, 2 * sheet.height)
    scale = next((each for each in SCALES if whole.tiles * (side + 1) * each <= room), 1)
    count = max(1, min(whole.tiles, room // ((side + 1) * scale)))
    kept = [place * (whole.tiles - 1) // max(1, count - 1) for place in range(count)]
    lines = whole.lines()
    apart = [nan] * ((side + 1) * count)
    rows: list[list[float]] = []
    for down in kept:
        for line in lines[down * side : (down + 1) * side]:
            rows.append([value for across in kept for value in (*line[across * side : (across + 1) * side], nan)])
        rows.append(apart)
    sheet.paste(pixels(rows, whole.low, whole.high, whole.ramp, scale, theme, ascii), 0, sheet.top)
    return sheet.grid
