from __future__ import annotations

import pytest

from dltui.lesson.find import Entry, course
from dltui.places import lessons_dir
from dltui.plain.order import OrderError, order


@pytest.fixture(scope="module")
def entry() -> Entry:
    return next(entry for entry in course([lessons_dir()]).entries if entry.id == "mlp-xor")


def index(entry: Entry, step_id: str) -> int:
    assert entry.lesson is not None
    return [step.id for step in entry.lesson.step].index(step_id)


def test_settings_are_applied_and_of_two_the_last_counts(entry: Entry) -> None:
    asked = order(entry, index(entry, "train-xor"), ["lr=1", "steps = 5", "lr=0.25"], 7)
    assert (asked.optimizer.lr, asked.steps, asked.seed) == (0.25, 5, 7)


@pytest.mark.parametrize(("changes", "said"), [
    (["lr"], "KEY=VALUE"), (["=1"], 'no setting ""'), (["lr=fast"], "above 0"), (["lrr=1"], "did you mean lr?"),
    (["steps=5", "epochs=5"], "not both"),
])  # fmt: skip
def test_what_is_wrong_is_a_sentence(entry: Entry, changes: list[str], said: str) -> None:
    with pytest.raises(OrderError) as error:
        order(entry, index(entry, "train-xor"), changes, None)
    assert said in str(error.value)


def test_a_step_that_trains_nothing_names_those_that_do(entry: Entry) -> None:
    with pytest.raises(OrderError, match="trains nothing; its experiments are .*train-xor"):
        order(entry, 0, [], None)


def test_what_is_compared_is_read_as_numbers(entry: Entry) -> None:
    place = index(entry, "train-xor")
    asked = order(entry, place, [], 3, ["lr=0.001, 0.1", "model.1.layer=tanh,relu"], 2)
    assert asked.compare == {"lr": [0.001, 0.1], "model.1.layer": ["tanh", "relu"], "seed": [3, 4]}
    for compare, said in (["lr"], "VALUE,VALUE"), (["lr="], "VALUE,VALUE"), (["lr=1,x"], "above 0"):
        with pytest.raises(OrderError, match=said):
            order(entry, place, [], None, compare)
