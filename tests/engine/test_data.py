from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from dltui.engine import data
from dltui.engine.data import DataError, make
from dltui.engine.digits import MAKERS
from dltui.lesson.datasets import DATASETS, TEXT
from dltui.places import assets_dir

HERE = [name for name, spec in DATASETS.items() if not spec.fetched]
FIXED = {"xor", "notebook50", "templated", *MAKERS} - {"noisy300", "noisy890", "digits-shuffled"}
"""The same at every seed."""


@pytest.mark.parametrize("name", HERE)
def test_each_data_set_is_what_its_record_says(name: str) -> None:
    made, spec = make(name, 0), DATASETS[name]
    assert made.classes == spec.classes
    held_out = made.test_x is not None
    assert held_out == (made.test_y is not None) == (spec.test_rows > 0)
    for rows, x, y in [
        (spec.train_rows, made.train_x, made.train_y), *([(spec.test_rows, made.test_x, made.test_y)] * held_out)
    ]:  # fmt: skip
        assert x is not None and y is not None
        assert x.shape == (rows, *spec.shape)
        assert y.shape == (rows,)
        assert x.dtype == (np.int64 if spec.vocabulary else np.float32)
        assert y.dtype == (np.float32 if spec.target_kind == "number" else np.int64)
        assert np.isfinite(x).all() and x.flags.c_contiguous
        if spec.classes:
            assert sorted(set(y.tolist())) == list(range(spec.classes))
        if spec.vocabulary:
            assert x.min() == 0 and x.max() == len(spec.vocabulary) - 1


@pytest.mark.parametrize("name", HERE)
def test_a_seed_fixes_the_arrays(name: str) -> None:
    one, two, other = make(name, 3), make(name, 3), make(name, 4)
    for array in ("train_x", "train_y", "test_x", "test_y"):
        assert np.array_equal(getattr(one, array), getattr(two, array))
    same = np.array_equal(one.train_x, other.train_x) and np.array_equal(one.train_y, other.train_y)
    assert same == (name in FIXED)


@pytest.mark.parametrize("name", ["circles", "moons", "spiral"])
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


def test_moons_are_half_circles_hooked_into_each_other() -> None:
    made = make("moons", 0)
    for label, (x, y) in enumerate([(0.0, 0.0), (1.0, 0.5)]):
        moon = made.train_x[made.train_y == label] - np.array([x, y], np.float32)
        assert np.hypot(*moon.T).mean() == pytest.approx(1, abs=0.03)
        assert np.hypot(*moon.T).std() == pytest.approx(0.1, abs=0.02)
        assert (np.sign(moon[:, 1]) == (1 if label == 0 else -1)).mean() > 0.9


def test_the_ring_has_eight_clouds_and_says_where_they_are() -> None:
    made = make("ring8", 0)
    assert made.centres is not None and made.centres.shape == (8, 2)
    assert np.allclose(np.hypot(*made.centres.T), 2)
    distance = np.linalg.norm(made.train_x[:, None] - made.centres, axis=2)
    assert distance.min(1).max() < 0.25
    assert (np.bincount(distance.argmin(1)) > 1000).all()
    assert not made.train_y.any()
    assert all(make(name, 0).centres is None for name in HERE if name != "ring8")


def test_marks_rise_with_the_hours() -> None:
    made = make("marks", 0)
    slope, at_zero = np.polyfit(made.train_x[:, 0], made.train_y, 1)
    assert 0.6 < slope < 1 and 0 < at_zero < 2
    assert made.train_y.min() >= 0 and made.train_y.max() <= 10


def test_the_wave_is_held_out_without_noise() -> None:
    made = make("wave20", 0)
    assert made.test_x is not None and made.test_y is not None
    assert np.allclose(made.test_y, np.sin(np.pi * made.test_x[:, 0]), atol=1e-6)
    error = made.train_y - np.sin(np.pi * made.train_x[:, 0])
    assert 0.1 < error.std() < 0.3


@pytest.mark.parametrize("steps", [5, 30])
def test_the_adding_problem_marks_one_step_in_each_half(steps: int) -> None:
    made = make(f"adding{steps}", 1)
    numbers, marks = made.train_x[..., 0], made.train_x[..., 1]
    assert set(np.unique(marks)) == {0, 1}
    half = steps // 2
    assert (marks[:, :half].sum(1) == 1).all() and (marks[:, half:].sum(1) == 1).all()
    assert (marks.any(0)).all()  # every step is marked sometimes
    assert numbers.min() >= 0 and numbers.max() < 1
    assert np.allclose((numbers * marks).sum(1), made.train_y)
    assert made.train_y.var() == pytest.approx(1 / 6, rel=0.03)  # what guessing the mean leaves


def test_the_symbol_to_remember_stands_at_the_first_step_alone() -> None:
    made = make("remember20", 0)
    assert np.array_equal(made.train_x[:, 0, :4].argmax(1), made.train_y)
    assert (made.train_x[:, 0].sum(1) == 1).all()
    assert not made.train_x[:, 1:, :4].any()
    assert made.train_x[:, 1:, 4].std() == pytest.approx(0.3, rel=0.02)


def test_sines_go_on() -> None:
    made = make("sines", 0)
    wave = np.concatenate([made.train_x[..., 0], made.train_y[:, None]], 1).astype(float)
    turn = (wave[:, 2:] + wave[:, :-2])[:, 5] / (2 * wave[:, 1:-1][:, 5])  # 2 cos(speed) = (a + c) / b
    far = abs(wave[:, 6]) > 0.2
    assert (turn[far] <= np.cos(0.1) + 1e-4).all() and (turn[far] >= np.cos(0.6) - 1e-4).all()
    assert np.allclose(wave[far, 25], 2 * turn[far] * wave[far, 24] - wave[far, 23], atol=1e-4)


def test_the_text_is_read_in_windows() -> None:
    made, letters = make("templated", 0), DATASETS["templated"].vocabulary
    said = "".join(letters[code] for code in made.train_x[3])
    assert said == TEXT[3:27]
    assert letters[made.train_y[3]] == TEXT[27]
    assert made.test_x is not None
    assert "".join(letters[code] for code in made.test_x[0]) in TEXT * 2


def test_words_stand_with_their_own_kind() -> None:
    made, words = make("tinycorpus", 0), np.array(DATASETS["tinycorpus"].vocabulary)
    near = {word: set(words[made.train_y[words[made.train_x[:, 0]] == word]]) for word in words}
    assert near["king"] == {"he", "his", "him", "beard", "rules", "crown", "throne"}
    assert near["mother"] == {"she", "her", "hers", "dress", "parent", "child", "home"}
    assert near["paris"] == {"france", "city", "of", "capital"}
    assert near["cow"] == {"eats", "runs", "sleeps", "fur", "tail"}
    assert {one for one in words for other in near[one] if one not in near[other]} == set()


def test_shapes_are_learned_in_a_corner_and_held_out_elsewhere() -> None:
    made = make("shapes", 0)
    assert made.test_x is not None and made.test_y is not None
    for x, y, near in ((made.train_x, made.train_y, True), (made.test_x, made.test_y, False)):
        lit = x[:, 0] > 0.55
        counts = lit.sum((1, 2))
        assert [round(float(np.median(counts[y == kind]))) for kind in range(4)] == [16, 9, 9, 8]
        corner = np.array([np.argwhere(picture).min(0) for picture in lit])
        assert ((corner.max(1) < 6) == near).mean() > 0.99  # a shape without its first row in the noise is rare
        assert len({tuple(place) for place in corner}) > 30


def test_labels_of_the_noisy_digits() -> None:
    clean, noisy = make("digits300", 0), make("noisy300", 0)
    assert np.array_equal(clean.train_x, noisy.train_x)
    assert clean.test_y is not None and noisy.test_y is not None
    assert np.array_equal(clean.test_y, noisy.test_y)
    wrong = [int((make("noisy300", seed).train_y != clean.train_y).sum()) for seed in range(10)]
    assert max(wrong) <= 90 and np.mean(wrong) == pytest.approx(81, abs=4)
    shuffled = make("digits-shuffled", 0)
    whole = make("digits", 0)
    assert np.array_equal(np.bincount(shuffled.train_y), np.bincount(whole.train_y))
    assert (shuffled.train_y == whole.train_y).mean() < 0.15


@pytest.mark.parametrize("by", [1, 2])
def test_held_out_digits_are_moved_four_ways(by: int) -> None:
    plain, moved = make("digits", 0), make(f"digits-shift{by}", 0)
    assert plain.test_x is not None and moved.test_x is not None and moved.test_y is not None
    right, left, down, up = moved.test_x.reshape(4, 500, 8, 8)
    picture = plain.test_x[:, 0]
    assert np.array_equal(right[:, :, by:], picture[:, :, :-by]) and not right[:, :, :by].any()
    assert np.array_equal(left[:, :, :-by], picture[:, :, by:]) and not left[:, :, -by:].any()
    assert np.array_equal(down[:, by:], picture[:, :-by]) and not down[:, :by].any()
    assert np.array_equal(up[:, :-by], picture[:, by:]) and not up[:, -by:].any()
    assert plain.test_y is not None
    assert np.array_equal(moved.test_y.reshape(4, 500)[2], plain.test_y)


def test_halves_of_the_digits_make_up_the_whole() -> None:
    whole, low, high = make("digits", 0), make("digits-low", 0), make("digits-high", 0)
    assert len(low.train_x) + len(high.train_x) == 1297
    assert np.array_equal(high.train_x, whole.train_x[whole.train_y >= 5])
    assert np.array_equal(high.train_y + 5, whole.train_y[whole.train_y >= 5])


def test_large_digits_are_the_small_ones_seen_from_near() -> None:
    small, large = make("digits", 0), make("digits28", 0)
    assert not large.train_x[:, :, :2].any() and not large.train_x[..., -2:].any()
    seen = large.train_x[:, :, 3:27:3, 3:27:3]  # the middle of every three by three
    assert np.allclose(seen, small.train_x, atol=1e-6)


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
    with pytest.raises(DataError, match="no data set named 'mnits'.*circles, digits, "):
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
