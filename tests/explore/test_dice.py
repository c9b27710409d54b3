from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dltui.explore.dice import Dice


@settings(deadline=None)
@given(st.integers(0, 2**31), st.lists(st.integers(1, 60), max_size=12))
def test_drawing_by_value_is_drawing_in_a_row(seed: int, counts: list[int]) -> None:
    generator, dice = np.random.RandomState(seed), Dice.seeded(seed)
    for count in counts:
        drawn, dice = dice.choice(count)
        assert drawn == generator.choice(count)


def test_the_same_dice_throw_the_same_twice() -> None:
    dice = Dice.seeded(4)
    assert dice.choice(31) == dice.choice(31)
    assert dice == Dice.seeded(4) != dice.choice(31)[1]


def test_half_of_a_pair_of_normal_numbers_is_kept() -> None:
    generator = np.random.RandomState(4)
    generator.normal()
    dice = Dice.of(generator)
    assert dice.generator().normal() == generator.normal()
