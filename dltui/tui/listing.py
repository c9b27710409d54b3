"""A screen around one list: up, down, the first, the last."""

from __future__ import annotations

from textual.widgets import OptionList

from dltui.tui.bars import LabScreen


class ListScreen(LabScreen):
    def action_move(self, by: int) -> None:
        options = self.query_one(OptionList)
        (options.action_cursor_down if by > 0 else options.action_cursor_up)()

    def action_edge(self, last: int) -> None:
        options = self.query_one(OptionList)
        (options.action_last if last else options.action_first)()
