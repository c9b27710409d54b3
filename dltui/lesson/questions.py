"""The questions of a lesson: what is asked, what is right, and what is wrong about wrong answers."""

from typing import Annotated

from msgspec import Meta

from dltui.lesson.fields import Formula, Line, Name, Record, Text


class Key(Record, frozen=True, kw_only=True):
    """The right answer: an expression (`compute`), or a `value` with the `proof` or the reason (`why`) it stands on."""

    compute: Formula = ""
    """An expression that gives the answer: `conv_size(28, kernel=5)`. The best kind of key: it cannot be mistyped."""
    value: float | int | list[float | int | list[int]] | None = None
    """The answer itself, where only a run or a derivation tells it."""
    proof: Formula = ""
    """How `verify` finds the value again."""
    why: Line = ""
    """Why the value is right, where nothing can compute it."""


class Wrong(Record, frozen=True, kw_only=True):
    """A typical wrong answer and what is wrong with it."""

    value: float | int | list[float | int] | str
    """The wrong answer, in the form in which a learner gives it."""
    why: Line
    """What was misunderstood, in one sentence: told to whoever gives this answer."""


class Option(Record, frozen=True, kw_only=True):
    """One of the answers to choose from."""

    text: Line
    """What the learner reads."""
    ok: bool = False
    """Whether it is right."""
    why: Line = ""
    """Required for wrong options: why it is wrong."""


class Question(Record, tag_field="kind", frozen=True, kw_only=True):
    """One question of a quiz."""

    id: Name
    """Its name in answer files; unique in the lesson."""
    ask: Text
    """The question itself."""
    hints: Annotated[list[Line], Meta(max_length=5)] = []
    """Shown one by one on request, from a nudge to nearly the answer."""
    explain: Text = ""
    """Shown after a right answer."""
    points: Annotated[float, Meta(gt=0, le=100)] = 1
    """What it counts."""
    attempts: Annotated[int, Meta(ge=0, le=100)] = 0
    """How many wrong answers close it; 0: as many as it takes."""
    hint_cost: Annotated[float, Meta(ge=0, le=1)] = 0.0
    """The share of the points that each hint takes away."""
    vary: dict[str, Annotated[list[float | int], Meta(min_length=1, max_length=50)]] = {}
    """Numbers that differ from learner to learner: `{ n = [5, 6, 7] }`. Write {{n}} in texts and in the key."""


class Choice(Question, tag="choice", frozen=True, kw_only=True):
    """Exactly one option is right."""

    options: Annotated[list[Option], Meta(min_length=2, max_length=8)]
    """What there is to choose from. Each learner sees them in an order of their own."""


class Multi(Question, tag="multi", frozen=True, kw_only=True):
    """Any number of options is right; all of them are asked for."""

    options: Annotated[list[Option], Meta(min_length=2, max_length=8)]
    """What there is to choose from. Each learner sees them in an order of their own."""


class Numeric(Question, tag="numeric", frozen=True, kw_only=True):
    """A number, or a list of numbers where the key is a list. Accepts 1/3, 1e-3, and unicode minus."""

    answer: Key
    """`{ compute = "…" }`, or `{ value = …, proof = "…" }`."""
    rtol: Annotated[float, Meta(ge=0, le=0.2)] = 1e-2
    """Accepted error as a share of the key."""
    atol: Annotated[float, Meta(ge=0)] = 0.0
    """Accepted error on top of that, as a number."""
    digits: Annotated[int, Meta(ge=0, le=15)] = 0
    """Instead of rtol: right if it agrees with the key rounded to so many significant digits."""
    units: dict[str, Annotated[float, Meta(gt=0)]] = {}
    """What must follow the number, and how many of the key's unit it is: `{ s = 1, ms = 0.001 }`."""
    wrong: list[Wrong] = []
    """Typical wrong answers, each with its reason."""


class Shape(Question, tag="shape", frozen=True, kw_only=True):
    """A tensor shape: 3x4, (3, 4), [3,4]; N stands for the batch."""

    answer: Key
    """`{ compute = "conv_shape((5, 6), kernel=3)" }`, or `{ value = [3, 4], why = "…" }`."""
    wrong: list[Wrong] = []
    """Typical wrong answers, each with its reason."""


class Fill(Question, tag="fill", frozen=True, kw_only=True):
    """A formula, judged by its values at random points of the variables' ranges, not by its text."""

    answer: Formula
    """An expression in the variables: `-mu * (y - a) * x`."""
    variables: dict[str, Annotated[list[float], Meta(min_length=2, max_length=2)]]
    """The names the learner may use, each with the range its values are drawn from: `{ x = [-2, 2] }`."""
    wrong: list[Wrong] = []
    """Typical wrong answers, each with its reason."""


class Order(Question, tag="order", frozen=True, kw_only=True):
    """Items to be put in order. Learners see them shuffled and lettered; the answer is the letters: c a b."""

    items: Annotated[list[Line], Meta(min_length=2, max_length=8)]
    """In the right order, the first one on top."""
    either: list[Annotated[list[int], Meta(min_length=2)]] = []
    """Groups of items, counted from 0, whose order among themselves does not matter."""


class Pair(Record, frozen=True, kw_only=True):
    """Two things that belong together."""

    left: Line
    """What the learner is given."""
    right: Line
    """What belongs to it."""
    why: Line = ""
    """Why, in one sentence: told to whoever puts something else there."""


class Match(Question, tag="match", frozen=True, kw_only=True):
    """To each thing on the left what belongs to it on the right: 1b 2c 3a."""

    pairs: Annotated[list[Pair], Meta(min_length=2, max_length=8)]
    """The left sides stand in this order, the right sides are shuffled and lettered."""
    extra: Annotated[list[Line], Meta(max_length=4)] = []
    """More right sides that belong to none."""


class Short(Question, tag="short", frozen=True, kw_only=True):
    """A word or a few. Capitals, spaces, hyphens and articles do not matter."""

    accept: Annotated[list[Line], Meta(min_length=1, max_length=40)]
    """All right answers; the first one is shown to whoever gives up."""
    wrong: list[Wrong] = []
    """Typical wrong answers, each with its reason."""


class Point(Question, tag="point", frozen=True, kw_only=True):
    """A cell of a table to point at: a pixel, a neuron, a moment in time."""

    table: Annotated[list[list[float | int | str]], Meta(min_length=1, max_length=24)] = []
    """The rows, each a list of numbers or short texts."""
    compute: Formula = ""
    """Instead of table: an expression for the rows, such as `[[1, 2], [3, 4]]`."""
    rows: list[Line] = []
    """Names of the rows; left out: numbers from 0."""
    columns: list[Line] = []
    """Names of the columns; left out: numbers from 0."""
    answer: Key
    """Row and column from 0: `[1, 2]`; several such pairs where any of them is right; for one row, the column alone."""
    wrong: list[Wrong] = []
    """Cells that are chosen for a reason, each with what is wrong about it."""


class Explain(Question, tag="explain", frozen=True, kw_only=True):
    """To be put into words. The learner then compares with what a good answer says; it counts nothing."""

    rubric: Text
    """What a good answer says, shown after the learner's own."""


AnyQuestion = Choice | Multi | Numeric | Shape | Fill | Order | Match | Short | Point | Explain
