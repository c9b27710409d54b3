"""Runs that outlive their screen: kept, found again, steered by one window and watched by others, stopped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hostile import engines, lessons, run, screen, stop, until
from pseudo import PATIENCE, Terminal

from dltui.journal.folder import CHECKPOINT, alive, runs
from dltui.journal.owner import holder
from dltui.journal.run import Run


@pytest.fixture
def lab(tmp_path: Path) -> tuple[str, ...]:
    return "lab/long", "--lessons", str(lessons(tmp_path / "good"))


def training(terminal: Terminal, said: str = "kept") -> None:
    """Train until it is certain that it takes long."""
    terminal.until("t train")
    terminal.press("t")
    terminal.until(said)


def steps(home: Path) -> list[int]:
    (summary,) = runs(home / "state")
    found = Run.read(summary.folder).series["loss"].steps
    return list(found)


def test_a_long_run_outlives_the_terminal_and_is_stopped_from_outside(tmp_path: Path, lab: tuple[str, ...]) -> None:
    with screen(tmp_path, *lab) as terminal:
        training(terminal)
        terminal.hang_up()
        terminal.process.wait(PATIENCE)
    (pid,) = engines(tmp_path)
    (before,) = runs(tmp_path / "state")
    until(lambda: runs(tmp_path / "state")[0].step > before.step, "it goes on")
    (row,) = json.loads(run(tmp_path, "runs", "--json").stdout)
    assert (row["alive"], row["pid"], row["state"]) == (True, pid, "running")
    told = run(tmp_path, "stop")
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("lab/long stopped at step ")
    until(lambda: not engines(tmp_path), "no engine is left")
    found = steps(tmp_path)
    assert found == list(range(1, runs(tmp_path / "state")[0].step + 1)), "no step is missing"
    again = run(tmp_path, "stop", runs(tmp_path / "state")[0].run)
    assert (again.returncode, "nothing to stop" in again.stderr) == (2, True)


def test_a_window_comes_back_to_a_run_steers_it_and_detaches(tmp_path: Path, lab: tuple[str, ...]) -> None:
    with screen(tmp_path, *lab) as terminal:
        training(terminal, "▸ running")
        terminal.press("D")
        assert terminal.wait() == 0, "however long it takes"
        assert "dltui attach shows it again" in terminal.raw[terminal.raw.rindex(b"\x1b[?1049l") :].decode()
    assert engines(tmp_path)
    with screen(tmp_path, "calm/1", *lab[1:]) as terminal:
        terminal.until("lab/long is running")
        terminal.press("A")
        terminal.until("space pause")
        terminal.press(" ")
        terminal.until("‖ paused")
        terminal.press(".", ".")
        terminal.press("D")
        terminal.until("nobody would be there to wake it")
        terminal.press(" ")
        terminal.until("▸ running")
        terminal.press("ctrl+c")
        assert terminal.wait() == 0
        assert terminal.left_on() == []
    with screen(tmp_path, "attach", *lab[1:]) as terminal:
        terminal.until("space pause")
        terminal.press("K")
        terminal.until("stops with a checkpoint when the lab closes")
        terminal.press("ctrl+c")
        assert terminal.wait() == 0
    until(lambda: not engines(tmp_path), "no engine is left")
    (summary,) = runs(tmp_path / "state")
    assert (summary.state, summary.checkpoint) == ("stopped", CHECKPOINT)
    assert steps(tmp_path) == list(range(1, summary.step + 1))


def test_a_second_window_watches_until_the_first_is_gone(tmp_path: Path, lab: tuple[str, ...]) -> None:
    with screen(tmp_path, *lab) as one:
        training(one)
        with screen(tmp_path, "attach", *lab[1:]) as other:
            other.until("watching: another window steers")
            other.press("[")
            other.until("◂ step")
            other.press(" ")
            other.until("Here you can watch it")
            one.process.kill()
            one.process.wait()
            other.press(" ")
            other.until("‖ paused")
            steers = holder(runs(tmp_path / "state")[0].folder, "helm")
            assert steers is not None and steers.pid == other.process.pid
            other.press("ctrl+c")
            assert other.wait() == 0
    until(lambda: not engines(tmp_path), "paused and nobody there: it has stopped")
    (summary,) = runs(tmp_path / "state")
    assert summary.state == "stopped"
    assert steps(tmp_path) == list(range(1, summary.step + 1)), "one writer at a time"


def test_a_stopped_run_in_two_windows_is_resumed_by_one(tmp_path: Path, lab: tuple[str, ...]) -> None:
    with screen(tmp_path, *lab) as one:
        training(one, "▸ running")
        one.press("s")
        one.until("■ stopped")
        with screen(tmp_path, *lab) as other:
            other.until("■ stopped")
            one.press(" ")
            one.until("▸ running")
            one.press(" ")
            one.until("‖ paused")
            other.press(" ")
            other.until("another process")
            other.until("‖ paused")
            one.process.kill()
            one.process.wait()
            other.until("■ stopped")
            other.press(" ")
            other.until("▸ running")
            other.press("s")
            other.until("■ stopped")
    until(lambda: not engines(tmp_path), "no engine is left")
    (summary,) = runs(tmp_path / "state")
    assert steps(tmp_path) == list(range(1, summary.step + 1)), "one writer at a time"


def test_a_run_that_hangs_is_ended_by_force_and_one_without_a_screen_in_lines(
    tmp_path: Path, lab: tuple[str, ...]
) -> None:
    with screen(tmp_path, *lab) as terminal:
        training(terminal)
        terminal.press("D")
        assert terminal.wait() == 0
    (pid,) = engines(tmp_path)
    (summary,) = runs(tmp_path / "state")
    assert run(tmp_path, "stop", "nowhere").returncode == 2
    stop(pid)
    told = run(tmp_path, "stop", "--kill")
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("lab/long failed at step ")
    assert not alive(summary.folder)
    assert engines(tmp_path) == []
    assert "no run goes on" in run(tmp_path, "attach", *lab[1:]).stderr
    lines = run(tmp_path, "attach", summary.run, *lab[1:])
    assert "ended by force" in lines.stdout
    assert lines.returncode == 1
