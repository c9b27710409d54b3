from __future__ import annotations

import pytest

from dltui.explore.proofs import prove
from dltui.lesson.expressions import ExpressionError


@pytest.mark.parametrize(("expression", "value"), [
    ('perceptron_wrong("notebook50", 0)', 31), ('perceptron_wrong("notebook50", 5)', 7),
    ("[perceptron_wrong('notebook50', 1), perceptron_wrong('notebook50', 4)]", [6, 6]),
    ('perceptron_wrong("gauss2", 1)', 0), ('perceptron_wrong("gauss2-near", 68)', 0),
    ('fewest_errors("notebook50")', 3), ('fewest_errors("notebook50", "origin")', 3),
    ('fewest_errors("xor")', 1), ('fewest_errors("gauss2-near")', 0), ("pocket(200)", 4),
])  # fmt: skip
def test_counts(expression: str, value: object) -> None:
    assert prove(expression) == value


@pytest.mark.parametrize(("expression", "value"), [
    ("perceptron_weights(5)", [-1.262, -2.831]), ("perceptron_loss(1)", 7.694), ("perceptron_loss(2)", 8.444),
    ("hours_fit()", [-4.6416, 0.92663]), ("hours_loss(0, 0)", 0.693147),
    ('ravine_loss("SGD", 0.018, 100)', 0.211538), ('ravine_loss("Adam", 0.1, 100)', 0.00377681),
    ("hours_loss(hours_fit()[0], hours_fit()[1])", 0.341184), ("-hours_fit()[0] / hours_fit()[1]", 5.00907),
])  # fmt: skip
def test_numbers(expression: str, value: object) -> None:
    assert prove(expression) == pytest.approx(value, rel=5e-4)


@pytest.mark.parametrize(("expression", "message"), [
    ('fewest_errors("xo")', "did you mean 'xor'"), ('fewest_errors("own")', "no data 'own'"),
    ('perceptron_wrong("xor", 1001)', "between 0 and 1000"), ("pocket(1.5)", "whole number"),
    ('ravine_loss("Adams", 0.1, 1)', "did you mean 'Adam'"), ('ravine_loss("SGD", 11, 1)', "between 0 and 10"),
    ('pockets(1)', "did you mean pocket"), ('fewest_errors("xor", "some")', "there is all, origin"),
])  # fmt: skip
def test_what_cannot_be_proved_is_explained(expression: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=message):
        prove(expression)
