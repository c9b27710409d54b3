from __future__ import annotations

import numpy as np
import pytest
import torch

from dltui.engine.objective import UNDECIDED, objective, perceptron

LABELS = np.array([0, 1, 1])


def test_targets_come_in_the_form_each_loss_takes() -> None:
    assert objective("cross_entropy", 2).targets(LABELS).tolist() == [0, 1, 1]
    assert objective("binary_cross_entropy", 1).targets(LABELS).tolist() == [[0], [1], [1]]
    assert objective("perceptron", 1).targets(LABELS).tolist() == [[-1], [1], [1]]
    assert objective("mse", 1).targets(LABELS).tolist() == [[0], [1], [1]]
    assert objective("mse", 3).targets(LABELS).tolist() == [[1, 0, 0], [0, 1, 0], [0, 1, 0]]


def test_classes_are_read_off_the_outputs() -> None:
    column = torch.tensor([[-2.0], [0.0], [0.4], [0.6]])
    assert objective("binary_cross_entropy", 1).classes(column).tolist() == [0, 0, 1, 1]
    assert objective("mse", 1).classes(column).tolist() == [0, 0, 0, 1]
    assert objective("perceptron", 1).classes(column).tolist() == [0, UNDECIDED, 1, 1]
    assert objective("cross_entropy", 3).classes(torch.tensor([[1.0, 3.0, 2.0]])).tolist() == [1]


def test_probabilities_of_class_1() -> None:
    column = torch.tensor([[-1.0], [0.0], [2.0]])
    logistic = objective("binary_cross_entropy", 1).probability(column)
    assert logistic.tolist() == pytest.approx([0.2689, 0.5, 0.8808], abs=1e-4)
    assert objective("mse", 1).probability(column).tolist() == [0, 0, 1]
    assert objective("perceptron", 1).probability(column).tolist() == [0, 0.5, 1]
    pair = torch.tensor([[0.0, 0.0], [0.0, 2.0]])
    assert objective("cross_entropy", 2).probability(pair).tolist() == pytest.approx([0.5, 0.8808], abs=1e-4)
    assert objective("mse", 2).probability(pair).tolist() == [0, 1]


def test_the_perceptron_loss_is_the_distance_on_the_wrong_side() -> None:
    score, sign = torch.tensor([[3.0], [-2.0], [1.0]]), torch.tensor([[1.0], [1.0], [-1.0]])
    assert perceptron(score, sign).item() == pytest.approx((0 + 2 + 1) / 3)
    assert str(perceptron(score[:1], sign[:1]).item()) == "0.0"


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_on_the_line_the_perceptron_is_pushed(sign: float) -> None:
    score = torch.zeros(1, 1, requires_grad=True)
    perceptron(score, torch.full((1, 1), sign)).backward()
    assert score.grad is not None
    assert score.grad.item() == -sign
    right = torch.full((1, 1), sign / 2, requires_grad=True)
    perceptron(right, torch.full((1, 1), sign)).backward()
    assert right.grad is not None
    assert right.grad.item() == 0
