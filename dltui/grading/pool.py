"""Workshops for a class: as many as submissions are judged side by side, made when code is first handed in."""

from __future__ import annotations

from contextlib import ExitStack
from importlib import import_module
from queue import Empty, LifoQueue
from typing import TYPE_CHECKING, Self, cast

if TYPE_CHECKING:
    from dltui.grading.exercise import Judged, Workshop
    from dltui.lesson.tasks import Workpiece


class Pool:
    """May be shared by threads. Answer files without code pay nothing for it."""

    def __init__(self) -> None:
        self._free: LifoQueue[Workshop] = LifoQueue()
        self._made = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._made.close()

    def judge(self, piece: Workpiece, source: bytes) -> Judged:
        """`Workshop.judge`"""
        shop = self._taken()
        try:
            return shop.judge(piece, source)
        finally:
            self._free.put(shop)

    def missing(self) -> list[str]:
        """The layers of the jail that this machine does not have. Raises NoJail, which is a RuntimeError."""
        shop = self._taken()
        try:
            return shop.missing()
        finally:
            self._free.put(shop)

    @property
    def used(self) -> bool:
        """Whether any code was judged."""
        return not self._free.empty()

    def _taken(self) -> Workshop:
        try:
            return self._free.get_nowait()
        except Empty:
            kind = cast("type[Workshop]", import_module("dltui.grading.exercise").Workshop)
            return self._made.enter_context(kind())
