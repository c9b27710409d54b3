"""What every explorer offers: controls to turn, actions to take, numbers of the moment and pictures. All states are
immutable, so undo is a list of earlier states."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from dltui.scene import Scene


class SettingError(ValueError):
    """A setting or control was given a name or value that the explorer does not have; the message says what it has."""


@dataclass(frozen=True)
class Slider:
    name: str
    label: str
    value: float
    low: float
    high: float
    step: float


@dataclass(frozen=True)
class Switch:
    """One of a few values."""

    name: str
    label: str
    value: str
    options: tuple[str, ...]


Control = Slider | Switch


@dataclass(frozen=True)
class Action:
    """Something to do, by a single key that is no key of the lesson screen (free: a e i m o u v w x y z 1-9)."""

    name: str
    key: str
    label: str
    enabled: bool = True


@dataclass(frozen=True)
class Fact:
    """One line of the numbers of the moment."""

    label: str
    value: str
    tex: str = ""
    """The formula with the numbers of the moment in it, for the formula renderer; empty: none."""


class Explorer(ABC):
    """Subclasses are frozen dataclasses; every method is pure and answers in well under 20 ms."""

    @classmethod
    @abstractmethod
    def start(cls, settings: Mapping[str, Any]) -> Self:
        """The first state. Raises SettingError for a name or value it does not know."""

    @abstractmethod
    def controls(self) -> Sequence[Control]: ...

    @abstractmethod
    def changed(self, name: str, value: float | str) -> Self:
        """With one control set; sliders clip to their range. Raises SettingError."""

    @abstractmethod
    def actions(self) -> Sequence[Action]: ...

    @abstractmethod
    def acted(self, name: str) -> Self:
        """After one action. An action that is not enabled returns the same state. Raises SettingError."""

    @abstractmethod
    def facts(self) -> Sequence[Fact]: ...

    @abstractmethod
    def scenes(self) -> Sequence[Scene]:
        """One to four pictures, the main one first."""

    def said(self) -> str:
        """One sentence about what just happened; empty: nothing to say."""
        return ""
