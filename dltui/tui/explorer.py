"""The explorer pane: pictures, controls, numbers of the moment. All arithmetic is the explorer's own."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from dltui.explore.explorer import Action, Control, Explorer, Slider, Switch
from dltui.explore.registry import start
from dltui.lesson.records import AnyStep, Lesson
from dltui.lesson.records import Explorer as ExplorerStep
from dltui.plot import canvas
from dltui.plot.formula import line
from dltui.tui.activity import Activity
from dltui.tui.bars import Key
from dltui.tui.gridview import GridView
from dltui.tui.lab import Lab

HISTORY = 500
TRACK = 16
"""Cells of a slider."""


class Picture(GridView):
    """The scenes, redrawn for each size."""

    def __init__(self, pane: ExplorerPane) -> None:
        super().__init__()
        self._pane = pane

    def draw(self) -> None:
        width, height = self.size
        if width and height:
            self.show(canvas.several(tuple(self._pane.state.scenes()), width, height, theme=self.theme))

    def on_resize(self, event: events.Resize) -> None:
        self.draw()


class ExplorerPane(Activity, can_focus=True):
    DEFAULT_CSS = """
    ExplorerPane { layout: vertical; }
    ExplorerPane Picture { height: 1fr; min-height: 5; }
    ExplorerPane Static { height: auto; }
    ExplorerPane #said { color: $accent; min-height: 1; }
    ExplorerPane #controls { margin-top: 1; }
    """
    BINDINGS = [
        Binding("up,k", "choose(-1)", "previous control"),
        Binding("down,j", "choose(1)", "next control"),
        Binding("right,plus,equals_sign", "change(1)", "more"),
        Binding("left,minus", "change(-1)", "less"),
        Binding("greater_than_sign,shift+right", "change(10)", "much more"),
        Binding("less_than_sign,shift+left", "change(-10)", "much less"),
        Binding("backspace,z", "undo", "undo"),
        Binding("r", "reset", "reset"),
    ]
    HELP_TEXT = """
Play: every change shows at once, and `backspace` takes it back.

- `↑` `↓` choose a control, `←` `→` (or `-` `+`) turn it, `<` `>` in big steps.
- `r` puts everything back to where the step began.
"""

    def __init__(self, lab: Lab, lesson: Lesson, step: AnyStep) -> None:
        super().__init__(lab, lesson, step)
        assert isinstance(step, ExplorerStep)
        self._offered = step.controls
        self._first = start(step.explorer, step.settings)
        self._past: list[Explorer] = []
        self.state: Explorer = self._first
        self._chosen = 0
        self._passed = False

    def compose(self) -> ComposeResult:
        yield Picture(self)
        yield Static(id="facts", markup=False)
        yield Static(id="said", markup=False)
        yield Static(id="controls", markup=False)

    def on_mount(self) -> None:
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        self._draw()

    def _controls(self) -> Sequence[Control]:
        controls = self.state.controls()
        if not self._offered:
            return controls
        named = {control.name: control for control in controls}
        return [named[name] for name in self._offered if name in named]

    def _draw(self) -> None:
        controls = self._controls()
        self._chosen = min(self._chosen, max(0, len(controls) - 1))
        self.query_one("#facts", Static).update(self._facts())
        self.query_one("#said", Static).update(Text(self.state.said()))
        rows = Text("\n").join(_row(control, index == self._chosen) for index, control in enumerate(controls))
        actions = Text("   ").join(_button(action) for action in self.state.actions())
        self.query_one("#controls", Static).update(Text("\n").join([part for part in (rows, actions) if part.plain]))
        self.query_one(Picture).draw()

    def _facts(self) -> Text:
        """One line a fact while there is room, else only the first few."""
        facts = list(self.state.facts())
        room = max(2, self.size.height // 3)
        text = Text(no_wrap=True, overflow="ellipsis")
        wide = max((len(fact.label) for fact in facts[:room]), default=0)
        for index, fact in enumerate(facts[:room]):
            text.append("\n" if index else "")
            text.append(f"{fact.label:<{wide}}  ", "dim")
            text.append(fact.value, "bold")
            if fact.tex:
                text.append(f"   {line(fact.tex)}", "cyan")
        return text

    def _become(self, state: Explorer) -> None:
        if state == self.state:
            return
        self._past = [*self._past[-HISTORY:], self.state]
        self.state = state
        self._draw()
        if not self._passed:
            self._passed = True
            self.post_message(self.Passed())

    def action_choose(self, by: int) -> None:
        controls = self._controls()
        if controls:
            self._chosen = (self._chosen + by) % len(controls)
            self._draw()

    def action_change(self, by: int) -> None:
        controls = self._controls()
        if not controls:
            return
        control = controls[self._chosen]
        if isinstance(control, Slider):
            value: float | str = min(control.high, max(control.low, control.value + by * control.step))
        else:
            place = control.options.index(control.value) + (1 if by > 0 else -1)
            value = control.options[place % len(control.options)]
        self._become(self.state.changed(control.name, value))

    def action_undo(self) -> None:
        if self._past:
            self.state = self._past.pop()
            self._draw()

    def action_reset(self) -> None:
        self._become(self._first)

    def on_key(self, event: events.Key) -> None:
        for action in self.state.actions():
            if event.character == action.key:
                event.stop()
                self._become(self.state.acted(action.name))
                return

    def keys(self) -> Sequence[Key]:
        actions: list[Key] = [(action.key, action.label) for action in list(self.state.actions())[:2]]
        turn: list[Key] = [("← →", "turn")] if self._controls() else []
        return [*actions, *turn, ("⌫", "undo")]


def _row(control: Control, chosen: bool) -> Text:
    text = Text("▸ " if chosen else "  ", "bold" if chosen else "", no_wrap=True)
    text.append(f"{control.label:<14} ")
    if isinstance(control, Switch):
        for option in control.options:
            here = option == control.value
            text.append(f"‹{option}›" if here else f" {option} ", "bold reverse" if here and chosen else "bold" if here else "dim")
        return text
    share = (control.value - control.low) / ((control.high - control.low) or 1.0)
    at = round(share * (TRACK - 1))
    text.append("━" * at, "cyan" if chosen else "")
    text.append("●", "bold cyan" if chosen else "bold")
    text.append("─" * (TRACK - 1 - at), "dim")
    text.append(f" {control.value:>8.4g}", "bold")
    return text


def _button(action: Action) -> Text:
    style = "" if action.enabled else "dim"
    return Text.assemble((action.key, f"bold {style}".strip()), (f" {action.label}", style))
