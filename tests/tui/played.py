"""Screens are tested by playing recorded journals to them: the engine here starts no process, it copies a journal."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widget import Widget

from dltui.journal.events import Checked, Probed
from dltui.journal.folder import JOURNAL
from dltui.journal.progress import ProgressWriter
from dltui.journal.tail import Tail
from dltui.journal.work import AnyWork, Check, Probe, Resume, Train
from dltui.journal.writer import Writer
from dltui.lesson.find import course
from dltui.places import State, lessons_dir
from dltui.tui.app import LabApp
from dltui.tui.engine import EngineState
from dltui.tui.lab import Lab

JOURNALS = Path(__file__).parent / "journals"
Pane = TypeVar("Pane", bound=Widget)
SCREENS = Path(__file__).parent / "screens"


class Player:
    """In place of the engine: every run asked for gets the recorded journal, up to `lines` lines of it."""

    def __init__(self, journal: str = "xor", lines: int | None = None) -> None:
        self.journal = journal
        self.lines = lines
        self.checks = "gradient"
        """The journal for gradient checks; empty: they are never answered."""
        self.work: list[AnyWork] = []
        self.state = EngineState("ready", "cpu")
        self.kept: dict[str, bool] = {}

    busy = False

    def start(self) -> None:
        pass

    def send(self, work: AnyWork) -> None:
        self.work.append(work)
        if isinstance(work, Train | Resume):
            where = Path(work.folder)
            where.mkdir(parents=True, exist_ok=True)
            self.write(where / JOURNAL, slice(0, self.lines))
        elif isinstance(work, Check | Probe) and self.checks:
            self.answer(work)

    def answer(self, work: Check | Probe) -> None:
        """The recorded report for every check, the recorded curve for every element."""
        checked, probed = Tail(JOURNALS / f"{self.checks}.jsonl").read()
        assert isinstance(checked, Checked) and isinstance(probed, Probed)
        where = Path(work.folder)
        where.mkdir(parents=True, exist_ok=True)
        with Writer(where / JOURNAL) as writer:
            if isinstance(work, Check):
                writer.append(replace(checked, mode=work.mode, bug=work.check.get("bug", "none")))
            else:
                writer.append(replace(probed, tensor=work.tensor, place=work.place))

    def write(self, target: Path, part: slice) -> None:
        lines = (JOURNALS / f"{self.journal}.jsonl").read_bytes().splitlines(keepends=True)
        with target.open("ab") as file:
            file.writelines(lines[part])

    def poll(self) -> EngineState:
        return self.state

    def owns(self, run: str) -> bool:
        return True

    def close(self) -> str:
        return ""


def make_lab(home: Path, folders: list[Path] | None = None, player: Player | None = None) -> Lab:
    state = State(home / "state", True, "")
    state.folder.mkdir(exist_ok=True)
    return Lab(
        course=course(folders or [lessons_dir()]), state=state, recorder=ProgressWriter(state.folder / "progress"),
        engine=player or Player(), fps=10,  # type: ignore[arg-type]
    )


def place(lab: Lab, lesson: str, step: str) -> tuple[Any, int]:
    entry = next(entry for entry in lab.course.entries if entry.id == lesson)
    assert entry.lesson is not None
    return entry, [each.id for each in entry.lesson.step].index(step)


def play(
    lab: Lab, scene: Callable[[Pilot[Any]], Awaitable[None]], *, at: tuple[Any, int] | None = None,
    size: tuple[int, int] = (120, 40),
) -> None:
    """Run the app without a terminal and let `scene` use it."""

    async def run() -> None:
        app = LabApp(lab, at)
        async with app.run_test(size=size, notifications=True) as pilot:
            await pilot.pause()
            await scene(pilot)
            await left(app)

    asyncio.run(run())


async def left(app: LabApp, patience: float = 120.0) -> None:
    """Leave as learners do: what is under way in the application comes to its end before screens are taken away."""
    app.exit()
    end = asyncio.get_running_loop().time() + patience
    while app._running and asyncio.get_running_loop().time() < end:
        await asyncio.sleep(0.01)


async def until(pilot: Pilot[Any], condition: Callable[[], bool], what: str, patience: float = 120.0) -> None:
    """Wait for a condition, never for a time."""
    end = asyncio.get_running_loop().time() + patience
    while not condition():
        assert asyncio.get_running_loop().time() < end, f"not seen: {what}\n{text(pilot)}"
        await pilot.pause(0.02)


def text(pilot: Pilot[Any]) -> str:
    """The screen as plain text. The compositor is private: this is the one place that knows it."""
    app = pilot.app
    lines = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in lines)


async def begun(pilot: Pilot[Any], kind: type[Pane]) -> Pane:
    """Wait until the activity of the lesson is there and has the keys."""

    def has_keys() -> bool:
        focused = pilot.app.focused
        return focused is not None and any(isinstance(node, kind) for node in focused.ancestors_with_self)

    await until(pilot, has_keys, f"a {kind.__name__} with the keys")
    return pilot.app.screen.query_one(kind)


async def same_screen(pilot: Pilot[Any], name: str, update: bool) -> None:
    """Wait for the recorded screen; speeds and seconds differ from machine to machine."""
    path = SCREENS / f"{name}.txt"
    if update or not path.exists():
        await pilot.pause(0.5)
        path.write_text(_told(pilot))
    wanted = path.read_text()
    with suppress(AssertionError):
        await until(pilot, lambda: _told(pilot) == wanted, name, 60)
    assert _told(pilot) == wanted


def _told(pilot: Pilot[Any]) -> str:
    return re.sub(r"[\d\u202f ]+ steps/s", " … steps/s", text(pilot)) + "\n"
