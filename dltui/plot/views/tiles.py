"""Views that are many small pictures: filters, feature maps, mistakes, reconstructions, generated pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from dltui.journal.events import Snapshot
from dltui.journal.picture import Picture
from dltui.plot.cells import Grid, text_width
from dltui.plot.palette import Theme
from dltui.plot.views.caption import Sheet, pixels

SCALES = (6, 4, 3, 2, 1)
"""Pixels for each number, the largest that fits."""
GAP = 2
TITLES = {
    "filters": "filters", "features": "what the layers see", "mistakes": "right and wrong",
    "reconstructions": "input and output", "samples": "generated",
}  # fmt: skip
TOGETHER = ("reconstructions",)
"""Each group in one line: what stands below each other belongs together."""
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
        """Rows of a line of pictures with their captions."""
        return max(-(-each.rows * scale // 2) for each in self.pictures) + any(each.name for each in self.pictures)


@dataclass(frozen=True)
class Plan:
    scale: int
    lines: int
    """At most so many for each group."""

    def rows(self, groups: Sequence[Group], width: int) -> int:
        """That all of it takes."""
        return sum(bool(group.name) + self.used(group, width) * group.high(self.scale) for group in groups)

    def used(self, group: Group, width: int) -> int:
        return min(self.lines, -(-len(group.pictures) // self.across(group, width)))

    def across(self, group: Group, width: int) -> int:
        return max(1, (width + GAP) // group.wide(self.scale))

    def shown(self, groups: Sequence[Group], width: int) -> int:
        return sum(min(len(group.pictures), self.used(group, width) * self.across(group, width)) for group in groups)


def draw(snapshot: Snapshot, width: int, height: int, ascii: bool, theme: Theme) -> Grid:
    groups = [Group(name, list(each)) for name, each in groupby(snapshot.pictures, key=lambda picture: picture.group)]
    sheet = Sheet(width, height, f"{TITLES[snapshot.view]} at step {snapshot.step}", snapshot.note, theme, ascii)
    plan = planned(groups, width, sheet.height, 1 if snapshot.view in TOGETHER else MOST_LINES)
    y = sheet.top
    for group in groups:
        if group.name:
            sheet.put(0, y, group.name, "name")
            y += 1
        across = plan.across(group, width)
        for place, picture in enumerate(group.pictures[: plan.used(group, width) * across]):
            line, column = divmod(place, across)
            _tile(sheet, picture, column * group.wide(plan.scale), y + line * group.high(plan.scale), plan.scale,
                  sheet.top + sheet.height)
        y += plan.used(group, width) * group.high(plan.scale)
    return sheet.grid


def planned(groups: Sequence[Group], width: int, height: int, most: int) -> Plan:
    """All pictures as large as may be; where not all of them fit, as many as possible, of each group alike."""
    plans = [Plan(scale, lines) for scale in SCALES for lines in range(most, 0, -1)]
    fitting = [plan for plan in plans if plan.rows(groups, width) <= height
               and all(group.wide(plan.scale) - GAP <= width for group in groups)]
    return max(fitting, key=lambda plan: (min(plan.shown(groups, width), _ENOUGH * len(groups)), plan.scale,
                                          plan.shown(groups, width)), default=Plan(1, 1))  # fmt: skip


_ENOUGH = 6
"""Pictures of a group, below which their number counts more than their size."""


def _tile(sheet: Sheet, picture: Picture, x: int, y: int, scale: int, bottom: int) -> None:
    drawn = pixels(picture.lines(), picture.low, picture.high, picture.ramp, scale, sheet.theme, sheet.ascii)
    if y + drawn.height > bottom:
        return
    sheet.paste(drawn, x, y)
    if picture.name and y + drawn.height < bottom:
        sheet.put(x, y + drawn.height, picture.name, "text")
