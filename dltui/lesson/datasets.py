"""What there is to know about each data set without making its arrays. The engine makes them, and keeps to this."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Literal

from msgspec import Struct

TargetKind = Literal["class", "number", "none"]


class DataSpec(Struct, frozen=True):
    name: str
    title: str
    """What it is, for a learner; no full stop, it may stand within a sentence."""
    shape: tuple[int, ...]
    """Of one row of inputs. A sequence is steps × numbers per step; with a vocabulary it is steps alone."""
    classes: int
    """0: the target is no class. With 2, a model may end in a single output."""
    train_rows: int
    test_rows: int
    """0: nothing is held out, the training rows are measured."""
    inputs: tuple[str, ...]
    """Names of the input columns, of the axes for pictures and sequences."""
    target: str
    """What the classes or the number mean; empty: there is no target but the inputs themselves."""
    vocabulary: tuple[str, ...] = ()
    """The inputs are places in this list, whole numbers for an embedding layer; empty: they are measured numbers."""
    fetched: bool = False
    """Has to be brought with `dltui data fetch`; everything else is drawn from a seed or comes with dltui."""

    @property
    def target_kind(self) -> TargetKind:
        """For each row a whole number from 0, a real number, or nothing: the inputs are their own target then."""
        return "class" if self.classes else "number" if self.target else "none"


ADDING = (5, 10, 15, 20, 30, 40, 60)
"""Lengths of the adding problem: adding5 … adding60."""
REMEMBER = (10, 20, 30, 40)
"""Lengths of remember10 … remember40."""
TEXT = (
    "the cat sat on the mat. the dog ate the bone. a bird flew over the hill. the sun rose at dawn. we read the book. "
)
"""What templated says over and over."""
LETTERS = tuple(sorted(set(TEXT)))
WORDS = (
    "man king boy uncle prince father woman queen girl aunt princess mother he his him beard she her hers dress "
    "walks works adult rules crown throne plays school toy visits family gift heir palace young parent child home "
    "cat dog cow horse eats runs sleeps fur tail paris london rome berlin france england italy germany city of capital"
)
"""The vocabulary of tinycorpus: six of each sex, four words for each sex, three words for each of the six pairs, four
animals and five words for them, four cities with their countries and three words for them."""
PLANE = ("x1", "x2")
PICTURE = ("channel", "row", "column")
SEQUENCE = ("step", "channel")


def _points() -> Iterator[DataSpec]:
    studied = "40 students, the hours each one studied"
    yield DataSpec("hours", f"{studied} and whether they passed", (1,), 2, 40, 0, ("hours studied",), "passed")
    yield DataSpec("marks", f"{studied} and the marks out of 10", (1,), 0, 40, 0, ("hours studied",), "marks")
    wave = "20 points on one wave of a sine, with noise, and 200 points without"
    yield DataSpec("wave20", wave, (1,), 0, 20, 200, ("x",), "sin πx")
    corners = "the four corners of a square, class 1 where exactly one input is 1"
    yield DataSpec("xor", corners, (2,), 2, 4, 0, PLANE, "x1 xor x2")
    clouds = "two clouds of 25 points that a line can separate"
    yield DataSpec("gauss2", clouds, (2,), 2, 50, 0, PLANE, "cloud")
    overlapping = "two clouds of 25 points that overlap, so that no line separates them"
    yield DataSpec("notebook50", overlapping, (2,), 2, 50, 0, PLANE, "cloud")
    rings = "400 points on two rings, one inside the other"
    yield DataSpec("circles", rings, (2,), 2, 400, 400, PLANE, "inner ring")
    yield DataSpec("moons", "400 points on two half-moons, hooked into each other", (2,), 2, 400, 400, PLANE, "moon")
    arms = "400 points on two arms of a spiral, wound into each other"
    yield DataSpec("spiral", arms, (2,), 2, 400, 400, PLANE, "arm")
    yield DataSpec("ring8", "10000 points in eight small clouds on a ring", (2,), 0, 10000, 0, PLANE, "")


def _pictures() -> Iterator[DataSpec]:
    def digits(name: str, title: str, train: int = 1297, test: int = 500, classes: int = 10) -> DataSpec:
        return DataSpec(name, title, (1, 8, 8), classes, train, test, PICTURE, "digit")

    yield digits("digits", "1797 handwritten digits, pictures of 8×8 pixels")
    yield digits("digits100", "100 of the handwritten digits to learn from, 500 held out", 100)
    yield digits("digits300", "300 of the handwritten digits to learn from, 500 held out", 300)
    yield digits("noisy300", "300 handwritten digits, the labels of 90 of them drawn anew; 500 with right labels", 300)
    yield digits("noisy890", "890 handwritten digits, the labels of 267 of them drawn anew; 500 with right labels", 890)
    yield digits("digits-shuffled", "handwritten digits, their training labels shuffled until they mean nothing")
    for by in (1, 2):
        shifted = f"handwritten digits; those held out moved by {by} pixel{'s' * (by > 1)} left, right, up and down"
        yield digits(f"digits-shift{by}", shifted, test=2000)
    yield digits("digits-low", "the handwritten digits 0 to 4", 655, 246, 5)
    yield digits("digits-high", "the handwritten digits 5 to 9, as classes 0 to 4", 642, 254, 5)
    large = "the handwritten digits drawn at 28×28 pixels, for where MNIST is not at hand"
    yield DataSpec("digits28", large, (1, 28, 28), 10, 1297, 500, PICTURE, "digit")
    placed = "small shapes on 16×16 pixels: learned at the top left, held out anywhere else"
    yield DataSpec("shapes", placed, (1, 16, 16), 4, 800, 800, PICTURE, "square, plus, cross or diamond")
    mnist = "MNIST: 70000 handwritten digits, pictures of 28×28 pixels"
    for name, title in (("mnist", mnist), ("mnist-standardised", f"{mnist} with mean 0 and spread 1")):
        yield DataSpec(name, title, (1, 28, 28), 10, 60000, 10000, PICTURE, "digit", fetched=True)


def _sequences() -> Iterator[DataSpec]:
    for steps in ADDING:
        title = f"{steps} numbers in a row, two of them marked: what is their sum?"
        yield DataSpec(f"adding{steps}", title, (steps, 2), 0, 32000, 1000, SEQUENCE, "sum of the marked numbers")
    for steps in REMEMBER:
        title = f"one of four symbols, then noise: which one was it, {steps} steps later?"
        yield DataSpec(f"remember{steps}", title, (steps, 5), 4, 20000, 1000, SEQUENCE, "symbol at the first step")
    waves = "25 steps of a sine of any phase and frequency: what comes next?"
    yield DataSpec("sines", waves, (25, 1), 0, 2000, 500, SEQUENCE, "next value")
    text = "24 characters of five short sentences over and over: which one comes next?"
    yield DataSpec("templated", text, (24,), len(LETTERS), 3996, 500, ("character",), "next character", LETTERS)
    words, pairs = tuple(WORDS.split()), "pairs of words that stand in one sentence of a small made-up corpus"
    yield DataSpec("tinycorpus", pairs, (1,), len(words), 73600, 0, ("word",), "neighbouring word", words)


DATASETS: Mapping[str, DataSpec] = MappingProxyType(
    {spec.name: spec for family in (_points, _pictures, _sequences) for spec in family()}
)
