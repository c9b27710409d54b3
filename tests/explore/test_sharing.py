"""Share strings of explorers: what was done is done again."""

from __future__ import annotations

import pytest

from dltui.explore.explorer import Slider
from dltui.explore.registry import start
from dltui.explore.sharing import figure, moved
from dltui.lesson.find import course, folders
from dltui.lesson.records import Explorer
from dltui.lesson.share import Move, ShareError, added, joined, split

STEPS = [(f"{entry.id}/{step.id}", step) for entry in course(folders()).entries if entry.lesson is not None
         for step in entry.lesson.step if isinstance(step, Explorer)]  # fmt: skip


@pytest.mark.parametrize(("place", "step"), STEPS, ids=[place for place, _ in STEPS])
def test_every_explorer_of_the_course_comes_back(place: str, step: Explorer) -> None:
    """Each offered control turned once, each action that is enabled taken twice, all in one string."""
    state = start(step.explorer, step.settings)
    moves: tuple[Move, ...] = ()
    offered = [each for each in state.controls() if not step.controls or each.name in step.controls]
    for control in offered:
        if control.name not in (each.name for each in state.controls()):
            continue  # taken away by another one
        value = min(control.high, control.value + control.step) if isinstance(control, Slider) else control.options[-1]
        state = state.changed(control.name, value)
        moves = added(moves, Move(control.name, figure(value)))
    for action in state.actions():
        for _ in range(2):
            state = state.acted(action.name)
            moves = added(moves, Move(action.name, times=1))
    text = joined(place, moves)
    assert split(text)[0] == place
    assert moved(step, split(text)[1]) == state


@pytest.mark.parametrize(("move", "said"), [
    (Move("strid", "2"), "did you mean stride"),
    (Move("stride", "wide"), "expected a number"),
    (Move("stride", times=1), "expected stride=VALUE"),
    (Move("nex", times=1), "did you mean next"),
])  # fmt: skip
def test_what_it_does_not_have_is_said_in_a_sentence(move: Move, said: str) -> None:
    step = Explorer(id="slide", title="Slide", explorer="convolution", controls=["stride"])
    with pytest.raises(ShareError, match=said):
        moved(step, [move])
