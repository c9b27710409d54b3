from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from numpy.typing import NDArray

from dltui.engine.assembly import assemble
from dltui.engine.evaluation import evaluation_interval, looks
from dltui.lesson.layers import Linear
from dltui.lesson.records import Experiment


def measured(experiment: Experiment) -> dict[str, float]:
    assembly = assemble(experiment, "cpu")
    return assembly.evaluation.measure(assembly.session)


def test_a_constant_answer_gets_one_class_right(xor: Callable[..., Experiment]) -> None:
    zeros = xor(model=[Linear(out=2, init="zeros")])
    assert measured(zeros) == {"accuracy": 0.5, "wrong": 2.0}


def test_a_perceptron_on_the_line_is_wrong_everywhere(xor: Callable[..., Experiment]) -> None:
    line = xor(model=[Linear(out=1, init="zeros")], loss="perceptron")
    assert measured(line) == {"accuracy": 0.0, "wrong": 4.0}


def test_accuracy_is_of_held_out_rows_and_wrong_of_training_rows(xor: Callable[..., Experiment]) -> None:
    assembly = assemble(xor(data="circles"), "cpu")
    rows = assembly.data
    assert rows.test_x is not None and rows.test_y is not None

    def wrong(x: NDArray[np.float32], y: NDArray[np.int64]) -> int:
        outputs = assembly.session.outputs(torch.from_numpy(x))
        return int((outputs.argmax(1).numpy() != y).sum())

    here, there = wrong(rows.train_x, rows.train_y), wrong(rows.test_x, rows.test_y)
    assert here != there
    assert measured(xor(data="circles")) == {"accuracy": (400 - there) / 400, "wrong": here}


def test_pictures_of_ten_classes_have_no_wrong(digits: Callable[..., Experiment]) -> None:
    found = measured(digits())
    assert set(found) == {"accuracy"}
    assert found["accuracy"] == pytest.approx(0.1, abs=0.1)


@pytest.mark.parametrize(
    ("steps", "per_epoch", "points", "every"),
    [(500, 1, True, 5), (50, 1, True, 1), (600, 40, False, 40), (30, 40, False, 40), (500, 50, True, 5),
     (350, 50, True, 2), (100_000, 50, True, 1000), (5170, 50, True, 50), (250, 1, False, 2)],
)  # fmt: skip
def test_evaluations_fall_on_epochs(steps: int, per_epoch: int, points: bool, every: int) -> None:
    assert evaluation_interval(steps, per_epoch, points) == every


def test_a_run_within_an_epoch_is_looked_at_several_times(digits: Callable[..., Experiment]) -> None:
    assert evaluation_interval(300, 312, False, 4) == 75
    assert evaluation_interval(300, 124, False, 4) == 75 and evaluation_interval(300, 124, False, 2) == 124
    assert evaluation_interval(2, 40, False, 8) == 1
    few = assemble(digits(), "cpu").data
    assert few.test_y is not None
    rows = 4 * len(few.test_y)
    counted = replace(digits(), epochs=None, steps=9)
    assert [looks(counted, few, trained) for trained in (rows - 1, 3 * rows, 100 * rows)] == [0, 3, 8]
    assert looks(replace(digits(), epochs=9, steps=None), few, 100 * rows) == 0


@given(st.integers(1, 10**7), st.integers(1, 2000), st.booleans())
def test_an_interval_divides_an_epoch_or_is_several(steps: int, per_epoch: int, points: bool) -> None:
    every = evaluation_interval(steps, per_epoch, points)
    assert every >= 1
    assert per_epoch % every == 0 or every % per_epoch == 0
