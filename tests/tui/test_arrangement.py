from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dltui.lesson.views import PICTURES
from dltui.tui.experiment.arrangement import Arrangement, arranged


def test_one_view_has_all_the_room() -> None:
    assert arranged(["loss"], 200, 60) == Arrangement(False, 0)


def test_square_pictures_stand_beside_the_others() -> None:
    assert arranged(["regions", "loss", "accuracy"], 66, 30) == Arrangement(True, 2)
    assert arranged(["regions", "loss", "accuracy"], 66, 14) == Arrangement(True, 1)
    assert arranged(["regions", "loss", "accuracy"], 50, 14) == Arrangement(False, 0)


def test_a_plane_of_pictures_needs_all_of_a_narrow_room() -> None:
    assert arranged(["latent_grid", "loss"], 63, 26) == Arrangement(False, 0)
    assert arranged(["gates", "loss"], 63, 26) == arranged(["gates", "loss"], 78, 12) == Arrangement(False, 0)
    assert arranged(["latent_grid", "loss"], 120, 26) == Arrangement(True, 1)
    assert arranged(["codes", "latent_grid", "loss"], 63, 26) == Arrangement(True, 1)


def test_low_rooms_show_two_side_by_side_if_they_are_wide() -> None:
    assert arranged(["mistakes", "loss"], 78, 14) == Arrangement(True, 1)
    assert arranged(["mistakes", "loss"], 60, 14) == Arrangement(False, 0)


def test_pictures_need_more_room_below_than_curves() -> None:
    assert arranged(["loss", "accuracy", "kl"], 66, 34) == Arrangement(False, 2)
    assert arranged(["loss", "mistakes", "filters"], 66, 34) == Arrangement(False, 1)
    assert arranged(["loss", "mistakes", "filters"], 120, 34) == Arrangement(False, 2)


@given(st.lists(st.sampled_from([*sorted(PICTURES), "loss", "kl"]), min_size=1, max_size=8), st.integers(0, 300),
       st.integers(0, 100))
def test_never_more_than_three_or_than_there_are(views: list[str], width: int, height: int) -> None:
    assert 0 <= arranged(views, width, height).others <= min(2, len(views) - 1)
