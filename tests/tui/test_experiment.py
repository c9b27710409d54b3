"""The experiment pane: recorded journals are played to it, no engine runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from played import Player, begun, make_lab, place, play, same_screen, text, until
from textual.pilot import Pilot

from dltui.journal.events import Adapted
from dltui.journal.folder import JOURNAL, runs
from dltui.journal.work import Go, Pause, Resume, Single, Stop, Train
from dltui.journal.writer import Writer
from dltui.tui.engine import EngineState
from dltui.tui.experiment.chartscreen import ChartScreen
from dltui.tui.experiment.pane import ExperimentPane
from dltui.tui.lab import Lab


def pane(pilot: Pilot[Any]) -> ExperimentPane:
    return pilot.app.screen.query_one(ExperimentPane)


async def guess(pilot: Pilot[Any], number: str) -> None:
    """Press t, be asked for a guess, give it."""
    await begun(pilot, ExperimentPane)
    await until(pilot, lambda: "Your guess first" in text(pilot), "the question for a guess")
    await pilot.press("t")
    await until(pilot, lambda: "Commit to a number" in text(pilot), "the guess being asked for")
    await pilot.press(*number, "enter")
    await until(pilot, lambda: f"You said {number}" in text(pilot), "the guess being locked")


@pytest.fixture
def player() -> Player:
    return Player()


@pytest.fixture
def lab(tmp_path: Path, player: Player) -> Lab:
    return make_lab(tmp_path, player=player)


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
def test_a_finished_run_looks_as_recorded(lab: Lab, size: tuple[int, int], update: bool) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        if size[0] < 100:
            await until(pilot, lambda: "try it" in text(pilot), "the text half")
            await pilot.press("tab")
        await guess(pilot, "0.2")
        await pilot.press("t")
        await until(pilot, lambda: "done 200/200" in text(pilot), "the end of the run")
        await same_screen(pilot, f"trained-{size[0]}x{size[1]}", update)

    play(lab, scene, at=place(lab, "mlp-xor", "train-xor"), size=size)


def test_t_asks_for_a_guess_once_and_holds_it_against_the_run(lab: Lab, player: Player) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await guess(pilot, "2.5")
        assert player.work == []
        await pilot.press("t")
        await until(pilot, lambda: "You said 2.5, it is" in text(pilot), "guess and result")
        assert "not close" in text(pilot)
        assert [type(order) for order in player.work] == [Train]
        await pilot.press("t")
        await until(pilot, lambda: len(player.work) == 2, "the second run without another question")

    play(lab, scene, at=place(lab, "mlp-xor", "train-xor"))
    assert lab.progress.guess("mlp-xor", "train-xor") == 2.5
    assert "train-xor" in lab.progress.done("mlp-xor")


@pytest.mark.parametrize("nonsense", ["9e9", "abc", "nan", "1/"])
def test_a_guess_that_is_no_sensible_number_is_asked_for_again(lab: Lab, nonsense: str, player: Player) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await begun(pilot, ExperimentPane)
        await pilot.press("t", *nonsense, "enter")
        await until(pilot, lambda: "A number from" in text(pilot), "the range")
        assert player.work == []

    play(lab, scene, at=place(lab, "mlp-xor", "train-xor"))


def test_knobs_change_the_experiment_that_is_sent_and_r_brings_it_back(lab: Lab, player: Player) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await guess(pilot, "0.2")
        await pilot.press("minus", "minus")
        await until(pilot, lambda: "‹3›" in text(pilot), "three hidden units")
        await pilot.press("t", "S", "t", "r", "t")
        await until(pilot, lambda: len(player.work) >= 3, "three runs")

    play(lab, scene, at=place(lab, "mlp-xor", "train-xor"))
    sent = [order.experiment for order in player.work if isinstance(order, Train)]
    assert [each["model"][0]["out"] for each in sent] == [3, 3, 8]
    assert [each.get("seed", 0) for each in sent] == [0, 1, 0]


def test_pause_go_on_single_step_stop_and_resume_are_sent_for_the_run_in_hand(tmp_path: Path) -> None:
    player = Player(lines=6)
    lab = make_lab(tmp_path, player=player)

    async def scene(pilot: Pilot[Any]) -> None:
        await guess(pilot, "0.2")
        await pilot.press("t")
        await until(pilot, lambda: "▸ running" in text(pilot), "the running run")
        await pilot.press("space", "full_stop", "s")
        await until(pilot, lambda: len(player.work) == 4, "four orders")

    play(lab, scene, at=place(lab, "mlp-xor", "train-xor"))
    train, *orders = player.work
    assert [type(order) for order in orders] == [Pause, Single, Stop]
    assert isinstance(train, Train)
    assert {order.run for order in orders} == {train.run}
    assert Go is not Resume


def test_news_arrives_while_the_screen_is_open(tmp_path: Path) -> None:
    player = Player(lines=4)
    lab = make_lab(tmp_path, player=player)

    async def scene(pilot: Pilot[Any]) -> None:
        await guess(pilot, "0.2")
        await pilot.press("t")
        await until(pilot, lambda: "▸ running" in text(pilot), "the running run")
        order = player.work[0]
        assert isinstance(order, Train)
        player.write(Path(order.folder) / JOURNAL, slice(4, None))
        await until(pilot, lambda: "done 200/200" in text(pilot), "the end of the run")

    play(lab, scene, at=place(lab, "mlp-xor", "train-xor"))


def test_a_dead_engine_is_told_marked_in_the_journal_and_t_starts_afresh(tmp_path: Path) -> None:
    player = Player(lines=6)
    lab = make_lab(tmp_path, player=player)

    async def scene(pilot: Pilot[Any]) -> None:
        await guess(pilot, "0.2")
        await pilot.press("t")
        await until(pilot, lambda: "▸ running" in text(pilot), "the running run")
        player.state = EngineState("dead", "the engine was killed (signal 9, SIGKILL)")
        await until(pilot, lambda: "✗ lost" in text(pilot), "the state")
        await until(pilot, lambda: "The engine was killed (signal 9, SIGKILL) at step" in text(pilot), "the banner")
        player.state, player.lines = EngineState("ready", "cpu"), None
        await pilot.press("t")
        await until(pilot, lambda: "done 200/200" in text(pilot), "a fresh run")
        assert "The engine was killed" not in text(pilot)

    play(lab, scene, at=place(lab, "mlp-xor", "train-xor"))
    assert sorted(summary.state for summary in runs(lab.state.folder)) == ["done", "failed"]


def test_a_diverged_run_says_at_which_step(tmp_path: Path) -> None:
    lab = make_lab(tmp_path, player=Player("diverged"))

    async def scene(pilot: Pilot[Any]) -> None:
        await guess(pilot, "0.2")
        await pilot.press("t")
        await until(pilot, lambda: "✗ diverged 4/200" in text(pilot), "the state")
        assert "at step 4 the loss is no longer a finite number" in str(pilot.app.screen.query_one("#banner").render())

    play(lab, scene, at=place(lab, "mlp-xor", "train-xor"))


def test_time_travel_shows_an_earlier_picture_and_true_values(lab: Lab) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await guess(pilot, "0.2")
        await pilot.press("t")
        await until(pilot, lambda: "the model at step 200" in text(pilot), "the last picture")
        await pilot.press("left_square_bracket", "left_square_bracket")
        look = pane(pilot)  # the step as it is when the text is looked at: two keys are on their way
        await until(pilot, lambda: look.look.at is not None and f"the model at step {look.look.at}" in text(pilot)
                    and f"step {look.look.at}   loss" in text(pilot), "an earlier picture and its values")  # fmt: skip
        await pilot.press("right_square_bracket", "right_square_bracket")
        await until(pilot, lambda: "the model at step 200" in text(pilot), "now again")

    play(lab, scene, at=place(lab, "mlp-xor", "train-xor"))


def test_the_full_chart_zooms_pans_and_reads_values(lab: Lab) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await guess(pilot, "0.2")
        await pilot.press("t")
        await until(pilot, lambda: "done 200/200" in text(pilot), "the end of the run")
        await pilot.press("f")
        await until(pilot, lambda: isinstance(pilot.app.screen, ChartScreen), "the chart")
        await until(pilot, lambda: "200" in text(pilot).splitlines()[-3], "the whole run")
        await pilot.press("left", "left")
        await until(pilot, lambda: "loss" in text(pilot).splitlines()[0], "values at the cursor")
        before = text(pilot).splitlines()[-3]
        await pilot.press("plus", "plus")
        await until(pilot, lambda: text(pilot).splitlines()[-3] != before, "a zoomed axis")
        await pilot.press("less_than_sign", "0", "a", "l", "m", "o", "f")
        await until(pilot, lambda: not isinstance(pilot.app.screen, ChartScreen), "the lesson")

    play(lab, scene, at=place(lab, "mlp-xor", "train-xor"))


def test_earlier_runs_are_on_the_chart_at_the_next_visit(lab: Lab) -> None:
    async def train(pilot: Pilot[Any]) -> None:
        await guess(pilot, "0.2")
        await pilot.press("t")
        await until(pilot, lambda: "done 200/200" in text(pilot), "the end of the run")

    async def come_back(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: "done 200/200" in text(pilot), "the earlier run")

    where = place(lab, "mlp-xor", "train-xor")
    play(lab, train, at=where)
    play(lab, come_back, at=where)


def test_c_shows_code_that_compiles_with_the_settings_of_the_moment(lab: Lab) -> None:
    async def scene(pilot: Pilot[Any]) -> None:
        await guess(pilot, "0.2")
        await pilot.press("minus", "c")
        await until(pilot, lambda: "import torch" in text(pilot), "the code")
        shown = pilot.app.screen
        code = shown._source  # type: ignore[attr-defined]
        compile(code, "shown", "exec")
        assert "Linear(2, 4)" in code
        await pilot.press("escape")

    play(lab, scene, at=place(lab, "mlp-xor", "train-xor"))


def test_memory_that_runs_out_is_said_while_the_run_goes_on(tmp_path: Path) -> None:
    player = Player(lines=4)
    lab = make_lab(tmp_path, player=player)
    told = "cuda:0 ran out of memory. The run goes on from step 0 on cpu."

    async def scene(pilot: Pilot[Any]) -> None:
        await guess(pilot, "0.2")
        await pilot.press("t")
        await until(pilot, lambda: "▸ running" in text(pilot), "the running run")
        order = player.work[0]
        assert isinstance(order, Train)
        with Writer(Path(order.folder) / JOURNAL) as writer:
            writer.append(Adapted(step=0, device="cpu", device_reason="cuda:0 ran out of memory", message=told))
        await until(pilot, lambda: told in str(pilot.app.screen.query_one("#banner").render()), "the banner")
        await until(pilot, lambda: "cpu (cuda:0 ran out" in text(pilot), "the status line")
        player.write(Path(order.folder) / JOURNAL, slice(4, None))
        await until(pilot, lambda: "done 200/200" in text(pilot), "the end of the run")
        assert "ran out of memory. The run" not in text(pilot)

    play(lab, scene, at=place(lab, "mlp-xor", "train-xor"))
