"""Workshops and tracks for a class: as many as submissions are judged side by side, made when work is first handed
in."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, Self, cast

if TYPE_CHECKING:
    from dltui.grading.exercise import Judged, Workshop
    from dltui.lesson.challenges import Challenge
    from dltui.lesson.tasks import Workpiece
    from dltui.quiz.verdict import Verdict


class Pool:
    """May be shared by threads. Answer files without code or settings pay nothing for it."""

    def __init__(self, secret: str = "") -> None:
        self.secret = secret
        """What the hidden seeds of challenges are made of."""
        self.trained = False
        """Whether any settings were trained."""
        self._free: dict[str, deque[Any]] = {name: deque() for name in ("exercise:Workshop", "track:Track")}
        self._made = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._made.close()

    def judge(self, piece: Workpiece, source: bytes) -> Judged:
        """`Workshop.judge`"""
        with self._shop() as shop:
            return shop.judge(piece, source)

    def train(self, lesson: str, step: Challenge, source: bytes) -> Verdict | None:
        """`settings.judge` with hidden seeds; None where the settings are those of the lesson."""
        settings = import_module("dltui.grading.settings")
        if settings.unchanged(step, source):
            return None
        self.trained = True
        with self._taken("track:Track") as track:
            seeds = settings.hidden(step, lesson, self.secret)
            return cast("Verdict", settings.judge(step, source, track, seeds).verdict)

    def missing(self) -> list[str]:
        """The layers of the jail that this machine does not have. Raises NoJail, which is a RuntimeError."""
        with self._shop() as shop:
            return shop.missing()

    @property
    def used(self) -> bool:
        """Whether any code was judged."""
        return bool(self._free["exercise:Workshop"])

    @contextmanager
    def _shop(self) -> Iterator[Workshop]:
        with self._taken("exercise:Workshop") as shop:
            yield shop

    @contextmanager
    def _taken(self, kind: str) -> Iterator[Any]:
        """One that is free, or a new one."""
        free = self._free[kind]
        try:
            one = free.pop()  # a deque is safe to share
        except IndexError:
            module, name = kind.split(":")
            one = self._made.enter_context(getattr(import_module(f"dltui.grading.{module}"), name)())
        try:
            yield one
        finally:
            free.append(one)
