"""The lab that most tests of screens use."""

from __future__ import annotations

from pathlib import Path

import pytest
from played import make_lab

from dltui.tui.lab import Lab


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return make_lab(tmp_path)
