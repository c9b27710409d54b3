"""What there is to know about each data set without making its arrays. The engine makes them, and keeps to this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class DataSpec:
    name: str
    title: str
    """What it is, for a learner; no full stop, it may stand within a sentence."""
    shape: tuple[int, ...]
    """Of one row of inputs."""
    classes: int
    """0: the target is a real number. With 2, a model may end in a single output."""
    train_rows: int
    test_rows: int
    """0: nothing is held out, the training rows are measured."""
    inputs: tuple[str, ...]
    """Names of the input columns, of the axes for pictures."""
    target: str
    """What the classes or the number mean."""


_ALL = (
    DataSpec(
        name="hours",
        title="40 students, the hours each one studied and whether they passed",
        shape=(1,),
        classes=2,
        train_rows=40,
        test_rows=0,
        inputs=("hours studied",),
        target="passed",
    ),
    DataSpec(
        name="xor",
        title="the four corners of a square, class 1 where exactly one input is 1",
        shape=(2,),
        classes=2,
        train_rows=4,
        test_rows=0,
        inputs=("x1", "x2"),
        target="x1 xor x2",
    ),
    DataSpec(
        name="gauss2",
        title="two clouds of 25 points that a line can separate",
        shape=(2,),
        classes=2,
        train_rows=50,
        test_rows=0,
        inputs=("x1", "x2"),
        target="cloud",
    ),
    DataSpec(
        name="notebook50",
        title="two clouds of 25 points that overlap, so that no line separates them",
        shape=(2,),
        classes=2,
        train_rows=50,
        test_rows=0,
        inputs=("x1", "x2"),
        target="cloud",
    ),
    DataSpec(
        name="circles",
        title="400 points on two rings, one inside the other",
        shape=(2,),
        classes=2,
        train_rows=400,
        test_rows=400,
        inputs=("x1", "x2"),
        target="inner ring",
    ),
    DataSpec(
        name="spiral",
        title="400 points on two arms of a spiral, wound into each other",
        shape=(2,),
        classes=2,
        train_rows=400,
        test_rows=400,
        inputs=("x1", "x2"),
        target="arm",
    ),
    DataSpec(
        name="digits",
        title="1797 handwritten digits, pictures of 8×8 pixels",
        shape=(1, 8, 8),
        classes=10,
        train_rows=1297,
        test_rows=500,
        inputs=("channel", "row", "column"),
        target="digit",
    ),
)

DATASETS: Mapping[str, DataSpec] = MappingProxyType({spec.name: spec for spec in _ALL})
