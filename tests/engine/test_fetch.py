from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from mirror import FILES, Mirror, arrays, idx, parts, serving, zipped

from dltui.engine import mnist
from dltui.engine.data import DataError, make
from dltui.engine.fetch import FetchError, fetch, take
from dltui.engine.mnist import PARTS, Part, file
from dltui.engine.npz import read
from dltui.journal.owner import claim

MADE = arrays()
SMALL = parts(MADE)
PUBLISHED = zipped(MADE)
PICTURES = "train-images-idx3-ubyte.gz"


class Watched:
    def __init__(self) -> None:
        self.seen: dict[str, list[tuple[int, int | None]]] = {}
        self.said: list[str] = []

    def progress(self, name: str, done: int, total: int | None) -> None:
        self.seen.setdefault(name, []).append((done, total))

    def note(self, said: str) -> None:
        self.said.append(said)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DLTUI_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def good() -> Iterator[Mirror]:
    with serving(Mirror(dict(PUBLISHED))) as mirror:
        yield mirror


@pytest.fixture
def bad() -> Iterator[Mirror]:
    with serving(Mirror(dict(PUBLISHED))) as mirror:
        yield mirror


def test_the_usual_parts_are_those_of_mnist() -> None:
    assert {part.name: part.file for part in PARTS} == FILES
    assert [part.shape for part in PARTS] == [(60000, 28, 28), (60000,), (10000, 28, 28), (10000,)]
    assert len({part.sha256 for part in PARTS}) == 4 and {len(part.sha256) for part in PARTS} == {64}


def test_four_files_become_one(good: Mirror) -> None:
    watched = Watched()
    place = fetch(watched, [good.url], SMALL)
    assert place == file()
    assert [path.name for path in place.parent.iterdir()] == ["mnist.npz"]
    found = read(place)
    assert found.keys() == MADE.keys() and all(np.array_equal(found[name], MADE[name]) for name in MADE)
    assert {name: seen[-1] for name, seen in watched.seen.items()} == {
        name: (len(content), len(content)) for name, content in PUBLISHED.items()
    }
    assert watched.said == []


def test_what_is_here_is_not_fetched_again(good: Mirror) -> None:
    fetch(Watched(), [good.url], SMALL)
    fetch(Watched(), [good.url], SMALL)
    assert len(good.asked) == 4
    file().write_bytes(file().read_bytes()[:-100])
    fetch(Watched(), [good.url], SMALL)
    assert len(good.asked) == 8


def wrong() -> dict[str, bytes]:
    whole = PUBLISHED[PICTURES]
    other = MADE["x_train"].copy()
    other[3, 4, 5] ^= 1
    return {
        "cut off": whole[: len(whole) // 2],
        "corrupt": whole[:200] + bytes(50) + whole[250:],
        "another picture": gzip.compress(idx(other)),
        "another shape": gzip.compress(idx(MADE["x_train"][:-1])),
        "a page": b"<!doctype html><title>Sign in to the network</title>",
        "empty": b"",
    }


@pytest.mark.parametrize("kind", wrong())
def test_a_wrong_file_is_told_and_had_from_the_next_mirror(kind: str, bad: Mirror, good: Mirror) -> None:
    bad.files[PICTURES] = wrong()[kind]
    watched = Watched()
    fetch(watched, [bad.url, good.url], SMALL)
    assert np.array_equal(read(file())["x_train"], MADE["x_train"])
    [said] = watched.said
    assert said.startswith(f"{bad.url}{PICTURES}: ")
    assert ("SHA-256" in said) == (kind == "another picture")
    assert [one.path for one in good.asked] == [f"/mnist/{PICTURES}"]


def test_a_mirror_that_lacks_a_file_is_passed_over(bad: Mirror, good: Mirror) -> None:
    del bad.files[PICTURES]
    watched = Watched()
    fetch(watched, [bad.url.rstrip("/"), good.url], SMALL)
    assert [said.partition("the ")[2] for said in watched.said] == ["server answers 404 Not Found"]


def test_without_a_right_file_nothing_is_put_in_place(bad: Mirror) -> None:
    bad.files["t10k-labels-idx1-ubyte.gz"] = wrong()["cut off"]
    with pytest.raises(FetchError, match="t10k-labels-idx1-ubyte.gz could not be had from any mirror"):
        fetch(Watched(), [bad.url], SMALL)
    assert not file().exists()


def test_what_came_before_an_interruption_stays(good: Mirror) -> None:
    class Interrupted(Watched):
        def progress(self, name: str, done: int, total: int | None) -> None:
            if name == "t10k-images-idx3-ubyte.gz" and done == total:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(Interrupted(), [good.url], SMALL)
    asked = len(good.asked)
    fetch(Watched(), [good.url], SMALL)
    again = {one.path for one in good.asked[asked:]}
    assert again == {"/mnist/t10k-images-idx3-ubyte.gz", "/mnist/t10k-labels-idx1-ubyte.gz"}
    assert file().exists()


def test_only_one_process_fetches(good: Mirror) -> None:
    folder = file().parent / "download"
    folder.mkdir(parents=True)
    assert claim(folder)
    with pytest.raises(FetchError, match="by another process"):
        fetch(Watched(), [good.url], SMALL)
    assert good.asked == []


def lay(folder: Path, form: str) -> None:
    """The four files as people have them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in PUBLISHED.items():
        if form == "gzip":
            (folder / name).write_bytes(content)
        else:
            plain = name.removesuffix(".gz")
            plain = plain.replace("-idx", ".idx") if form == "dots" else plain
            (folder / plain).write_bytes(gzip.decompress(content))


@pytest.mark.parametrize("form", ["gzip", "plain", "dots"])
@pytest.mark.parametrize("below", [".", "MNIST/raw", "raw"])
def test_files_from_a_folder(form: str, below: str, tmp_path: Path) -> None:
    lay(tmp_path / "mine" / below, form)
    found = read(take(tmp_path / "mine", SMALL))
    assert all(np.array_equal(found[name], MADE[name]) for name in MADE)


def test_an_npz_from_a_folder_or_by_name(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "mnist.npz", x_train=MADE["x_train"], y_train=MADE["y_train"],
                        x_test=MADE["x_test"], y_test=MADE["y_test"])  # fmt: skip
    for source in (tmp_path, tmp_path / "mnist.npz"):
        assert np.array_equal(read(take(source, SMALL))["y_test"], MADE["y_test"])
        file().unlink()


def test_what_is_wrong_with_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match=r"lacks train-images-idx3-ubyte, train-labels.* and holds no mnist.npz"):
        take(tmp_path, SMALL)
    lay(tmp_path, "gzip")
    (tmp_path / PICTURES).write_bytes(wrong()["another picture"])
    with pytest.raises(FetchError, match=rf"{PICTURES}: its content is not that of MNIST"):
        take(tmp_path, SMALL)
    (tmp_path / PICTURES).unlink()
    with pytest.raises(FetchError, match="lacks train-images-idx3-ubyte "):
        take(tmp_path, SMALL)
    for broken in (b"", b"PK\x03\x04" + bytes(100), b"\x80\x04."):
        (tmp_path / "mnist.npz").write_bytes(broken)
        with pytest.raises(FetchError, match="cannot be read"):
            take(tmp_path / "mnist.npz", SMALL)
    np.savez(tmp_path / "mnist.npz", x_train=MADE["x_train"])
    with pytest.raises(FetchError, match="lacks the arrays y_train, x_test, y_test"):
        take(tmp_path / "mnist.npz", SMALL)
    np.savez(tmp_path / "mnist.npz", x_train=MADE["x_train"], y_train=MADE["y_train"], x_test=MADE["x_test"],
             y_test=MADE["y_test"].astype(np.int64))  # fmt: skip
    with pytest.raises(FetchError, match="y_test in .* int64"):
        take(tmp_path / "mnist.npz", SMALL)
    assert not file().exists()


def real(monkeypatch: pytest.MonkeyPatch) -> list[Part]:
    """The small arrays pass for MNIST."""
    monkeypatch.setattr(mnist, "PARTS", SMALL)
    return SMALL


def test_absent_it_is_said_what_to_type() -> None:
    for name in ("mnist", "mnist-standardised"):
        with pytest.raises(DataError, match="`dltui data fetch mnist`.*digits28 stands in"):
            make(name, 0)


def test_fetched_it_is_scaled(good: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    fetch(Watched(), [good.url], real(monkeypatch))
    plain, scaled = make("mnist", 0), make("mnist-standardised", 0)
    assert plain.train_x.shape == (30, 1, 28, 28) and plain.train_x.dtype == np.float32
    assert np.array_equal(np.round(plain.train_x[:, 0] * 255), MADE["x_train"])
    assert np.allclose(scaled.train_x, (plain.train_x - 0.1307) / 0.3081, atol=1e-6)
    assert np.array_equal(plain.train_y, MADE["y_train"]) and plain.train_y.dtype == np.int64
    assert plain.test_x is not None and len(plain.test_x) == 7


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", None], ids=["empty", "cut off", "other arrays"])
def test_a_broken_file_is_one_sentence(content: bytes | None) -> None:
    file().parent.mkdir(parents=True)
    if content is None:
        np.savez(file(), x=np.zeros(3))
    else:
        file().write_bytes(content)
    with pytest.raises(DataError, match="fetch it again with `dltui data fetch mnist`"):
        make("mnist", 0)


def test_sums_are_of_the_arrays_alone() -> None:
    assert SMALL[1].sha256 == hashlib.sha256(idx(MADE["y_train"])[8:]).hexdigest()
