"""What the numbers of a run depend on, besides torch."""

from __future__ import annotations

import platform

import numpy as np

import dltui


def versions() -> dict[str, str]:
    return {"python": platform.python_version(), "numpy": np.__version__, "dltui": dltui.__version__}
