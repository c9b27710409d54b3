from __future__ import annotations

import io
import json
from typing import Any

import pytest

from dltui.engine import sweep
from dltui.journal.run import Run
from dltui.lesson.layers import Linear, Relu, Tanh
from dltui.lesson.records import Experiment, Optimizer
from dltui.plain import comparing
from dltui.plain.outcome import summary, tell
from dltui.plain.talk import Talk
from dltui.plot.cells import to_text


def xor(**fields: Any) -> Experiment:
    usual: dict[str, Any] = {
        "id": "train", "title": "XOR", "data": "xor", "model": [Linear(out=8), Tanh(), Linear(out=2)],
        "loss": "cross_entropy", "optimizer": Optimizer(kind="adam", lr=0.05), "steps": 40,
    }  # fmt: skip
    return Experiment(**(usual | fields))


def trained(experiment: Experiment) -> Run:
    run = Run()
    for event in sweep.train(experiment, lesson="l", run="r"):
        run.apply(event)
    return run


@pytest.fixture(scope="module")
def done() -> Run:
    return trained(xor(compare={"optimizer.lr": [0.001, 0.1], "seed": [1, 2, 3]}))


def test_a_row_for_each_setting(done: Run) -> None:
    head, low, high = comparing.table(comparing.lines(done))
    assert head.split() == ["runs", "accuracy", "wrong", "loss"]
    assert low.startswith("lr 0.001  3 ") and high.startswith("lr 0.1    3 ")
    assert low.count("±") == high.count("±") == 3
    losses = [run.final["loss"] for run in done.variants[3:]]
    mean = sum(loss for loss in losses if loss is not None) / 3
    assert f"{mean:.4g}" in high


def test_a_curve_for_each_setting(done: Run) -> None:
    text = to_text(comparing.picture(done, comparing.lines(done), 80, 18))
    assert "lr 0.001" in text and "lr 0.1" in text
    assert text.isascii() is False
    assert to_text(comparing.picture(done, comparing.lines(done), 80, 18, ascii=True)).isascii()


def test_it_is_told_in_lines(done: Run) -> None:
    out = io.StringIO()
    tell(done, Talk(io.StringIO(), out))
    assert "6 runs" in out.getvalue()
    assert "lr 0.001" in out.getvalue()


def test_runs_that_diverge_are_counted() -> None:
    compare: dict[str, Any] = {"lr": [0.001, 1e6], "seed": [1, 2]}
    run = trained(xor(data="hours", model=[Linear(out=8), Relu(), Linear(out=1)], loss="mse",
                      optimizer=Optimizer(kind="sgd", lr=0.1), compare=compare))  # fmt: skip
    rows = comparing.table(comparing.lines(run))
    assert "2 (2 diverged)" in rows[2]
    assert rows[2].rstrip().endswith("-")


def test_json_has_every_variant(done: Run) -> None:
    told = json.loads(summary(done))
    assert [(each["label"], each["seed"]) for each in told["variants"]] == [
        ("lr 0.001", 1), ("lr 0.001", 2), ("lr 0.001", 3), ("lr 0.1", 1), ("lr 0.1", 2), ("lr 0.1", 3)]  # fmt: skip


def test_more_settings_than_looks() -> None:
    run = trained(xor(steps=5, compare={"lr": [place / 100 for place in range(1, 13)]}))
    found = comparing.lines(run)
    assert "4 more in the table" in to_text(comparing.picture(run, found, 80, 18))
    assert len(comparing.table(found)) == 13
