from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dltui.explore.explorer import SettingError
from dltui.explore.latent import REACH, Latent
from dltui.explore.variational import held_out, trained
from dltui.scene import Label, Mark


def test_it_begins_at_the_mean_code() -> None:
    explorer = Latent.start({"picture": 7})
    assert explorer.z == pytest.approx(held_out()[0][7].tolist())
    assert explorer.decoded == pytest.approx(trained().decoded(held_out()[0][7:8])[0])


def test_walking_decodes_the_place_and_names_the_nearest_code() -> None:
    explorer = Latent.start({})
    walked = explorer.changed("z1", 1.5).changed("z2", 0.5)
    assert walked.z == (1.5, 0.5)
    assert not np.allclose(walked.decoded, explorer.decoded)
    assert "nearest held-out code" in walked.said()
    assert "nobody trained" in Latent.start({"z1": 3, "z2": 3}).changed("z1", 3.2).said()
    assert walked.acted("own").z == pytest.approx(explorer.z)


def test_samples_of_a_code_lie_near_it_and_samples_of_the_prior_anywhere() -> None:
    explorer = Latent.start({"picture": 1})
    mean, logvar = explorer.code
    own, prior = [], []
    for _ in range(60):
        explorer = explorer.acted("draw")
        own.append(explorer.z)
        prior.append(explorer.acted("prior").z)
    assert np.mean(own, axis=0) == pytest.approx(mean, abs=0.2)
    assert np.std(own, axis=0) == pytest.approx(np.exp(logvar / 2), rel=0.4)
    assert np.mean(prior, axis=0) == pytest.approx([0, 0], abs=0.5)
    assert np.abs(prior).max() <= REACH


def test_half_way() -> None:
    explorer = Latent.start({"picture": 499}).acted("halfway")
    means = held_out()[0]
    assert explorer.z == pytest.approx(((means[499] + means[0]) / 2).tolist())


def test_the_loss_of_a_picture_is_told_in_its_parts() -> None:
    shown = {fact.label: fact.value for fact in Latent.start({"picture": 1}).facts()}
    whole = float(shown["reconstruction"].split()[0]) + float(shown["KL"].split()[0])
    assert float(shown["together"].split()[0]) == pytest.approx(whole, abs=0.15)


def test_the_plane_shows_the_codes_and_the_place() -> None:
    decoded, own, plane = Latent.start({}).acted("next").scenes()
    assert "the picture, a 0" in [item.text for item in own.items if isinstance(item, Label)]
    assert "decoded z" in [item.text for item in decoded.items if isinstance(item, Label)]
    assert sum(isinstance(item, Label) for item in plane.items) == 96
    (place,) = [item for item in plane.items if isinstance(item, Mark)]
    assert (place.x, place.y) == Latent.start({"picture": 1}).z


@pytest.mark.parametrize(("settings", "message"), [
    ({"z1": 4}, "z1 lies between -3.2 and 3.2"),
    ({"picture": -1}, "picture lies between 0 and 499"),
    ({"z3": 1}, "no setting 'z3'"),
])  # fmt: skip
def test_settings_that_make_no_sense_are_explained(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        Latent.start(settings)
