"""The bars above and below each screen."""

from __future__ import annotations

from itertools import pairwise

import pytest
from rich.text import Text

from dltui.tui.bars import whole_parts

STATUS = "✓ done 500/500 · seed 0 · cpu (tiny model)"


@pytest.mark.parametrize(("room", "left"), [
    (42, STATUS), (41, "✓ done 500/500 · seed 0 · cpu"), (29, "✓ done 500/500 · seed 0 · cpu"),
    (28, "✓ done 500/500 · seed 0"), (14, "✓ done 500/500"), (13, "✓ done 500/5…"), (1, "…"), (0, ""),
])
def test_a_bar_that_is_too_narrow_loses_whole_parts(room: int, left: str) -> None:
    assert whole_parts(Text(STATUS), room).plain == left


def test_no_room_is_overdrawn_and_more_room_never_shows_less() -> None:
    shown = [whole_parts(Text(STATUS), room).cell_len for room in range(60)]
    assert all(length <= room for room, length in enumerate(shown))
    assert all(less <= more for less, more in pairwise(shown[14:]))
