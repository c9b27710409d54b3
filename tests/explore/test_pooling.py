"""The pooling explorer and the one for borders: winners, ties, and what is told."""

from __future__ import annotations

import pytest

from dltui.explore.borders import Borders
from dltui.explore.explorer import Explorer, SettingError
from dltui.explore.pooling import Pooling
from dltui.scene import Table


def tables(explorer: Explorer) -> list[Table]:
    return list(explorer.scenes()[0].tables)


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def rings(table: Table) -> list[tuple[int, int]]:
    return [(i, j) for i, row in enumerate(table.rows) for j, cell in enumerate(row) if cell.mark == "ring"]


def test_the_edge_map_is_pooled_as_in_the_lesson() -> None:
    assert texts(tables(Pooling.start({"filled": True}))[1]) == [["17", "17", "4"], ["21", "21", "4"]]


def test_the_winner_is_ringed_and_gets_the_gradient() -> None:
    state = Pooling.start({}).acted("next")
    values, _, gradient = tables(state)
    assert rings(values) == [(1, 1)] == rings(gradient)
    assert texts(gradient) == [["0"] * 4, ["0", "1", "0", "0"], ["0"] * 4]
    again = state.acted("next")
    assert texts(tables(again)[2])[1][1] == "2"  # two windows with the same winner


def test_an_average_has_no_winner_and_shares_out() -> None:
    state = Pooling.start({"map": "four", "kind": "average"}).acted("next")
    values, pooled, gradient = tables(state)
    assert not rings(values)
    assert texts(pooled) == [["2.5"]] and texts(gradient) == [["0.25"] * 2] * 2


def test_ties_go_to_the_first_or_are_split() -> None:
    first = Pooling.start({"map": "ties"}).acted("next")
    assert "4 are equally large: a kink" in first.said()
    assert [row[:2] for row in texts(tables(first)[2])[:2]] == [["1", "0"], ["0", "0"]]
    split = first.changed("ties", "split")
    assert [row[:2] for row in texts(tables(split)[2])[:2]] == [["0.25", "0.25"], ["0.25", "0.25"]]


def test_a_window_that_does_not_fit_is_told() -> None:
    state = Pooling.start({"map": "four"}).changed("kernel", 3)
    assert state.kernel == 2 and state.said() == "A kernel of 3 does not fit into a size of 2."
    with pytest.raises(SettingError, match="a kernel of 3 does not fit"):
        Pooling.start({"map": "four", "kernel": 3})
    with pytest.raises(SettingError):
        Pooling.start({"stride": 0})


def test_the_five_borders_are_those_of_the_field() -> None:
    row = texts(tables(Borders.start({"p": 2}))[0])
    assert ["".join(line) for line in row] == ["00123400", "32123432", "21123443", "11123444", "34123412"]


def test_hidden_borders_wait_for_the_learner() -> None:
    state = Borders.start({"hidden": True})
    assert "".join(texts(tables(state)[0])[1]) == "??1234??"
    assert "".join(texts(tables(state.acted("show"))[0])[1]) == "32123432"
    with pytest.raises(SettingError):
        Borders.start({"p": -1})
