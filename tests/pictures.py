"""The pictures of the README, made by the program: real screens, real training.

    .venv/bin/python tests/pictures.py [NAME …]

Textual's Pilot presses the keys; screens and engine are those of `dltui`. Same seeds, same pictures.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

os.environ["COLORTERM"] = "truecolor"  # before textual looks
os.environ.pop("NO_COLOR", None)
sys.path.insert(0, str(Path(__file__).parent / "tui"))

from played import make_lab, place, play, text, until  # found through the line above
from svg import svg
from textual.pilot import Pilot

from dltui.tui.engine import Engine

ASSETS = Path(__file__).parent.parent / "assets"
PATIENCE = 60.0
"""Seconds for the engine to import PyTorch and train."""

Scene = Callable[[Pilot[Any]], Awaitable[None]]


async def trained(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys, train, wait for the end."""
    await pilot.press(*keys, "t")
    await until(pilot, lambda: "▸ running" in text(pilot) or "… waiting" in text(pilot), "the start", PATIENCE)
    await until(pilot, lambda: "✓ done" in text(pilot), "the end of the run", PATIENCE)


async def guess(pilot: Pilot[Any], number: str) -> None:
    await until(pilot, lambda: "Your guess first" in text(pilot), "the question for a guess")
    await pilot.press("t", *number, "enter")
    await until(pilot, lambda: f"You said {number}" in text(pilot), "the guess being locked")


async def experiment(pilot: Pilot[Any]) -> None:
    """Two hidden units, stuck from this seed; then eight, from the same seed."""
    await guess(pilot, "0.01")
    await trained(pilot, "S", "minus", "minus", "minus")
    await trained(pilot, "plus", "plus", "plus")


async def explorer(pilot: Pilot[Any]) -> None:
    await until(pilot, lambda: "u update" in text(pilot), "the explorer")
    await pilot.press("u", "u", "u")
    await until(pilot, lambda: "Update 3 with" in text(pilot), "three updates")


async def gradient(pilot: Pilot[Any]) -> None:
    """The backward of a real model, then the first of the bugs planted into it."""
    await until(pilot, lambda: "elements agree" in text(pilot), "the first check", PATIENCE)
    await pilot.press("b")
    await until(pilot, lambda: "Break the backward" in text(pilot), "the bugs")
    await pilot.press("down", "down", "enter")
    await until(pilot, lambda: "WRONG" in text(pilot), "the bug being found", PATIENCE)
    await pilot.press("enter", "w")
    await until(pilot, lambda: "error against step size" in text(pilot), "the curve of a bad element", PATIENCE)


PICTURES: dict[str, tuple[Scene, tuple[str, str], tuple[int, int]]] = {
    "experiment": (experiment, ("mlp-xor", "train-xor"), (138, 35)),
    "explorer": (explorer, ("perceptron-sgd", "five-updates"), (134, 37)),
    "gradient": (gradient, ("train-backprop", "check"), (144, 36)),
}


def take(name: str, home: Path) -> str:
    """One picture as SVG."""
    scene, at, size = PICTURES[name]
    lab = make_lab(home)
    lab.engine = Engine(lab.state.folder)
    taken: list[str] = []

    async def pose(pilot: Pilot[Any]) -> None:
        await scene(pilot)
        await pilot.pause()
        theme = pilot.app.current_theme
        strips = pilot.app.screen._compositor.render_strips()
        taken.append(svg(strips, f"dltui: {name}", ink=str(theme.foreground), ground=str(theme.background)))

    try:
        play(lab, pose, at=place(lab, *at), size=size)
    finally:
        lab.engine.close()
    return taken[0]


def main(names: list[str]) -> None:
    for name in names or PICTURES:
        with tempfile.TemporaryDirectory() as home:
            path = ASSETS / f"{name}.svg"
            path.write_text(take(name, Path(home)))
            print(f"{path}  {path.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main(sys.argv[1:])
