"""Live frames wait for the terminal; one that does not answer slows them down but does not stop them."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from dltui.tui.gate import COLUMNS, DEAF, LOST, PATIENCE, WATCHED, Gate


class Line:
    """A terminal whose answers come when the test lets them."""

    def __init__(self) -> None:
        self.now = 100.0
        self.asked: list[str] = []
        self.gate = Gate(lambda: self.now)
        self.gate.connect(self.asked.append)

    def answer(self, question: int = -1) -> None:
        found = re.search(r"\x1b\[(\d+);(\d+)H\x1b\[6n", self.asked[question])
        assert found is not None
        self.gate.hear(int(found[2]) - 1, int(found[1]) - 1)

    def frame(self) -> bool:
        """Paint a live frame if that may be."""
        if opened := self.gate.opens():
            self.gate.painted()
        return opened


def known() -> Line:
    line = Line()
    assert line.frame()
    line.answer()
    return line


def test_no_frame_before_the_last_has_arrived() -> None:
    line = known()
    assert line.frame()
    line.now += 5
    assert not line.frame()
    line.answer()
    assert line.frame()


def test_only_the_answer_to_the_last_question_opens() -> None:
    """What a key painted meanwhile is on its way too; F3 and the like are no answers."""
    line = known()
    line.frame()
    line.gate.painted()
    line.answer(-2)
    line.gate.hear(1, 0)
    line.gate.hear(COLUMNS + 3, 1)
    assert not line.frame()
    line.answer()
    assert line.frame()


def test_an_answer_that_never_comes_slows_down_until_one_comes() -> None:
    line = known()
    line.frame()
    line.now += PATIENCE + 0.1
    assert line.frame()
    assert not line.frame()
    line.now += LOST
    assert line.frame()
    line.answer(-2)
    line.now += LOST
    assert not line.frame(), "the line is slow, not lost: an older answer has come"
    line.answer()
    assert line.frame()


def test_a_terminal_that_never_answers_is_asked_for_a_while_and_painted_on_all_the_time() -> None:
    line = Line()
    frames = 0
    for _ in range(480):
        frames += line.frame()
        line.now += 0.125
    assert frames == round(60 / DEAF)
    assert len(line.asked) <= PATIENCE / DEAF + 2


def test_nothing_is_asked_where_nothing_moves() -> None:
    line = known()
    line.now += WATCHED + 1
    before = len(line.asked)
    line.gate.painted()
    assert len(line.asked) == before
    assert line.frame()
    assert len(line.asked) == before + 1


def test_what_went_elsewhere_is_not_waited_for() -> None:
    line = known()
    line.frame()
    line.gate.forget()
    assert line.frame()


def test_without_a_terminal_the_gate_is_open() -> None:
    gate = Gate(lambda: 0.0)
    for _ in range(3):
        assert gate.opens()
        gate.painted()
    assert not gate.waiting


@given(st.lists(st.tuples(st.sampled_from(["live", "key", "answer"]), st.floats(0, 2)), max_size=60))
def test_one_live_frame_at_most_is_on_its_way(events: list[tuple[str, float]]) -> None:
    """Whatever comes in which order, as long as the line is not given up for lost."""
    line = known()
    arrived, live = len(line.asked), 0
    for what, seconds in events:
        line.now += seconds * PATIENCE / 200
        if what == "answer" and arrived < len(line.asked):
            line.answer(arrived)
            arrived += 1
            live = live if arrived < len(line.asked) else 0
        elif what == "key":
            line.gate.painted()
        elif what == "live":
            live += line.frame()
        assert live <= 1
