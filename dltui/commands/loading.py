"""The module of a command, loaded without what only costs time."""

from __future__ import annotations

import gc
import sys
from contextlib import suppress
from importlib import import_module
from types import ModuleType
from typing import cast


def loaded(command: str) -> ModuleType:
    """The module of `dltui.commands` with this name. In a process that begins with it, what is loaded stays until the
    end: it is kept out of the collections of garbage, now and later."""
    name = f"dltui.commands.{command}"
    if "msgspec" in sys.modules or not gc.isenabled():
        return import_module(name)
    gc.disable()
    try:
        _load_msgspec()
        return import_module(name)
    finally:
        gc.freeze()
        gc.enable()


def _load_msgspec() -> None:
    """msgspec needs `typing_extensions` on old Pythons alone, but takes it wherever it is, which is half of what it
    costs to load: so it is not there for that moment. Whoever asks for it later finds it."""
    modules = cast("dict[str, ModuleType | None]", sys.modules)
    if "typing_extensions" in modules:
        return
    modules["typing_extensions"] = None
    try:
        with suppress(ImportError):  # of one that cannot do without: it is loaded when it is asked for
            import_module("msgspec")
    finally:
        del modules["typing_extensions"]
