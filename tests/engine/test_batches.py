from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from dltui.engine.batches import Batches


def batches(rows: int, batch: int, seed: int = 0) -> Batches:
    column = torch.arange(rows, dtype=torch.float32)
    return Batches(column[:, None], column * 10, batch, seed)


def rows(made: Batches, count: int) -> list[list[int]]:
    taken = []
    for _ in range(count):
        x, y = made.take()
        assert torch.equal(x[:, 0] * 10, y)
        taken.append([int(value) for value in x[:, 0]])
    return taken


def test_an_epoch_sees_each_row_once_and_drops_the_rest() -> None:
    made = batches(13, 4)
    assert made.per_epoch == 3
    epochs = [sum(rows(made, 3), []) for _ in range(2)]
    assert [len(set(epoch)) for epoch in epochs] == [12, 12]
    assert epochs[0] != epochs[1]


def test_a_seed_fixes_the_order() -> None:
    assert rows(batches(10, 3), 9) == rows(batches(10, 3), 9)
    assert rows(batches(10, 3), 3) != rows(batches(10, 3, seed=1), 3)


def test_full_batches_keep_the_order_of_the_data() -> None:
    for size in (0, 5, 99):
        made = batches(5, size)
        assert made.per_epoch == 1
        assert rows(made, 2) == [[0, 1, 2, 3, 4]] * 2


@given(st.integers(1, 12), st.integers(0, 13), st.integers(0, 30))
def test_a_restored_order_goes_on_where_it_stood(count: int, size: int, before: int) -> None:
    made = batches(count, size)
    rows(made, before)
    state, position = made.place()
    expected = rows(made, 10)
    again = batches(count, size, seed=77)
    again.restore(state, position)
    assert rows(again, 10) == expected


def test_last_is_what_was_handed_out_last() -> None:
    for size in (0, 2):
        made = batches(6, size)
        for _ in range(4):
            assert made.take() is made.last
