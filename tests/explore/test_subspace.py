from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dltui.explore.explorer import SettingError
from dltui.explore.subspace import Subspace


def test_training_ends_in_the_principal_subspace() -> None:
    explorer = Subspace.start({})
    before = explorer.error
    assert explorer.angle > 45
    for _ in range(8):
        explorer = explorer.acted("fifty")
    assert explorer.net.steps == 400
    assert before > explorer.error == pytest.approx(explorer.least, rel=1e-3)
    assert explorer.angle < 2
    assert "As good as PCA" in explorer.said()


def test_but_not_at_the_axes_themselves() -> None:
    explorer = Subspace.start({})
    for _ in range(8):
        explorer = explorer.acted("fifty")
    mixed = explorer.acted("mix")
    assert mixed.error == pytest.approx(explorer.error) and mixed.angle == pytest.approx(explorer.angle, abs=1e-4)
    assert not np.allclose(np.abs(mixed.net.decoder), np.abs(mixed.axes), atol=0.1)


def test_least_squares_comes_nearer_each_time() -> None:
    explorer, errors = Subspace.start({"size": 2}), []
    for _ in range(5):
        explorer = explorer.acted("solve")
        errors.append(explorer.error)
    assert errors == sorted(errors, reverse=True) and errors[-1] >= explorer.least


def test_another_size_or_seed_begins_anew() -> None:
    explorer = Subspace.start({}).acted("step")
    assert explorer.net.steps == 1 and len(explorer.trail) == 2
    other = explorer.changed("size", "2")
    assert (other.size, other.net.steps, len(other.trail)) == (2, 0, 1)
    assert explorer.changed("seed", 3).net.decoder.shape == (64, 4)
    assert explorer.changed("rate", 0.05).net is explorer.net


@pytest.mark.parametrize("size", ["1", "2", "3", "4"])
def test_every_size_has_its_pictures_and_facts(size: str) -> None:
    explorer = Subspace.start({"size": size})
    assert len(explorer.scenes()) == 2
    for fact in explorer.facts():
        assert len(fact.label) <= 16 and len(fact.value) <= 40


@pytest.mark.parametrize(("settings", "message"), [
    ({"size": 8}, "no size '8'"),
    ({"rate": 0}, "rate lies between 0.001 and 0.1"),
    ({"seed": 0.5}, "seed is a whole number"),
])  # fmt: skip
def test_settings_that_make_no_sense_are_explained(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        Subspace.start(settings)
