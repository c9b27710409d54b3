"""The questions of a lesson: what is asked, what is right, and what is wrong about wrong answers."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from dltui.lesson.fields import Formula, Line, Name, Record, Text


class Key(Record, frozen=True, kw_only=True):
    """The right answer: an expression (`compute`), or a `value` with the `proof` or the reason (`why`) it stands on."""

    compute: Formula = ""
    """An expression that gives the answer: `conv_size(28, kernel=5)`. The best kind of key: it cannot be mistyped."""
    value: float | int | list[float | int] | None = None
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


AnyQuestion = Choice | Multi | Numeric | Shape | Fill
