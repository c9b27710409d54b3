"""Runs that another process trains, seen from the screen: this process plays both."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from played import JOURNALS, Player, make_lab, place, play, text, until
from textual.pilot import Pilot

from dltui.journal import owner
from dltui.journal.folder import JOURNAL, path
from dltui.journal.orders import ORDERS, listen
from dltui.journal.process import host_name, process_start
from dltui.journal.work import AnyOrder, Keep, Pause, Single
from dltui.tui.experiment.pane import ExperimentPane
from dltui.tui.experiment.shelf import Shelf
from dltui.tui.lab import Lab

RUN = "20260101-000000-000-mlp-xor-train-xor-0"


class Idle(Player):
    """Its own engine has nothing to do with the run."""

    def owns(self, run: str) -> bool:
        return False


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return make_lab(tmp_path, player=Idle())


@pytest.fixture
def pipe(lab: Lab) -> Iterator[int]:
    """A run at its first steps, owned and listening; the end where its orders come out."""
    folder = path(lab.state.folder, RUN)
    folder.mkdir(parents=True)
    lines = (JOURNALS / "xor.jsonl").read_bytes().splitlines(keepends=True)
    (folder / JOURNAL).write_bytes(b"".join(lines[:4]))
    assert owner.claim(folder)
    pipe = listen(folder)
    yield pipe


def orders(pipe: int) -> list[AnyOrder]:
    """What was said to the run since the last time."""
    try:
        return [msgspec.json.decode(line, type=AnyOrder) for line in os.read(pipe, 4096).splitlines()]
    except BlockingIOError:
        return []


def at(lab: Lab) -> tuple[Any, int]:
    return place(lab, "mlp-xor", "train-xor")


def test_a_run_with_nobody_at_its_side_is_steered_through_its_folder(lab: Lab, pipe: int) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: "▸ running" in text(pilot), "the run")
        assert owner.held(path(lab.state.folder, RUN), "helm")
        await pilot.press("space", "full_stop")
        await until(pilot, lambda: "kept" not in text(pilot), "not kept")
        assert orders(pipe) == [Pause(run=RUN), Single(run=RUN)]
        await pilot.press("K")
        await until(pilot, lambda: "kept" in text(pilot), "the mark")
        assert orders(pipe) == [Keep(run=RUN, on=True)]
        await pilot.press("K")
        await until(pilot, lambda: "stops with a checkpoint when" in text(pilot), "the other way round")
        assert orders(pipe) == [Keep(run=RUN, on=False)]
        await pilot.press("n")
        await until(pilot, lambda: not owner.alive(path(lab.state.folder, RUN), "helm"), "the helm is free")
        await pilot.press("p")
        await until(pilot, lambda: "▸ running" in text(pilot), "the run")
        await pilot.press("D")
        await until(pilot, lambda: pilot.app.return_code is not None, "the end")
        assert orders(pipe) == [Keep(run=RUN, on=True)]

    play(lab, scene, at=at(lab))


def test_while_another_window_steers_this_one_watches(lab: Lab, pipe: int) -> None:
    folder = path(lab.state.folder, RUN)
    other = owner.Owner(os.getppid(), process_start(os.getppid()) or "", host_name())
    (folder / "helm.json").write_bytes(msgspec.json.encode(other))

    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: "watching: another window steers" in text(pilot), "the role")
        assert "train your own" in text(pilot)
        await pilot.press("space")
        await until(pilot, lambda: "Here you can watch it" in text(pilot), "why not")
        training = pilot.app.screen.query_one(ExperimentPane).training
        assert training.current is not None
        step = training.current.run.step
        with (folder / JOURNAL).open("ab") as journal:
            journal.writelines((JOURNALS / "xor.jsonl").read_bytes().splitlines(keepends=True)[4:6])
        await until(pilot, lambda: training.current.run.step > step, "news")  # type: ignore[union-attr]
        await pilot.pause()
        assert "Here you can watch it" in text(pilot), "time to read it"
        assert orders(pipe) == []
        (folder / "helm.json").unlink()
        await pilot.press("space")
        await until(pilot, lambda: "watching" not in text(pilot), "the helm")
        assert orders(pipe) == [Pause(run=RUN)]

    play(lab, scene, at=at(lab))


def test_a_run_that_takes_no_orders_is_said_to(lab: Lab, pipe: int) -> None:
    (path(lab.state.folder, RUN) / ORDERS).unlink()

    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: "▸ running" in text(pilot), "the run")
        await pilot.press("space")
        await until(pilot, lambda: "takes no orders from here" in text(pilot), "why not")

    play(lab, scene, at=at(lab))


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
def test_the_course_tells_of_it_and_a_key_opens_it(lab: Lab, pipe: int, size: tuple[int, int]) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: "A a run goes on" in text(pilot), "the line")
        await pilot.press("A")
        await until(pilot, lambda: "▸ running" in text(pilot), "the run")
        assert "loss" in text(pilot), "the run, not the text, where there is room for one alone"
        await pilot.press("A")
        await until(pilot, lambda: "No run goes on that is not" in text(pilot), "nothing else")
        pilot.app.clear_notifications()
        await pilot.press("q")
        await until(pilot, lambda: "A a run goes on" in text(pilot), "the line again")

    play(lab, scene, size=size)


def test_a_run_that_was_asked_for_by_name_counts_as_the_newest(lab: Lab, pipe: int) -> None:
    later = path(lab.state.folder, RUN.replace("2026", "2027"))
    later.mkdir()
    whole = (JOURNALS / "xor.jsonl").read_bytes()
    (later / JOURNAL).write_bytes(whole)
    shelf = Shelf(lab.state.folder, "mlp-xor", "train-xor", RUN)
    assert [each.folder.name for each in shelf.watched] == [later.name, RUN]
    assert shelf.current is not None and shelf.current.active
    assert Shelf(lab.state.folder, "mlp-xor", "train-xor").watched[-1].folder == later
