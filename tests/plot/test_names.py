from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dltui.plot.cells import text_width
from dltui.plot.names import abbreviated, longest, middle_cut


def test_the_middle_goes_first() -> None:
    assert middle_cut("abcdefghij", 6) == "abc…ij"
    assert middle_cut("abcdefghij", 6, ascii=True) == "abc~ij"
    assert middle_cut("abc", 3) == "abc" and middle_cut("abc", 1) == "…" and middle_cut("abc", 0) == ""


def test_what_differs_stays() -> None:
    assert abbreviated(["learning rate 0.1", "learning rate 0.2"], 8) == ["lear…0.1", "lear…0.2"]
    assert abbreviated(["lr 0.1 momentum 0.9", "lr 0.2 momentum 0.9"], 12) == ["lr 0.1 mome…", "lr 0.2 mome…"]
    assert abbreviated(["sigmoid-run-1", "sigmoid-run-22"], 8) == ["sigmo…-1", "sigm…-22"]
    assert abbreviated(["short", "another name that is long"], 9) == ["short", "anoth…ong"]


def test_as_long_as_they_fit_and_differ() -> None:
    names = ["learning rate 0.1", "learning rate 0.2"]
    assert longest(names, lambda found: True) == (17, names)
    assert longest(names, lambda found: sum(map(len, found)) <= 21) == (10, ["learni…0.1", "learni…0.2"])
    assert longest(names, lambda found: False) == (0, names)


@given(st.lists(st.text("ab1. 日", max_size=14), max_size=5), st.integers(0, 16))
def test_never_wider(names: list[str], width: int) -> None:
    assert all(text_width(name) <= width for name in abbreviated(names, width))
