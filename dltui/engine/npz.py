"""Reading .npz files of which nothing is known yet."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray


class NpzError(Exception):
    """A file that is not a whole .npz of plain arrays."""


def read(path: Path) -> dict[str, NDArray[Any]]:
    """All arrays by name; nothing is ever unpickled. Raises NpzError, FileNotFoundError where there is no file."""
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except FileNotFoundError:
        raise
    except (
        OSError, EOFError, ValueError, TypeError, KeyError, AttributeError, SyntaxError, MemoryError, OverflowError,
        NotImplementedError, RuntimeError, BadZipFile, zlib.error,
    ) as error:  # fmt: skip  # whatever bytes can do to the readers of zip and npy
        raise NpzError(str(error)) from error
