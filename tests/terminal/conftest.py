from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hostile import engines


@pytest.fixture(autouse=True)
def been_here(tmp_path: Path, remembered: Path) -> None:
    """Most of these tests are at home in their folder."""
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / remembered.name).hardlink_to(remembered)


@pytest.fixture(autouse=True)
def nothing_goes_on(tmp_path: Path) -> Iterator[None]:
    """A long run outlives its screen, as it should, but not its test."""
    yield
    for pid in engines(tmp_path):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
