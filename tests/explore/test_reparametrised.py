from __future__ import annotations

from typing import Any

import pytest

from dltui.explore.explorer import SettingError
from dltui.explore.reparametrised import Reparametrised
from dltui.plot.formula import line
from dltui.scene import Mark


def facts(explorer: Reparametrised) -> dict[str, str]:
    return {fact.label: fact.value for fact in explorer.facts()}


def test_the_numbers_of_the_moment() -> None:
    shown = facts(Reparametrised.start({"mu": 1, "logvar": 0, "eps": -2}))
    assert (shown["σ"], shown["z"], shown["KL"]) == ("1", "-1", "0.5")
    assert (shown["∂KL/∂μ"], shown["∂KL/∂log σ²"]) == ("1", "0")
    assert shown["∂E[z²]/∂μ"].endswith("exactly 2")


def test_every_dot_moves_with_the_mean_by_as_much() -> None:
    def dots(explorer: Reparametrised) -> list[float]:
        return [item.x for item in explorer.scenes()[0].items if isinstance(item, Mark) and item.role == "second"]

    explorer = Reparametrised.start({"mu": 0})
    moved = dots(explorer.changed("mu", 0.5))
    assert moved == pytest.approx([x + 0.5 for x in dots(explorer)])
    assert dots(explorer.acted("draw")) != dots(explorer)


def test_the_estimates_come_near_what_they_estimate() -> None:
    for seed in range(3):
        shown = facts(Reparametrised.start({"mu": 1, "logvar": 0}).acted("draw"))
        assert float(shown["∂E[z²]/∂μ"].split()[0]) == pytest.approx(2, abs=0.2), seed


def test_the_prior_has_no_divergence() -> None:
    explorer = Reparametrised.start({}).acted("prior")
    assert facts(explorer)["KL"] == "0"
    assert explorer.acted("prior") is explorer


def test_it_says_what_a_turn_did() -> None:
    explorer = Reparametrised.start({"logvar": 0})
    assert "wider" in explorer.changed("logvar", 1).said()
    assert "narrower" in explorer.changed("logvar", -1).said()
    assert "stays as it is" in explorer.changed("eps", 0).said()


@pytest.mark.parametrize("logvar", [-4, -1.7, 2])
def test_facts_fit_a_narrow_pane(logvar: float) -> None:
    for fact in Reparametrised.start({"mu": -2.5, "logvar": logvar, "eps": -2.7}).facts():
        assert len(fact.label) <= 16 and len(fact.value) <= 40 and len(line(fact.tex)) <= 36


@pytest.mark.parametrize(("settings", "message"), [
    ({"mu": 4}, "mu lies between -3 and 3"),
    ({"sigma": 1}, "no setting 'sigma'"),
    ({"eps": "x"}, "eps is a number"),
])  # fmt: skip
def test_settings_that_make_no_sense_are_explained(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        Reparametrised.start(settings)
