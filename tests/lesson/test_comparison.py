from __future__ import annotations

from typing import Any

import pytest

from dltui.lesson.change import ChangeError, digest
from dltui.lesson.comparison import MOST, compared, groups, labels, variants
from dltui.lesson.layers import Linear, Tanh
from dltui.lesson.records import Experiment, Knob, Optimizer


def xor(**fields: Any) -> Experiment:
    usual: dict[str, Any] = {
        "id": "train", "title": "XOR", "data": "xor", "model": [Linear(out=8), Tanh(), Linear(out=2)],
        "loss": "cross_entropy", "optimizer": Optimizer(kind="adam", lr=0.05), "steps": 10,
    }  # fmt: skip
    return Experiment(**(usual | fields))


def test_every_combination_is_an_experiment_and_seeds_change_fastest() -> None:
    asked = xor(compare={"seed": [3, 4], "optimizer.lr": [0.1, 1], "model.1.layer": ["tanh", "relu"]})
    made = variants(asked)
    assert [(each.optimizer.lr, type(each.model[1]).__name__, each.seed) for each in made] == [
        (0.1, "Tanh", 3), (0.1, "Tanh", 4), (0.1, "Relu", 3), (0.1, "Relu", 4),
        (1, "Tanh", 3), (1, "Tanh", 4), (1, "Relu", 3), (1, "Relu", 4),
    ]  # fmt: skip
    assert all(not each.compare for each in made)
    assert variants(xor()) == []


def test_a_line_of_the_chart_is_what_differs_in_the_seed_alone() -> None:
    asked = xor(compare={"seed": [3, 4], "optimizer.lr": [0.1, 1], "model.1.layer": ["tanh", "relu"]})
    assert groups(asked, variants(asked)) == [
        ("lr 0.1, tanh", [0, 1]), ("lr 0.1, relu", [2, 3]), ("lr 1, tanh", [4, 5]), ("lr 1, relu", [6, 7]),
    ]  # fmt: skip
    asked = xor(compare={"seed": [1, 2, 3]})
    assert groups(asked, variants(asked)) == [("", [0, 1, 2])]


def test_settings_are_called_as_the_knob_or_by_a_name_that_is_clear() -> None:
    both = {"model.0.out": [2], "model.2.out": [2]}
    asked = xor(compare=both)
    assert labels(asked, asked) == "model.0.out 8, model.2.out 2"
    knob = Knob(set="model.0.out", label="hidden units", values=[2, 8])
    assert labels(xor(compare={"model.0.out": [2, 8]}, knobs=[knob]), asked) == "hidden units 8"


def test_the_command_line_replaces_what_the_lesson_compares_and_adds_seeds() -> None:
    lesson = xor(compare={"optimizer.lr": [0.1, 1]}, seed=7)
    assert compared(lesson, {}).compare == {"optimizer.lr": [0.1, 1]}
    assert compared(lesson, {"batch": [1, 2]}, seeds=3).compare == {"batch": [1, 2], "seed": [7, 8, 9]}
    with pytest.raises(ChangeError, match=r"lr: expected a number, above 0 .*got -1"):
        compared(lesson, {"lr": [0.1, -1]})
    with pytest.raises(ChangeError, match='no setting "lrr" — did you mean lr'):
        compared(lesson, {"lrr": [0.1]})
    with pytest.raises(ChangeError, match=f"at most {MOST} runs"):
        compared(lesson, {}, seeds=MOST)


def test_the_digest_counts_what_is_compared_and_only_that() -> None:
    assert digest(xor(compare={})) == digest(xor())
    assert digest(xor(compare={"seed": [1, 2]})) != digest(xor())
