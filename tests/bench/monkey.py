"""A monkey at the keyboard: random keys, clicks, pastes and new sizes, on every screen, faster than anybody types.

    PYTHONPATH=. python tests/bench/monkey.py [--seed 1] [--seconds 60] [--engine]

What it does follows from the seed. A crash or a screen that no longer answers prints the keys that led there and ends
with 1, and so does a process left behind. With --engine a real worker trains; without, recorded journals are played.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import string
import sys
import tempfile
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot

from dltui.explore.explorer import Explorer, Slider
from dltui.explore.registry import start
from dltui.lesson import records
from dltui.plain.scaffold import scaffold
from dltui.tui.engine import Engine
from dltui.tui.lab import Lab

TESTS = Path(__file__).parent.parent
sys.path.insert(0, str(TESTS / "tui"))

from played import make_lab, play, text  # noqa: E402  (shared by the tests of screens, found by the line above)

SIZES = [(120, 40), (120, 40), (80, 24), (80, 24), (60, 16), (200, 50), (100, 30), (59, 15), (30, 10), (2, 2), (1, 1)]
MOVES = ["up", "down", "left", "right", "home", "end", "pageup", "pagedown", "shift+left", "shift+right"]
OTHERS = ["enter", "enter", "escape", "tab", "space", "backspace", "delete", "f1", "f2", "shift+tab", "ctrl+u"]
LETTERS = [*string.ascii_letters, *string.digits, *string.punctuation]
MOODS = {
    "steps": ["n"] * 5 + ["p"] * 3 + ["tab"],
    "letters": LETTERS,
    "keys": [*MOVES, *OTHERS, *LETTERS],
    "turning": [*MOVES[:4], *"+-<>rtaeimouvwxyz123", "space", "backspace"],
    "training": [*"tttsrS.o[]{}vvalLxK", "space", "enter", "home", "end", "escape", "0", "5"],
    "answering": ["enter", "up", "down", "left", "right", "space", "backspace", *"abcdefh0123456789x./ ", "f2"],
    "screens": [*"fgcbm?WA", "enter", "escape", "q", "question_mark", "n", "p", "up", "down"],
    "palette": ["ctrl+p", *"lossthemecour", "down", "down", "up", "enter", "escape"],
}
PASTED = ["0.25", "3x4", "[bold]x[/bold]", "w*x + b", "a\nb\tc", "\x1b[31m", "1e400", "٣", "x" * 3000, "sqrt(-1)"]
DEAF = 30.0
"""Seconds within which a screen must answer."""


class Monkey:
    """Its own source of chance, and what it did."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.trail: list[str] = []

    def __call__(self, moves: int) -> Any:
        """A scene of so many moves for `play`."""

        async def scene(pilot: Pilot[Any]) -> None:
            done = 0
            while done < moves and not pilot.app._exit and pilot.app._exception is None:
                keys = MOODS[self.chance.choice(list(MOODS))]
                burst, hurry = self.chance.randrange(1, 15), self.chance.choice([0.0, 0.0, 0.02, 0.12])
                for _ in range(burst):
                    await self.move(pilot, keys, hurry)
                done += burst
            await answers(pilot)

        return scene

    async def move(self, pilot: Pilot[Any], keys: list[str], hurry: float) -> None:
        """One thing that a hand can do, and a pause of up to `hurry` seconds."""
        kind = self.chance.random()
        if kind < 0.03:
            self.resize(pilot, self.chance.choice(SIZES))
        elif kind < 0.09:
            self.click(pilot)
        elif kind < 0.10:
            self.trail.append("paste")
            send(pilot, events.Paste(self.chance.choice(PASTED)))
        else:
            self.press(pilot, self.chance.choice(keys))
        pause = self.chance.random() * hurry
        self.trail.append(f"{1000 * pause:.0f}ms")
        await asyncio.sleep(pause)

    def press(self, pilot: Pilot[Any], key: str) -> None:
        self.trail.append(key)
        character = " " if key == "space" else "?" if key == "question_mark" else key if len(key) == 1 else None
        name = _character_to_key(key) if len(key) == 1 and not key.isalnum() else key
        send(pilot, events.Key(name, character))

    def click(self, pilot: Pilot[Any]) -> None:
        """Somewhere on the screen: once, twice, or with the wheel."""
        width, height = pilot.app.size
        x, y = self.chance.randrange(max(1, width)), self.chance.randrange(max(1, height))
        kinds: list[type[events.MouseEvent]] = self.chance.choice([
            [events.MouseDown, events.MouseUp], [events.MouseDown, events.MouseUp] * 2, [events.MouseMove],
            [events.MouseScrollDown] * 3, [events.MouseScrollUp], [events.MouseDown, events.MouseMove, events.MouseUp],
        ])  # fmt: skip
        self.trail.append(f"{'+'.join(kind.__name__ for kind in kinds)}@{x},{y}")
        for kind in kinds:
            send(pilot, kind(None, x, y, 0, 0, int(kind is not events.MouseMove), False, False, False, x, y))

    def resize(self, pilot: Pilot[Any], size: tuple[int, int]) -> None:
        self.trail.append(f"{size[0]}x{size[1]}")
        pilot.app._driver._size = events.Size(*size)  # type: ignore[union-attr]  # as Pilot.resize_terminal, at once
        send(pilot, events.Resize(events.Size(*size), events.Size(*size)))

    def played_with(self, step: records.Explorer) -> tuple[Explorer, list[Explorer]]:
        """An explorer after controls and actions at random, and its past."""
        state, past = start(step.explorer, step.settings), []
        for _ in range(self.chance.randrange(40)):
            controls, actions = state.controls(), state.actions()
            past.append(state)
            if actions and self.chance.random() < 0.5:
                state = state.acted(self.chance.choice(actions).name)
            elif controls:
                control = self.chance.choice(controls)
                state = state.changed(control.name, self.chance.choice([control.low, control.high, control.value,
                    self.chance.uniform(control.low, control.high)]) if isinstance(control, Slider)
                    else self.chance.choice(control.options))  # fmt: skip
        return state, past

    def place(self, lab: Lab) -> tuple[Any, int] | None:
        """A step of any lesson; now and then the course."""
        if self.chance.random() < 0.08:
            return None
        entries = [entry for entry in lab.course.entries if entry.lesson is not None]
        kinds = sorted({type(step).__name__ for entry in entries for step in entry.lesson.step})  # type: ignore[union-attr]
        kind = self.chance.choice(kinds)  # there are many more quizzes than challenges
        places = [(entry, number) for entry in entries for number, step in enumerate(entry.lesson.step)  # type: ignore[union-attr]
                  if type(step).__name__ == kind]  # fmt: skip
        return self.chance.choice(places)


def send(pilot: Pilot[Any], event: events.Event) -> None:
    """As the driver does: nothing waits for what comes of it."""
    event.set_sender(pilot.app)
    driver = pilot.app._driver
    if driver is not None and not pilot.app._exit:
        driver.process_message(event)


async def answers(pilot: Pilot[Any]) -> None:
    """Whether the application and its screen still take messages. Raises TimeoutError."""
    for pump in (pilot.app, lambda: pilot.app.screen):
        if pilot.app._exit:
            return
        heard = asyncio.Event()
        (pump() if callable(pump) else pump).call_later(heard.set)
        waiting = asyncio.create_task(heard.wait())
        end = time.monotonic() + DEAF
        while not waiting.done() and not pilot.app._exit and pilot.app._exception is None:
            if time.monotonic() > end:
                waiting.cancel()
                raise TimeoutError(f"The screen took no message for {DEAF:g} s:\n{text(pilot)}")
            await asyncio.sleep(0.01)


def laboratory(home: Path, real: bool) -> Lab:
    """All lessons, one with every kind of question, and one that its author works on."""
    mine = home / "lessons"
    mine.mkdir()
    (mine / "50-kinds.toml").write_bytes((TESTS / "tui" / "50-kinds.toml").read_bytes())
    scaffold("mine", mine)
    lab = make_lab(home, [TESTS.parent / "lessons", mine])
    if real:
        lab.engine = Engine(lab.state.folder)
    return lab


def one_play(monkey: Monkey, lab: Lab, moves: int) -> str:
    """Let it play once. Returns where; raises whatever the screen raises."""
    place, size = monkey.place(lab), monkey.chance.choice(SIZES)
    monkey.trail.clear()
    step = place[0].lesson.step[place[1]] if place else None
    where = f"{place[0].id}/{step.id}" if place and step else "the course"
    monkey.trail.append(f"{where} at {size[0]}x{size[1]}:")
    if isinstance(step, records.Explorer):
        lab.explored[place[0].id, step.id] = monkey.played_with(step)  # type: ignore[index]
    lab.authoring = monkey.chance.random() < 0.2
    play(lab, monkey(moves), at=place, size=size)
    return where


def orphans() -> list[str]:
    """Commands of processes begun here that do not end in time. Linux only."""
    listed = Path(f"/proc/self/task/{os.getpid()}/children")
    end = time.monotonic() + DEAF
    while listed.exists():
        places = [Path("/proc") / number for number in listed.read_text().split()]
        with suppress(OSError):  # one has just ended
            left = [(place / "cmdline").read_text().replace("\0", " ") for place in places]
            if not any(left) or time.monotonic() > end:  # what waits to be reaped has no command any more
                return [command for command in left if command]
        time.sleep(0.1)
    return []


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--engine", action="store_true", help="a real worker instead of recorded journals")
    chosen = parser.parse_args()
    monkey, plays = Monkey(chosen.seed), 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        os.environ |= {"DLTUI_HOME": home, "HOME": home, "EDITOR": "true"}
        os.chdir(home)
        lab = laboratory(Path(home), chosen.engine)
        end = time.monotonic() + chosen.seconds
        try:
            while time.monotonic() < end:
                one_play(monkey, lab, monkey.chance.randrange(20, 120))
                plays += 1
        except Exception:
            traceback.print_exc()
            print(f"seed {chosen.seed}, play {plays + 1}:", *monkey.trail, file=sys.stderr)
            return 1
        finally:
            for run in lab.close():  # it was asked for
                print(f"goes on: {run}")
                lab.engine.end()
        if left := orphans():
            print(f"seed {chosen.seed}: left behind: {', '.join(left)}", file=sys.stderr)
            return 1
    print(f"{plays} plays, no crash")
    return 0


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main())
