from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dltui.engine.npz import NpzError, read


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("npz") / "whole.npz"
    np.savez(path, a=np.arange(6.0).reshape(2, 3), b=np.array(1))
    return path.read_bytes()


def test_arrays_come_back_by_name(whole: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.npz").write_bytes(whole)
    arrays = read(tmp_path / "x.npz")
    assert arrays.keys() == {"a", "b"}
    assert arrays["a"].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_a_missing_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "x.npz")


def test_a_pickle_is_never_opened(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", a=np.array([{"any": "object"}], dtype=object))
    with pytest.raises(NpzError, match="pickle"):
        read(tmp_path / "x.npz")
    np.save(tmp_path / "y.npy", np.arange(3))  # a lone array has no names
    with pytest.raises(NpzError):
        read(tmp_path / "y.npy")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(st.data())
def test_damaged_bytes_raise_nothing_else(whole: bytes, tmp_path: Path, data: st.DataObject) -> None:
    spoiled = bytearray(whole[: data.draw(st.integers(0, len(whole)))])
    for _ in range(data.draw(st.integers(0, 8))):
        if spoiled:
            spoiled[data.draw(st.integers(0, len(spoiled) - 1))] = data.draw(st.integers(0, 255))
    (tmp_path / "x.npz").write_bytes(spoiled)
    with contextlib.suppress(NpzError):
        read(tmp_path / "x.npz")
