"""The explorer pane: pictures, controls, numbers of the moment. All arithmetic is the explorer's own."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.widgets import Static

from dltui.explore.explorer import Control, Explorer, Slider
from dltui.explore.registry import start
from dltui.explore.sharing import figure, moved
from dltui.lesson.records import AnyStep, Lesson
from dltui.lesson.records import Explorer as ExplorerStep
from dltui.lesson.share import Move, added
from dltui.plot import canvas
from dltui.tui.activity import Activity
from dltui.tui.bars import Key
from dltui.tui.gridview import GridView
from dltui.tui.keys import bound
from dltui.tui.lab import Lab
from dltui.tui.panel import panel
from dltui.tui.theme import colours, in_ascii

HISTORY = 500


class Picture(GridView):
    """The scenes, redrawn for each size."""

    def __init__(self, pane: ExplorerPane) -> None:
        super().__init__()
        self._pane = pane

    def draw(self) -> None:
        width, height = self.size
        if width and height:
            self.show(canvas.several(tuple(self._pane.state.scenes()), width, height, self.ascii, theme=self.theme))

    def on_resize(self, event: events.Resize) -> None:
        self.draw()


class ExplorerPane(Activity, can_focus=True):
    DEFAULT_CSS = """
    ExplorerPane { layout: vertical; }
    ExplorerPane Picture { height: 1fr; min-height: 5; }
    ExplorerPane #panel { height: auto; text-wrap: nowrap; }
    """
    BINDINGS = bound("explorer")
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
        self._key = (lesson.id, step.id)
        self.state: Explorer = self._first
        self._past: list[Explorer] = []
        self._trail: list[tuple[Move, ...]] = [()]
        """What was done up to each state of the past, and to this one."""
        if self._key in lab.explored:
            self.state, self._past = lab.explored[self._key]
            self._trail = lab.moved.get(self._key, self._trail)
        if asked := lab.shared.pop(self._key, ()):
            self.state, self._past, self._trail = moved(step, asked), [self._first], [(), asked]
            self._keep()
        self._tallest = 0
        self._chosen = 0
        self._passed = False

    def compose(self) -> ComposeResult:
        yield Picture(self)
        yield Static(id="panel", markup=False)

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _: self._draw())
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        self._tallest = 0
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
        width, height = self.size
        if width and height:
            text = panel(self.state, controls, self._chosen, width, height, colours(self.app),
                         in_ascii(self.app))
            below = self.query_one("#panel", Static)
            below.update(text)
            # a picture that changes its height with every sentence is restless
            self._tallest = max(self._tallest, text.plain.count("\n") + 1)
            below.styles.min_height = min(self._tallest, height // 2)
            self.query_one(Picture).draw()

    def _become(self, state: Explorer, move: Move | None = None) -> None:
        """Go on by a move, or without one to where the step began."""
        if state == self.state:
            return
        self._past = [*self._past[-HISTORY:], self.state]
        self._trail = [*self._trail[-len(self._past) :], added(self._trail[-1], move) if move is not None else ()]
        self.state = state
        self._keep()
        self._draw()
        self.post_message(self.Changed())
        if not self._passed:
            self._passed = True
            self.passed()

    def _keep(self) -> None:
        self.lab.explored[self._key] = (self.state, self._past)
        self.lab.moved[self._key] = self._trail

    def moves(self) -> tuple[Move, ...]:
        return self._trail[-1]

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
        self._become(self.state.changed(control.name, value), Move(control.name, figure(value)))

    def action_undo(self) -> None:
        if self._past:
            self.state = self._past.pop()
            self._trail = self._trail[:-1] or [()]
            self._keep()
            self._draw()
            self.post_message(self.Changed())

    def action_reset(self) -> None:
        self._become(self._first)

    def on_key(self, event: events.Key) -> None:
        if self.typed(event.character or ""):
            event.stop()

    def typed(self, character: str) -> bool:
        for action in self.state.actions():
            if character == action.key:
                self._become(self.state.acted(action.name), Move(action.name, times=1))
                return True
        return False

    def keys(self) -> Sequence[Key]:
        actions: list[Key] = [(each.key, each.label) for each in self.state.actions() if each.enabled]
        controls = len(self._controls())
        turn: list[Key] = [("↑ ↓", "choose")] if controls > 1 else []
        turn += [("← →", "turn")] if controls else []
        return [*actions[: 3 - len(turn)], *turn]
