from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from dltui.engine import data
from dltui.engine.data import DataError, make
from dltui.lesson.datasets import DATASETS, DataSpec
from dltui.places import assets_dir


@pytest.mark.parametrize("spec", DATASETS.values(), ids=lambda spec: spec.name)
def test_each_data_set_is_what_its_record_says(spec: DataSpec) -> None:
    made = make(spec.name, 0)
    assert made.train_x.shape == (spec.train_rows, *spec.shape)
    assert made.train_x.dtype == np.float32
    assert made.train_y.shape == (spec.train_rows,)
    assert made.train_y.dtype == np.int64
    assert sorted(set(made.train_y.tolist())) == list(range(spec.classes))
    assert made.classes == spec.classes
    if spec.test_rows:
        assert made.test_x is not None and made.test_y is not None
        assert made.test_x.shape == (spec.test_rows, *spec.shape)
        assert made.test_y.shape == (spec.test_rows,)
    else:
        assert made.test_x is None and made.test_y is None


@pytest.mark.parametrize("name", DATASETS)
def test_a_seed_fixes_the_arrays(name: str) -> None:
    one, two = make(name, 3), make(name, 3)
    assert np.array_equal(one.train_x, two.train_x)
    assert np.array_equal(one.train_y, two.train_y)


@pytest.mark.parametrize("name", ["gauss2", "hours", "circles", "spiral"])
def test_another_seed_draws_other_rows(name: str) -> None:
    assert not np.array_equal(make(name, 0).train_x, make(name, 1).train_x)


@pytest.mark.parametrize("name", ["circles", "spiral"])
def test_held_out_points_are_those_of_the_seed_plus_1000(name: str) -> None:
    held_out, train = make(name, 7).test_x, make(name, 1007).train_x
    assert held_out is not None
    assert np.array_equal(held_out, train)


def test_circles_have_radius_1_and_one_half() -> None:
    made = make("circles", 0)
    radius = np.hypot(*made.train_x.T)
    for label, size in ((0, 1.0), (1, 0.5)):
        ring = radius[made.train_y == label]
        assert len(ring) == 200
        assert ring.mean() == pytest.approx(size, abs=0.02)
        assert ring.std() == pytest.approx(0.08, abs=0.02)


def test_the_arms_of_the_spiral_are_opposite() -> None:
    made = make("spiral", 0)
    first, second = made.train_x[made.train_y == 0], made.train_x[made.train_y == 1]
    assert np.abs(first + second).max() < 0.15  # the same t, half a turn apart, but for the noise of 0.02
    assert np.hypot(*first.T).max() == pytest.approx(3 * np.pi / 9.5, abs=0.1)


def test_digits_are_split_by_the_fixed_permutation() -> None:
    made = make("digits", 5)
    assert made.test_y is not None
    order = torch.randperm(1797, generator=torch.Generator().manual_seed(0)).tolist()
    assert order[:3] == [362, 1568, 1440]
    with np.load(assets_dir() / "digits.npz") as file:
        assert made.test_y.tolist() == file["y"][order[1297:]].tolist()
        assert np.array_equal(made.train_x[0, 0] * 16, file["x"][362])
    assert made.train_x.min() == 0
    assert made.train_x.max() == 1
    assert max(np.bincount(made.test_y)) == 59


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(DataError, match="no data set named 'mnits'.*circles, digits"):
        make("mnits", 0)


def test_other_digits_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with np.load(assets_dir() / "digits.npz") as file:
        x, y = file["x"].copy(), file["y"]
    x[0, 0, 0] ^= 1
    np.savez(tmp_path / "digits.npz", x=x, y=y)
    monkeypatch.setattr(data, "assets_dir", lambda: tmp_path)
    with pytest.raises(DataError, match="not the ones that came with dltui"):
        make("digits", 0)


def test_digits_that_are_cut_off_or_missing_are_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "assets_dir", lambda: tmp_path)
    with pytest.raises(DataError, match="cannot be read"):
        make("digits", 0)
    shutil.copy(assets_dir() / "digits.npz", tmp_path)
    whole = (tmp_path / "digits.npz").read_bytes()
    for size in (0, 100, len(whole) // 2):
        (tmp_path / "digits.npz").write_bytes(whole[:size])
        with pytest.raises(DataError, match="cannot be read"):
            make("digits", 0)
