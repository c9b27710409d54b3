"""A choice of bugs to plant in the backward of one layer."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from dltui.tui.gradient.checking import HONEST
from dltui.tui.keys import bound

Planting = tuple[int, str]
"""A layer and the name of a bug."""


class BugScreen(ModalScreen[Planting | None]):
    """Dismissed with a bug to plant, or None."""

    DEFAULT_CSS = """
    BugScreen { align: center middle; }
    BugScreen.-slim OptionList { width: 40; }
    BugScreen OptionList { width: 70; height: auto; max-height: 80%; border: round $primary;
                           background: $surface; padding: 1 1; }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (76, "-roomy")]
    BINDINGS = bound("bugs")

    def __init__(self, layer: str, bugs: list[tuple[Planting, str]]) -> None:
        super().__init__()
        self._layer = layer
        self._bugs = [((0, HONEST), "nothing: every layer's own backward"), *bugs]

    def compose(self) -> ComposeResult:
        choice = OptionList(*(Option(title) for _, title in self._bugs), markup=False)
        choice.border_title = f"Break the backward of {self._layer}"
        yield choice

    @on(OptionList.OptionSelected)
    def _chosen(self, message: OptionList.OptionSelected) -> None:
        if self.is_active:  # a second click on the way here would close what lies below
            self.dismiss(self._bugs[message.option_index][0])
