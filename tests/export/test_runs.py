"""Runs as files: every value is there, and nothing foreign does anything."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest

from dltui.export import report
from dltui.export.curves import figures
from dltui.export.files import RUN, written
from dltui.export.svg import svg
from dltui.export.table import table
from dltui.export.text import text
from dltui.journal.events import Finished, Metrics, Started
from dltui.journal.run import Run
from dltui.lesson.change import apply, digest
from dltui.lesson.comparison import variants
from dltui.lesson.find import course, folders
from dltui.lesson.records import Experiment
from dltui.lesson.share import experiment, split

STEPS = {f"{entry.id}/{step.id}": step for entry in course(folders()).entries if entry.lesson is not None
         for step in entry.lesson.step if isinstance(step, Experiment)}  # fmt: skip
XOR, RACE = STEPS["mlp-xor/train-xor"], STEPS["mlp-activations/race"]
NASTY = "<script>alert(1)</script>\x1b[2J"


def started(step: Experiment, lesson: str = "mlp-xor", **more: Any) -> Started:
    return Started(run="r", lesson=lesson, step_id=step.id, experiment=msgspec.to_builtins(step), digest=digest(step),
                   seed=step.seed, device="cpu", device_reason="no GPU", threads=1, torch="2", steps=4, parameters=1,
                   **more)  # fmt: skip


def single(step: Experiment = XOR, lesson: str = "mlp-xor") -> Run:
    run = Run()
    for event in (
        started(step, lesson), Metrics(series={"loss": ([1, 2, 3, 4], [0.75, None, 0.5, 0.1]),
                                               "accuracy": ([0, 4], [0.5, 1.0])}, seconds=1.0),
        Finished(step=4, reason="done", seconds=1.0, final={"accuracy": 1.0, "loss": 0.1}),
    ):  # fmt: skip
        run.apply(event)
    return run


def comparison() -> Run:
    run = Run()
    step = msgspec.structs.replace(RACE, compare={**RACE.compare, "seed": [0, 1]})
    run.apply(started(step, "mlp-activations"))
    for place, each in enumerate(variants(step), 1):
        run.apply(started(each, "mlp-activations", variant=place))
        run.apply(Metrics(series={"loss": ([1, 4], [1.0, 0.1 * place])}, seconds=1.0, variant=place))
        run.apply(Finished(step=4, reason="done", seconds=1.0, final={"loss": 0.1 * place}, variant=place))
    return run


def test_the_table_has_every_value_at_its_step() -> None:
    rows = list(csv.DictReader(io.StringIO(table(single()))))
    assert [row["step"] for row in rows] == ["0", "1", "2", "3", "4"]
    assert [row["loss"] for row in rows] == ["", "0.75", "", "0.5", "0.1"]
    assert [row["accuracy"] for row in rows] == ["0.5", "", "", "", "1"]


def test_the_table_of_a_comparison_says_settings_and_seed() -> None:
    run = comparison()
    rows = list(csv.DictReader(io.StringIO(table(run))))
    assert len(rows) == 2 * len(run.variants)
    assert {(row["settings"], row["seed"]) for row in rows} >= {("relu", "0"), ("relu", "1")}


def test_a_chart_is_well_formed_and_says_in_words_what_it_shows() -> None:
    for run in (single(), comparison()):
        root = ElementTree.fromstring(svg(run))
        name = "{http://www.w3.org/2000/svg}"
        assert len(root.findall(f"{name}g")) == len(figures(run))
        assert "loss:" in (root.findtext(f"{name}desc") or "")
        assert root.iter(f"{name}polyline")


def test_seeds_are_one_line_with_a_band() -> None:
    run = comparison()
    (figure,) = figures(run)
    assert len(figure.lines) == len(run.variants) // 2
    assert svg(run).count('class="band"') == len(figure.lines)


def test_a_gap_breaks_the_line() -> None:
    assert svg(single()).count("<circle") == 1  # 0.75 alone, before the value that is none


@pytest.mark.parametrize("ascii", [False, True])
def test_curves_are_drawn_as_text(ascii: bool) -> None:
    drawn = text(single(), ascii=ascii)
    assert "loss" in drawn and "accuracy" in drawn and "\x1b" not in drawn
    assert drawn.isascii() is ascii


def test_json_has_everything_and_its_share_string_leads_back() -> None:
    step = apply(XOR, {"lr": 0.5, "seed": 9})
    told = json.loads(report.as_json(single(step), XOR))
    assert told["runs"][0]["series"]["loss"] == {"steps": [1, 2, 3, 4], "values": [0.75, None, 0.5, 0.1]}
    place, moves = split(told["share"])
    assert place == "mlp-xor/train-xor" and experiment(XOR, moves) == step


def test_a_report_says_how_to_do_it_again() -> None:
    page = report.markdown(single(apply(XOR, {"seed": 9})), XOR)
    assert "dltui mlp-xor/train-xor@seed=9" in page and "| 9 | done | 1 | 0.1 |" in page
    assert report.shared(comparison(), RACE) == ""  # compares more than its lesson does


@pytest.mark.parametrize("form", RUN)
def test_nothing_foreign_does_anything(form: str) -> None:
    run = single(lesson=NASTY)
    run.series[NASTY] = run.series["loss"]
    run.message = NASTY
    made = RUN[form](run, XOR, False)
    assert "\x1b" not in made
    assert form != "svg" or "<script" not in made
    assert form != "md" or "<script" not in made.partition("```sh")[0] + made.rpartition("```")[2]


def test_a_spreadsheet_is_given_no_formula() -> None:
    run = single()
    run.series["=1+1"] = run.series["loss"]
    assert "'=1+1" in table(run)


def test_files_are_never_written_over(tmp_path: Path) -> None:
    paths = [written(tmp_path / "new", "a", "txt", str(number)) for number in range(3)]
    assert [path.read_text() for path in paths] == ["0", "1", "2"]
    assert len(set(paths)) == 3


def test_a_run_that_measured_nothing_is_still_told() -> None:
    run = Run()
    assert text(run) == "" and ElementTree.fromstring(svg(run)) is not None
    assert json.loads(report.as_json(run, None))["runs"][0]["series"] == {}
    assert table(run) == "step\n" and report.markdown(run, None)
