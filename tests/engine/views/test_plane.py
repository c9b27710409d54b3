from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from dltui.engine import data
from dltui.engine.assembly import assemble
from dltui.engine.views.plane import FIT, GRID, drawn_points
from dltui.journal.events import Snapshot
from dltui.lesson.layers import Linear
from dltui.lesson.records import Experiment


def snapshots(experiment: Experiment, weight: list[list[float]], bias: list[float]) -> dict[str, Snapshot]:
    assembly = assemble(experiment, "cpu")
    values = assembly.session.flat.named(assembly.session.flat.values)
    values["0.weight"].copy_(torch.tensor(weight))
    values["0.bias"].copy_(torch.tensor(bias))
    return {taken.view: taken for taken in assembly.windows.snapshots(assembly.session)}


def plane(taken: Snapshot) -> list[list[float]]:
    (picture,) = taken.pictures
    assert (picture.low, picture.high, picture.ramp) == (0, 1, "classes")
    rows = picture.lines()
    assert len(rows) == len(rows[0]) == GRID == 48
    return rows


def test_regions_start_at_the_top_left_and_show_class_1(xor: Callable[..., Experiment]) -> None:
    one = xor(model=[Linear(out=1)], loss="binary_cross_entropy", show=["regions"])
    rows = plane(snapshots(one, [[100.0, 0.0]], [-50.0])["regions"])
    assert all(row == rows[0] for row in rows)
    assert rows[0][0] == 0 and rows[0][-1] == 1
    rows = plane(snapshots(one, [[0.0, 100.0]], [-50.0])["regions"])
    assert set(rows[0]) == {1}
    assert set(rows[-1]) == {0}


def test_regions_are_seen_at_the_centres_of_cells(xor: Callable[..., Experiment]) -> None:
    one = xor(model=[Linear(out=1)], loss="mse", show=["regions"])
    rows = plane(snapshots(one, [[1.0, 0.0]], [0.0])["regions"])
    cell = 1.3 / GRID  # the domain of XOR is -0.15 … 1.15
    assert rows[0][24] == pytest.approx(-0.15 + 24.5 * cell, abs=0.5 / 254 + 1e-6)
    assert rows[0][0] == 0  # clamped: a probability


def test_fit_runs_along_the_domain(xor: Callable[..., Experiment]) -> None:
    line = xor(data="hours", model=[Linear(out=1)], loss="binary_cross_entropy", show=["fit", "loss"])
    assembly = assemble(line, "cpu")
    low, high = assembly.windows.domain
    x = assembly.data.train_x
    assert low == pytest.approx(x.min() - 0.15 * (x.max() - x.min()), abs=1e-5)
    assert high == pytest.approx(x.max() + 0.15 * (x.max() - x.min()), abs=1e-5)
    fit = snapshots(line, [[1.0]], [-5.0])["fit"]
    assert fit.shape == [FIT] == [97]
    assert fit.values[0] == pytest.approx(1 / (1 + 2.718281828 ** (5 - low)), rel=1e-3)
    assert fit.values[-1] == pytest.approx(1 / (1 + 2.718281828 ** (5 - high)), rel=1e-3)


def test_the_fit_of_numbers_is_the_output_itself(xor: Callable[..., Experiment]) -> None:
    line = xor(data="marks", model=[Linear(out=1)], loss="mse", show=["fit"])
    low, high = assemble(line, "cpu").windows.domain
    values = snapshots(line, [[3.0]], [2.0])["fit"].values
    assert values[0] == pytest.approx(3 * low + 2, rel=1e-3)
    assert values[-1] == pytest.approx(3 * high + 2, rel=1e-3)


def test_values_that_are_not_finite_are_none(xor: Callable[..., Experiment]) -> None:
    one = xor(model=[Linear(out=1)], loss="binary_cross_entropy", show=["regions"])
    rows = plane(snapshots(one, [[float("nan"), 0.0]], [0.0])["regions"])
    assert all(value != value for row in rows for value in row)


def test_views_that_do_not_fit_the_data_are_left_out(
    xor: Callable[..., Experiment], digits: Callable[..., Experiment]
) -> None:
    for experiment in (digits(show=["regions", "fit"]), xor(show=["fit"]), xor(data="hours", model=[Linear(out=2)],
                                                                               show=["regions"])):  # fmt: skip
        assembly = assemble(experiment, "cpu")
        assert assembly.windows.snapshots(assembly.session) == []
    assert assemble(digits(), "cpu").windows.domain == ()


def test_points_for_drawing() -> None:
    assert drawn_points(data.make("xor", 0)) == [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]
    assert len(drawn_points(data.make("spiral", 0))) == 400
    assert len(drawn_points(data.make("hours", 0))[0]) == 2
    assert drawn_points(data.make("digits", 0)) == []
