"""E and I: what is on the screen becomes a file, and the place of the file is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from played import Player, make_lab, place, play, text, until
from textual.pilot import Pilot

from dltui.tui.app import LabApp
from dltui.tui.keeping import FOLDER


def made(folder: Path, pattern: str) -> list[Path]:
    return sorted((folder / FOLDER).glob(pattern))


def test_a_run_and_its_lesson_are_exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = make_lab(tmp_path, player=Player())
    monkeypatch.chdir(tmp_path)
    said: list[str] = []
    monkeypatch.setattr(LabApp, "notify", lambda self, message, **look: said.append(message))

    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: "Your guess first" in text(pilot), "the experiment")
        await pilot.press("t")
        await until(pilot, lambda: "Commit to a number" in text(pilot), "the guess being asked for")
        await pilot.press("0", "enter")
        await until(pilot, lambda: "You said 0" in text(pilot), "the guess being locked")
        await pilot.press("t")
        await until(pilot, lambda: "done 200/200" in text(pilot), "the end of the run")
        for words, here, pattern in (("valueas", "every value as CSV", "mlp-xor-train-xor.csv"),
                                     ("webpage", "as a web page", "mlp-xor.html")):  # fmt: skip
            await pilot.press("E")
            await until(pilot, lambda: "Export the run: curves as SVG" in text(pilot), "the choice")
            await pilot.press(*words)
            await until(pilot, lambda here=here: here in text(pilot) and "curves as text" not in text(pilot), here)
            await pilot.press("enter")
            await until(pilot, lambda pattern=pattern: len(made(tmp_path, pattern)) == 1, pattern)
        await until(pilot, lambda: sum(FOLDER in message for message in said) == 2, "the places being said")

    play(lab, scene, at=place(lab, "mlp-xor", "train-xor"))
    assert made(tmp_path, "*.csv")[0].read_text().startswith("step,")
    assert made(tmp_path, "*.html")[0].read_text().startswith("<!DOCTYPE html>")


def test_a_screenshot_is_a_picture_and_a_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = make_lab(tmp_path)
    monkeypatch.chdir(tmp_path)

    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: "Your guess first" in text(pilot), "the experiment")
        await pilot.press("I")
        await until(pilot, lambda: len(made(tmp_path, "screen-*")) == 2, "two files")

    play(lab, scene, at=place(lab, "mlp-xor", "train-xor"))
    assert "Your guess first" in made(tmp_path, "*.txt")[0].read_text()
    assert made(tmp_path, "*.svg")[0].read_text().startswith("<svg")
