"""Bringing MNIST onto this machine: from the usual mirrors, or from a folder where somebody has put it.

Whatever the way, an array is taken only if its SHA-256 is the published one, and all four are put in place at once.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dltui.engine.download import DownloadError, download, forget
from dltui.engine.idx import IdxError, parse
from dltui.engine.mnist import PARTS, Part, file
from dltui.engine.npz import NpzError, read
from dltui.journal.owner import claim, release
from dltui.places import ensure

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://raw.githubusercontent.com/fgnt/mnist/master/",
)
LIMIT = 1 << 24
"""Bytes of one file: the largest has 9912422 when it is zipped."""
Arrays = dict[str, NDArray[np.uint8]]


class FetchError(Exception):
    """MNIST cannot be had: a sentence for each thing that was tried."""


class Watcher(Protocol):
    """Sees what is going on."""

    def progress(self, name: str, done: int, total: int | None) -> None:
        """Bytes of a file."""

    def note(self, said: str) -> None:
        """Something went wrong, and something else is being tried."""


def fetch(watcher: Watcher, mirrors: Sequence[str] = MIRRORS, parts: Sequence[Part] = PARTS) -> Path:
    """Bring every file from the first mirror that has it, going on with what an earlier attempt left, and return the
    place of MNIST. Raises FetchError, OSError."""
    place = file()
    if _here(place, parts):
        return place
    folder = ensure(ensure(place.parent) / "download")
    if not claim(folder):
        raise FetchError("MNIST is being fetched already, by another process")
    try:
        arrays = {part.name: _brought(part, folder, mirrors, watcher) for part in parts}
        save(arrays, place)
    finally:
        release(folder)
    for left in folder.iterdir():
        left.unlink()
    folder.rmdir()
    return place


def take(source: Path, parts: Sequence[Part] = PARTS) -> Path:
    """Take MNIST from a folder with the four files, zipped or not, or with mnist.npz; or from that file. Returns the
    place of MNIST. Raises FetchError, OSError."""
    place = file()
    save(_gathered(source, parts), place)
    return place


def checked(part: Part, array: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Raises IdxError."""
    if array.shape != part.shape or array.dtype != np.uint8:
        raise IdxError(f"it holds {array.dtype} of the shape {array.shape}, expected uint8 of the shape {part.shape}")
    found = hashlib.sha256(array.tobytes()).hexdigest()
    if found != part.sha256:
        raise IdxError(f"its content is not that of MNIST: SHA-256 {found[:12]}…, expected {part.sha256[:12]}…")
    return array


def save(arrays: Arrays, place: Path) -> None:
    """In one move, so that there is never half a file under this name."""
    fresh = ensure(place.parent) / f".{place.name}-{os.getpid()}"
    try:
        with fresh.open("wb") as target:
            np.savez(target, **arrays)  # type: ignore[arg-type]  # numpy's stub takes a name for allow_pickle
            target.flush()
            os.fsync(target.fileno())
        fresh.replace(place)
    finally:
        fresh.unlink(missing_ok=True)


def _here(place: Path, parts: Sequence[Part]) -> bool:
    try:
        arrays = read(place)
        return all(part.name in arrays and checked(part, arrays[part.name]) is not None for part in parts)
    except (FileNotFoundError, NpzError, IdxError):
        return False


def _brought(part: Part, folder: Path, mirrors: Sequence[str], watcher: Watcher) -> NDArray[np.uint8]:
    name = part.file + ".gz"
    whole, partial = folder / name, folder / f"{name}.part"
    if whole.exists():
        try:
            return _array(part, whole)
        except IdxError:
            whole.unlink()
    troubles: list[str] = []
    for mirror in mirrors:
        url = f"{mirror.rstrip('/')}/{name}"
        try:
            download(url, partial, LIMIT, lambda done, total: watcher.progress(name, done, total))
            array = _array(part, partial)
        except DownloadError as error:
            troubles.append(str(error))
        except IdxError as error:
            forget(partial)
            troubles.append(f"{url}: {error}")
        else:
            partial.replace(whole)
            forget(partial)
            return array
        watcher.note(troubles[-1])
    raise FetchError(f"{name} could not be had from any mirror")


def _gathered(source: Path, parts: Sequence[Part]) -> Arrays:
    if source.is_file():
        return _unpacked(source, parts)
    folders = (source, source / "MNIST" / "raw", source / "raw")
    found = {part.name: _first(folders, part) for part in parts}
    missing = [part.file for part in parts if found[part.name] is None]
    if len(missing) == len(parts) and (source / "mnist.npz").is_file():
        return _unpacked(source / "mnist.npz", parts)
    if missing:
        raise FetchError(f"{source} lacks {', '.join(missing)} (with or without .gz) and holds no mnist.npz")
    arrays = {}
    for part in parts:
        path = found[part.name]
        assert path is not None, "told above"
        try:
            arrays[part.name] = _array(part, path)
        except IdxError as error:
            raise FetchError(f"{path}: {error}") from None
    return arrays


def _first(folders: Sequence[Path], part: Part) -> Path | None:
    """Some programs unpack train-images-idx3-ubyte as train-images.idx3-ubyte."""
    names = [name + end for name in (part.file, part.file.replace("-idx", ".idx")) for end in (".gz", "")]
    return next((folder / name for folder in folders for name in names if (folder / name).is_file()), None)


def _array(part: Part, path: Path) -> NDArray[np.uint8]:
    """Raises IdxError, OSError."""
    longest = 4 + 4 * len(part.shape) + int(np.prod(part.shape))
    if path.stat().st_size > longest + LIMIT:
        raise IdxError("it is far too long")
    return checked(part, parse(path.read_bytes(), part.shape))


def _unpacked(path: Path, parts: Sequence[Part]) -> Arrays:
    try:
        arrays = read(path)
    except NpzError:
        raise FetchError(f"{path} cannot be read as an .npz file") from None
    if missing := [part.name for part in parts if part.name not in arrays]:
        raise FetchError(f"{path} lacks the array{'s' * (len(missing) > 1)} {', '.join(missing)}")
    for part in parts:
        try:
            checked(part, arrays[part.name])
        except IdxError as error:
            raise FetchError(f"{part.name} in {path}: {error}") from None
    return {part.name: arrays[part.name] for part in parts}
