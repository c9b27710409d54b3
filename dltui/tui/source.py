"""The PyTorch code of the experiment in front of the learner."""

from __future__ import annotations

from rich.syntax import Syntax
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from dltui.tui.clipboard import copied
from dltui.tui.keys import bound
from dltui.tui.spelling import respelt_words


class SourceScreen(ModalScreen[None]):
    DEFAULT_CSS = """
    SourceScreen { align: center middle; }
    SourceScreen VerticalScroll { width: 100; max-width: 96%; height: auto; max-height: 94%; border: round $primary;
                                  padding: 1 2; background: $surface; border-subtitle-color: $text-muted;
                                  scrollbar-size-vertical: 1; }
    SourceScreen Static { width: auto; }
    """
    BINDINGS = bound("code")

    def __init__(self, title: str, source: str) -> None:
        super().__init__()
        self._title = title
        self._source = source

    def compose(self) -> ComposeResult:
        theme = "ansi_dark" if self.app.current_theme.dark else "ansi_light"
        surface = self.app.theme_variables.get("surface", "default")
        with VerticalScroll(can_focus=True) as frame:
            frame.border_title = self._title
            frame.border_subtitle = self._keys()
            yield Static(Syntax(self._source, "python", theme=theme, background_color=surface, word_wrap=False))

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def _keys(self) -> str:
        return respelt_words(self.app, [self], "`y` copy · `j` `k` scroll · `escape` close")

    def action_scroll(self, by: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)

    def action_page(self, share: float) -> None:
        frame = self.query_one(VerticalScroll)
        frame.scroll_relative(y=int(share * frame.size.height), animate=False)

    def action_home(self) -> None:
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def action_end(self) -> None:
        self.query_one(VerticalScroll).scroll_end(animate=False)

    def action_copy(self) -> None:
        self.notify(copied(self.app, self._source), timeout=10, markup=False)
