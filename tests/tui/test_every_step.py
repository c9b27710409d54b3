"""Every step of every lesson looks as recorded, as it is reached by keys, at the two usual sizes.

What differs from learner to learner is held: the order of options, the numbers that vary, the home folder. Gradient
checks are never answered: what they find is the engine's business, and told to the last digit it differs from machine
to machine.
"""

from __future__ import annotations

import difflib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from played import SCREENS, Player, make_lab, play, text, until
from textual.pilot import Pilot

from dltui.lesson.records import Reading
from dltui.places import lessons_dir
from dltui.tui.lesson import LessonScreen

STEPS = SCREENS / "steps"
HEAD = "═" * 8 + " "
"""Begins the line above each screen."""
SETTLED = 25
"""Looks, 20 ms apart, for which a screen that is to be recorded must not have changed."""


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("file", sorted(lessons_dir().glob("*.toml")), ids=lambda file: file.stem)
def test_every_step_looks_as_recorded(
    file: Path, size: tuple[int, int], update: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    player = Player()
    player.checks = ""
    lab = make_lab(tmp_path, player=player)
    monkeypatch.delenv("DLTUI_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("dltui.journal.progress.learner", lambda state: 1)
    entry = next(entry for entry in lab.course.entries if entry.path == file)
    assert entry.lesson is not None
    path = STEPS / f"{file.stem}-{size[0]}x{size[1]}.txt"
    wanted = {} if update else _sections(path)
    seen: dict[str, str] = {}

    async def look(pilot: Pilot[Any], name: str) -> None:
        seen[name] = await (_settled(pilot) if update else _as_recorded(pilot, name, wanted[name]))

    async def scene(pilot: Pilot[Any]) -> None:
        screen = pilot.app.screen
        assert isinstance(screen, LessonScreen)
        for number, step in enumerate(screen.steps, 1):
            if number > 1:
                await screen.run_action("go(1)")  # in an answer field, n is a letter
            await until(pilot, lambda number=number: f" {number}/{entry.steps} " in text(pilot), f"step {number}")
            if not isinstance(step, Reading):
                await until(pilot, lambda: screen.activity is not None, "the activity")
            await look(pilot, step.id)
            if screen.has_class("-narrow") and screen.has_class("-text") and not isinstance(step, Reading):
                await pilot.press("tab")
                await look(pilot, f"{step.id}, activity")

    play(lab, scene, at=(entry, 0), size=size)
    if update:
        path.write_text("".join(f"{HEAD}{name}\n{screen}" for name, screen in seen.items()), encoding="utf-8")
    else:
        assert list(seen) == list(wanted)


def _sections(path: Path) -> dict[str, str]:
    parts = path.read_text(encoding="utf-8").split(HEAD)[1:]
    return {name: screen for name, _, screen in (part.partition("\n") for part in parts)}


async def _settled(pilot: Pilot[Any]) -> str:
    same, now = 0, ""
    while same < SETTLED:
        await pilot.pause(0.02)
        before, now = now, text(pilot) + "\n"
        same = same + 1 if now == before else 0
    return now


async def _as_recorded(pilot: Pilot[Any], name: str, wanted: str) -> str:
    with suppress(AssertionError):  # told below, as the difference
        await until(pilot, lambda: text(pilot) + "\n" == wanted, name, 60)
    now = text(pilot) + "\n"
    if now != wanted:
        lines = difflib.unified_diff(wanted.splitlines(keepends=True), now.splitlines(keepends=True))
        pytest.fail(f"{name}; if it is meant: --update-screens\n{''.join(lines)}", pytrace=False)
    return now
