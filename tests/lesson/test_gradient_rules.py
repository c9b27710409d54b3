"""What lint says about gradient checks and bug hunts."""

from __future__ import annotations

from typing import get_args

import pytest

from dltui.engine.model import module
from dltui.gradcheck.bugs import applicable
from dltui.lesson import layers
from dltui.lesson.bugs import BUGS, unplantable
from dltui.lesson.layers import AnyLayer
from dltui.lesson.layout import LayerShape, infer
from dltui.lesson.load import loads

HEAD = 'format = 1\nid = "a"\ntitle = "T"\nminutes = 5\ngoals = ["see"]\n'
STEP = """
[[step]]
id = "check"
kind = "gradient"
title = "Check"
data = "digits"
model = [{ layer = "flatten" }, { layer = "linear", out = 16 }, { layer = "relu" }, { layer = "linear", out = 10 }]
loss = "cross_entropy"
batch = 8
"""
ROUND = """
[[step.rounds]]
bug = "sign"
layer = 3
options = [{ text = "the sign", ok = true }, { text = "the size", why = "It has the right size." }]
told = "The ratio is $-1$."
"""


def told(step: str) -> list[str]:
    return [str(problem).split(": ", 1)[1] for problem in loads(HEAD + step, "a.toml").problems]


def changed(old: str, new: str, more: str = ROUND) -> list[str]:
    assert old in STEP + more
    return told((STEP + more).replace(old, new))


def test_sound_checks() -> None:
    assert told(STEP) == [] == told(STEP + ROUND * 3)
    assert changed("batch = 8", 'batch = 8\nbug = "stale-mask"\nlayer = 2', "") == []
    assert changed('bug = "sign"\nlayer = 3', 'bug = "none"') == []


@pytest.mark.parametrize(("old", "new", "message"), [
    ('"digits"', '"digit"', 'unknown data "digit" — did you mean “digits”?'),
    ("out = 10", "out = 9", "cross_entropy on digits needs 10 outputs, but the model ends in 9 outputs"),
    ('{ layer = "flatten" }', '{ layer = "tanh" }', "this linear layer does not fit: it takes a row of numbers, but "
     "gets 1×8×8: put a flatten layer before it"),
    ("layer = 3", "layer = 4", "there is no layer 4: they are counted from 0 to 3"),
    ('"sign"', '"sings"', 'unknown bug "sings" — did you mean “sign”?'),
    ('"sign"', '"elephant"', 'unknown bug "elephant": it is one of '),
    ('"sign"', '"transposed"', "transposed needs a layer with as many outputs as inputs, which Linear(16→10) has not"),
    ('"sign"', '"stale-mask"', "Linear(16→10), layer 3, cannot have the bug stale-mask"),
    ('"sign"\nlayer = 3', '"input-doubled"\nlayer = 1', "input-doubled shows in the layers before layer 1, and none of "
     "them has weights"),
    ("ok = true", "why = 'no'", "no option is right: give one of them ok = true"),
    ('why = "It has the right size."', "ok = true", "a round has one right option, and item 1 is it"),
    (', why = "It has the right size."', "", 'why is missing: what is wrong with "the size"?'),
    ('"the size"', '"the sign"', "item 1 of options says the same"),
    ("batch = 8", 'batch = 8\nbug = "sign"\nlayer = 1', "a bug hunt plants the bugs of its rounds: leave this one out"),
])  # fmt: skip
def test_what_is_wrong_with_a_hunt(old: str, new: str, message: str) -> None:
    found = changed(old, new)
    assert len(found) == 1 and found[0].startswith(message)


def test_a_batch_larger_than_the_data() -> None:
    small = STEP.replace("digits", "xor").replace('{ layer = "flatten" }, ', "").replace("out = 10", "out = 2")
    assert told(small) == ["xor has 4 rows to train on, fewer than batch = 8"]
    assert told(small.replace("batch = 8", "batch = 4")) == []


def test_bugs_that_one_row_cannot_show() -> None:
    message = "missing-mean is no bug in a batch of one row: give batch at least 2"
    assert told((STEP + ROUND).replace("batch = 8", "batch = 1").replace("sign", "missing-mean", 1)) == [message]
    assert told((STEP + ROUND).replace("batch = 8", "batch = 1")) == []


def test_formulas_in_what_is_told_are_checked() -> None:
    source = HEAD + STEP + ROUND.replace("$-1$", r"$\\oops$")
    found = loads(source, "a.toml", lambda tex: f"{tex} is unknown" if "oops" in tex else None).problems
    assert [problem.message for problem in found] == [r"\oops is unknown"]


# ── the table of bugs ───────────────────────────────────────────────────────────────────────────────────────────────

SHAPES: list[tuple[AnyLayer, tuple[int, ...]]] = [
    (layers.Linear(out=4), (4,)), (layers.Linear(out=3), (4,)), (layers.Linear(out=4, bias=False), (4,)),
    (layers.Conv2d(out=2, kernel=3), (1, 8, 8)), (layers.Conv2d(out=2, kernel=1, bias=False), (1, 8, 8)),
    (layers.MaxPool2d(kernel=2), (1, 8, 8)), (layers.MaxPool2d(kernel=3, stride=2), (1, 8, 8)),
    (layers.AvgPool2d(kernel=2), (1, 8, 8)), (layers.Flatten(), (1, 8, 8)), (layers.Relu(), (4,)),
    (layers.LeakyRelu(), (4,)), (layers.Elu(), (4,)), (layers.Tanh(), (4,)), (layers.Sigmoid(), (4,)),
    (layers.Dropout(), (4,)), (layers.BatchNorm(), (4,)), (layers.BatchNorm(), (2, 8, 8)), (layers.LayerNorm(), (4,)),
    (layers.ConvTranspose2d(out=2, kernel=3), (1, 8, 8)), (layers.Upsample(), (1, 8, 8)),
    (layers.GlobalAvgPool(), (1, 8, 8)), (layers.GlobalMaxPool(), (1, 8, 8)), (layers.Reshape(shape=[2, 2]), (4,)),
    (layers.Embedding(words=9, out=3), (4,)), (layers.Rnn(out=3), (5, 2)), (layers.Lstm(out=3), (5, 2)),
    (layers.Gru(out=3), (5, 2)), (layers.Sample(), (4,)), (layers.Noise(), (4,)), (layers.Softplus(), (4,)),
    (layers.Gelu(), (4,)), (layers.Silu(), (4,)), (layers.Softmax(), (4,)),
    (layers.Residual(layers=[layers.Linear(out=4)]), (4,)),
]  # fmt: skip


@pytest.mark.parametrize(("layer", "inputs"), SHAPES, ids=[f"{type(layer).__name__}{s}" for layer, s in SHAPES])
def test_a_bug_may_be_named_where_it_can_be_planted(layer: AnyLayer, inputs: tuple[int, ...]) -> None:
    (shape,) = infer([layer], inputs)
    before = LayerShape(0, layers.Linear(out=1), (1,), inputs, 2, 1, "Linear(1→1)")
    named = [name for name in BUGS if not unplantable(name, [before, shape], 1, 8)]
    assert named == [bug.name for bug in applicable(module(layer, inputs))]


def test_every_layer_is_in_the_table() -> None:
    assert {type(layer) for layer, _ in SHAPES} | {layers.Repeat} == set(get_args(AnyLayer))
