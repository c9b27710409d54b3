"""A lesson while it is written: every save shows at once, on the step where the author stands."""

from __future__ import annotations

from pathlib import Path

from dltui.lesson.find import Entry, reread
from dltui.tui.lab import Lab
from dltui.tui.lesson import LessonScreen
from dltui.tui.presence import present

EVERY = 0.3
"""Seconds between two looks at the file."""
KEPT = 3600.0
"""Seconds an error stays; the next save takes it away."""


class AuthorScreen(LessonScreen):
    """The last sound version stays on the screen while the file has an error, which is told with its line."""

    def __init__(self, lab: Lab, entry: Entry, index: int = 0) -> None:
        super().__init__(lab, entry, index)
        self._seen = _state(entry.path)

    def on_mount(self) -> None:
        self.set_interval(EVERY, self._look)

    async def _look(self) -> None:
        seen = _state(self.entry.path)
        if seen == self._seen:
            return
        self._seen = seen
        entry = reread(self.entry.path)
        self.app.clear_notifications()
        if entry.lesson is None:
            more = f"\n… and {len(entry.problems) - 1} more" if len(entry.problems) > 1 else ""
            self.notify(f"{entry.problems[0]}{more}", title="The last sound version stays", severity="error",
                        timeout=KEPT, markup=False)  # fmt: skip
            return
        ids = [step.id for step in entry.lesson.step]
        async with self._changing:
            await self._end_activity()
            if not present(self):
                return
            here = ids.index(self.step.id) if self.step.id in ids else min(self.index, len(ids) - 1)
            if self.found is not None:
                self.end_search()
            self.entry, self.lesson, self.index = entry, entry.lesson, here
            self._show()
        self.notify(f"{entry.path.name} read again", timeout=2, markup=False)


def _state(path: Path) -> tuple[int, int]:
    """Changes when the file does; editors write another file over it."""
    try:
        seen = path.stat()
    except OSError:
        return (0, 0)
    return seen.st_mtime_ns, seen.st_size
