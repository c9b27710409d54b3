"""What the screen costs: start, keys, bytes. Both sides of every ratio are measured in this one run.

    .venv/bin/python tests/bench/terminal.py [--json FILE]

Times depend on the machine and on what else it does; ratios and bytes are what counts.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "terminal"))

from hostile import engines  # found through the line above
from pseudo import Terminal
from slow import SlowTerminal

ROOT = Path(__file__).parent.parent.parent
BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("bare and ready")
Bare().run()
"""
LESSON = "mlp-xor/train-xor"


def started(words: list[str], marker: str, home: Path) -> float:
    """Seconds from the start of the process to the frame with `marker`."""
    begin = time.perf_counter()
    with Terminal([sys.executable, *words], cwd=ROOT, env={"DLTUI_HOME": str(home)}) as terminal:
        while marker not in terminal.text:
            terminal.pump(0.002)
            assert time.perf_counter() - begin < 60, terminal.text
        return time.perf_counter() - begin


def cold_start(home: Path, repeats: int) -> dict[str, float]:
    """A bare Textual application against dltui opening a lesson, in turns."""
    bare, ours = [], []
    for _ in range(repeats):
        bare.append(started(["-c", BARE], "bare and ready", home))
        ours.append(started(["-m", "dltui", "mlp-xor/lines"], "› 1/", home))
    return {"bare s": min(bare), "dltui s": min(ours), "ratio of minima": min(ours) / min(bare),
            "ratio of medians": statistics.median(ours) / statistics.median(bare)}


def latencies(terminal: Terminal, keys: int) -> list[float]:
    """Milliseconds from a key that moves a knob to the frame in which it has moved."""
    found = []
    for index in range(keys):
        key, shown = ("-", "‹4›") if index % 2 == 0 else ("+", "‹8›")
        begin = time.perf_counter()
        terminal.press(key)
        while shown not in terminal.text:
            terminal.pump(0.001)
            assert time.perf_counter() - begin < 30, terminal.text
        found.append((time.perf_counter() - begin) * 1000)
        rest = time.perf_counter() + 0.03
        while time.perf_counter() < rest:
            terminal.pump(0.005)
    return found


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def train(terminal: Terminal) -> None:
    terminal.until("Your guess first")
    terminal.press("t")
    terminal.until("Commit to a number")
    terminal.press("enter")
    terminal.until("No guess this time")
    terminal.press("t")
    terminal.until("▸ running", 60)


def keys(home: Path, count: int, lessons: Path) -> dict[str, float]:
    """Key to repaint, idle and while an experiment trains at full speed."""
    with Terminal([sys.executable, "-m", "dltui", "--lessons", str(lessons), LESSON], cwd=ROOT,
                  env={"DLTUI_HOME": str(home)}) as terminal:
        terminal.until("Your guess first")
        terminal.quiet(1.0)
        terminal.pump(3.0)  # the engine imports PyTorch
        idle = latencies(terminal, count)
        train(terminal)
        busy = latencies(terminal, count)
    return {"idle p50 ms": quantile(idle, 0.5), "idle p99 ms": quantile(idle, 0.99),
            "training p50 ms": quantile(busy, 0.5), "training p99 ms": quantile(busy, 0.99),
            "ratio of p99": quantile(busy, 0.99) / quantile(idle, 0.99)}


def rates(home: Path, seconds: float, lessons: Path, fps: str) -> dict[str, float]:
    """Bytes a second on the line while a curve and a picture move, and when nothing happens."""
    with Terminal([sys.executable, "-m", "dltui", "--lessons", str(lessons), "--fps", fps, LESSON], cwd=ROOT,
                  env={"DLTUI_HOME": str(home)}) as terminal:
        train(terminal)
        live = _bytes(terminal, seconds)
        terminal.press(" ")
        terminal.until("‖ paused")
        terminal.quiet(1.0)
        idle = _bytes(terminal, 3.0)
    return {f"live KiB/s at {fps} fps": live / seconds / 1024, "idle bytes in 3 s": idle}


def slow_keys(home: Path, lessons: Path, rate: float, size: tuple[int, int], count: int = 12) -> dict[str, float]:
    """Seconds from a key to its effect at the end of a slow line, while a curve and a picture move."""
    found = []
    with SlowTerminal([sys.executable, "-m", "dltui", "--lessons", str(lessons), LESSON], rate=rate, size=size,
                      cwd=ROOT, env={"DLTUI_HOME": str(home), "SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}) as terminal:
        if size[0] < 100:
            terminal.until("tab try it")
            terminal.quiet(1.0)
            terminal.press("tab")
        train(terminal)
        terminal.until_true(lambda: terminal.queued < 100, "the line is empty")
        terminal.most = 0
        for index in range(count):
            _bytes(terminal, 0.5 + index % 5 / 10)
            key, shown = ("-", "‹4›") if index % 2 == 0 else ("+", "‹8›")
            begin = time.perf_counter()
            terminal.press(key)
            terminal.until(shown)
            found.append(time.perf_counter() - begin)
    return {"median s": statistics.median(found), "worst s": max(found), "most bytes on their way": terminal.most}


def _bytes(terminal: Terminal, seconds: float) -> float:
    before = len(terminal.raw)
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        terminal.pump(0.02)
    return len(terminal.raw) - before


def long_lesson(folder: Path) -> Path:
    """The XOR lesson with an experiment that does not end while it is measured."""
    text = (ROOT / "lessons" / "04-mlp-xor.toml").read_text()
    assert "steps = 500" in text
    folder.mkdir()
    (folder / "04-mlp-xor.toml").write_text(text.replace("steps = 500", "steps = 2000000"))
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--repeats", type=int, default=8)
    parser.add_argument("--keys", type=int, default=120)
    options = parser.parse_args()
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        lessons = long_lesson(home / "lessons")
        parts: list[tuple[str, Callable[[], dict[str, float]]]] = [
            ("start", lambda: cold_start(home / "a", options.repeats)),
            ("keys", lambda: keys(home / "b", options.keys, lessons)),
            ("bytes at 10 frames/s", lambda: rates(home / "c", 8.0, lessons, "10")),
            ("bytes at 2 frames/s", lambda: rates(home / "d", 8.0, lessons, "2")),
            ("12.5 kB/s, 80x24", lambda: slow_keys(home / "e", lessons, 12_500, (80, 24))),
            ("12.5 kB/s, 200x50", lambda: slow_keys(home / "f", lessons, 12_500, (200, 50))),
            ("4 kB/s, 80x24", lambda: slow_keys(home / "g", lessons, 4_000, (80, 24))),
        ]
        for title, part in parts:
            print(title)
            for name, value in part().items():
                found[f"{title}: {name}"] = value
                print(f"  {name:<28} {value:10.3f}")
            for pid in engines(home):  # a long run outlives its screen
                os.kill(pid, signal.SIGKILL)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
