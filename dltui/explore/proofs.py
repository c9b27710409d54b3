"""Values that a lesson's keys stand on, computed anew: `perceptron_wrong("notebook50", 5)`, `fewest_errors("xor")`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from dltui.explore import checked
from dltui.explore.descent_race import descended
from dltui.explore.descent_rules import OPTIMISERS, Dials
from dltui.explore.digits import PIXELS, digits, held_out_errors
from dltui.explore.logistic_fit import hours
from dltui.explore.perceptron import Perceptron
from dltui.explore.perceptron_points import USUAL, Cloud
from dltui.explore.rosenblatt import Rule
from dltui.explore.variational import entropy
from dltui.lesson.expressions import Value, evaluate

SETS = tuple(name for name in USUAL if name != "own")
MOST_UPDATES = 1000


def prove(expression: str) -> Value:
    """The value of an expression that may call PROOFS. Raises ExpressionError."""
    return evaluate(expression, functions=PROOFS)


def perceptron_wrong(data: str, updates: int) -> int:
    """Points that are wrong after so many updates of the rule, from the weights and with the step size usual there."""
    return _rule(data, updates).now.wrong


def perceptron_weights(updates: int, data: str = "notebook50") -> list[float]:
    """w after so many updates; b behind them where the data usually has a bias."""
    return list(_rule(data, updates).now.weights)


def perceptron_loss(updates: int, data: str = "notebook50") -> float:
    """Σ -y·w·x over the points that are wrong after so many updates."""
    return _rule(data, updates).now.loss


def pocket(updates: int, data: str = "notebook50") -> int:
    """The fewest wrong points at any time up to so many updates: what keeping the best weights gives."""
    rule = _rule(data, updates)
    return rule.history[rule.best].wrong


def fewest_errors(data: str, lines: str = "all") -> int:
    """The fewest points that any line gets wrong; lines: `all`, or `origin` for those through (0, 0)."""
    chosen = checked.choice("data", data, SETS)
    bias = checked.choice("lines", lines, ("all", "origin")) == "all"
    return Cloud.of(chosen, USUAL[chosen].seed).fewest(bias)


def hours_fit(seed: int = 0) -> list[float]:
    """[b, w] of the logistic unit with the smallest cross-entropy on the students' hours."""
    return list(hours(checked.whole("seed", seed, 0, 99)).best)


def hours_loss(b: float, w: float, seed: int = 0) -> float:
    """The mean cross-entropy of σ(b + w·x) on the students' hours."""
    return hours(checked.whole("seed", seed, 0, 99)).at(b, w)


def pca_error(size: int) -> float:
    """The mean squared error per pixel of held-out digits that are rebuilt from so many principal components."""
    return float(held_out_errors()[checked.whole("size", size, 0, PIXELS)])


def least_cross_entropy() -> float:
    """The least that the binary cross-entropy of a held-out digit can be, in nats: the mean over all of them."""
    return sum(map(entropy, digits().test)) / len(digits().test)


def ravine_loss(optimiser: str, rate: float, steps: int) -> float:
    """½(x² + 100y²) after so many steps of an optimiser from (-4, 2), everything but its rate as usual."""
    name = checked.choice("optimiser", optimiser, tuple(OPTIMISERS))
    dials = Dials(checked.number("rate", rate, 0, 10))
    x, y = descended(name, (1, 100), (-4, 2), dials, checked.whole("steps", steps, 0, MOST_UPDATES))
    return (x * x + 100 * y * y) / 2


PROOFS: Mapping[str, Callable[..., Any]] = MappingProxyType({
    each.__name__: each
    for each in (
        perceptron_wrong, perceptron_weights, perceptron_loss, pocket, fewest_errors, hours_fit, hours_loss,
        pca_error, least_cross_entropy, ravine_loss,
    )
})


def _rule(data: str, updates: int) -> Rule:
    count = checked.whole("updates", updates, 0, MOST_UPDATES)
    return Perceptron.start({"data": checked.choice("data", data, SETS), "updates": count}).rule
