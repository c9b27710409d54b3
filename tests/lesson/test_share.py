"""Share strings of experiments: out and back again."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dltui.lesson import share
from dltui.lesson.change import apply, digest, options
from dltui.lesson.find import course, folders
from dltui.lesson.records import Experiment
from dltui.lesson.share import Move, ShareError, added, joined, split

STEPS = [(entry.id, step) for entry in course(folders()).entries if entry.lesson is not None
         for step in entry.lesson.step if isinstance(step, Experiment)]  # fmt: skip
TRAIN = next(step for lesson, step in STEPS if (lesson, step.id) == ("cnn-size", "train"))
MOVES = st.one_of(
    st.builds(Move, st.from_regex(r"[a-z][a-z_]{0,9}", fullmatch=True),
              st.text("ab 01.,=%&'\"$é", min_size=1).filter(lambda text: text.strip() == text)),
    st.builds(Move, st.from_regex(r"[a-z][a-z_]{0,9}", fullmatch=True), times=st.integers(1, 20)),
)  # fmt: skip


def test_every_knob_of_every_lesson_comes_back_from_its_share_string() -> None:
    assert STEPS
    for lesson, step in STEPS:
        for knob in step.knobs:
            for value in knob.values:
                now = apply(step, {knob.set: value, "seed": 7})
                place, moves = split(joined(f"{lesson}/{step.id}", share.settings(step, now)))
                assert place == f"{lesson}/{step.id}"
                assert digest(share.experiment(step, moves)) == digest(now), (lesson, step.id, knob.set, value)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_numbers_come_back_exactly(data: st.DataObject) -> None:
    changes = {"lr": data.draw(st.floats(1e-9, 1.0)), "seed": data.draw(st.integers(0, 10**6)),
               data.draw(st.sampled_from(["epochs", "steps"])): data.draw(st.integers(1, 500))}  # fmt: skip
    now = apply(TRAIN, changes)
    assert share.experiment(TRAIN, split(joined("x", share.settings(TRAIN, now)))[1]) == now


def test_a_layer_that_became_another_comes_back() -> None:
    where = next(name for name, value in options(TRAIN).items() if name.endswith(".layer") and value == "relu")
    now = apply(TRAIN, {where: "leaky_relu"})
    assert share.experiment(TRAIN, share.settings(TRAIN, now)) == now


def test_names_are_short() -> None:
    now = apply(TRAIN, {"lr": 0.1, "seed": 7})
    assert sorted(joined("cnn-size/train", share.settings(TRAIN, now)).partition("@")[2].split(",")) == [
        "lr=0.1", "seed=7"]
    assert share.command("cnn-size/train@lr=0.1,seed=7") == "dltui cnn-size/train@lr=0.1,seed=7"


@given(st.lists(MOVES, min_size=1, max_size=8))
def test_reading_reverses_writing(moves: list[Move]) -> None:
    text = joined("a/b", moves)
    assert split(text) == ("a/b", tuple(moves))
    assert not set(" &;'\"$`|<>\n") & set(text)


def test_an_at_in_the_path_of_a_file_is_no_share_string() -> None:
    assert split("/home/me@host/01-x.toml/train") == ("/home/me@host/01-x.toml/train", ())
    assert split("/home/me@host/01-x.toml/train@lr=1")[1] == (Move("lr", "1"),)


@pytest.mark.parametrize(("text", "said"), [
    ("a/b@", "there is nothing to set"),
    ("a/b@lr=", "expected NAME=VALUE"),
    ("a/b@step:0", "at least once"),
    ("a/b@step:999999", "at most 2000 actions"),
    ("a/b@" + "x" * 5000, "at most 4000 characters"),
])  # fmt: skip
def test_what_cannot_be_read_is_said_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(ShareError, match=said):
        split(text)


@pytest.mark.parametrize(("moves", "said"), [
    ((Move("sed", "7"),), "did you mean seed"),
    ((Move("lr", "fast"),), "expected a number"),
    ((Move("step", times=2),), "expected NAME=VALUE"),
    ((Move("lr\x1b[2J", "1"),), "no setting"),
])  # fmt: skip
def test_what_an_experiment_does_not_take_is_said_in_a_sentence(moves: tuple[Move, ...], said: str) -> None:
    with pytest.raises(ShareError, match=said) as caught:
        share.experiment(TRAIN, moves)
    assert str(caught.value).isprintable()


def test_moves_of_one_kind_are_brought_together() -> None:
    moves: tuple[Move, ...] = ()
    for more in (Move("rate", "1"), Move("rate", "2"), Move("step", times=1), Move("step", times=1), Move("rate", "3")):
        moves = added(moves, more)
    assert moves == (Move("rate", "2"), Move("step", times=2), Move("rate", "3"))
