"""What the palette has besides the keys of the screen below it: lessons and steps, exports, themes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from dltui.lesson.find import Entry
from dltui.tui.keeping import Command, KeepingScreen
from dltui.tui.lab import Lab
from dltui.tui.lesson import LessonScreen


class LessonCommands(Provider):
    """Every lesson at once, every step once something is typed."""

    @property
    def _lab(self) -> Lab:
        return cast("Any", self.app).lab  # type: ignore[no-any-return]

    def _open(self, entry: Entry, index: int) -> None:
        self.app.push_screen(LessonScreen(self._lab, entry, index))

    def _places(self) -> Iterator[tuple[str, Entry, int]]:
        for entry in self._lab.course.entries:
            if entry.lesson is None:
                continue
            yield f"{entry.number} {entry.title}", entry, 0
            for index, step in enumerate(entry.lesson.step):
                yield f"{entry.number} {entry.title} › {step.title}", entry, index

    async def discover(self) -> Hits:
        for text, entry, index in self._places():
            if "›" not in text:
                yield DiscoveryHit(text, partial(self._open, entry, index), help=entry.goals[0])

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for text, entry, index in self._places():
            score = matcher.match(text)
            if score > 0:
                place = f"{entry.id}/{index + 1}"
                yield Hit(score, matcher.highlight(text), partial(self._open, entry, index), help=place)


class ExportCommands(Provider):
    """What can be exported of the lesson that is open, once something is typed; the command “Export” shows it all."""

    def _commands(self) -> Iterator[Command]:
        if isinstance(self.screen, KeepingScreen):
            yield from self.screen.exports()

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for title, export, about in self._commands():
            score = matcher.match(title)
            if score > 0:
                yield Hit(score, matcher.highlight(title), export, help=about)


class ThemeCommands(Provider):
    """Each theme by its name, once something is typed; the command “Theme” shows them all."""

    def _choose(self, name: str) -> None:
        self.app.theme = name

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for name in () if self.app.no_color else sorted(self.app.available_themes, key=lambda name: "lab-" not in name):
            title = f"Theme {name}"
            score = matcher.match(title)
            if score > 0:
                here = "in use" if name == self.app.theme else "colours of the lab"
                yield Hit(score, matcher.highlight(title), partial(self._choose, name), help=here)
