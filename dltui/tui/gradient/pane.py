"""The gradient pane: which element is wrong, how wrong, and why."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widgets import Static

from dltui.journal.events import Checked, CheckedTensor
from dltui.journal.progress import Answered
from dltui.lesson.records import AnyStep, GradientCheck, Lesson
from dltui.quiz.arrange import LETTERS
from dltui.tui.activity import Activity
from dltui.tui.bars import Key
from dltui.tui.gradient import report
from dltui.tui.gradient.bugs import BugScreen, Planting
from dltui.tui.gradient.checking import Checking
from dltui.tui.gradient.curve import VCurve
from dltui.tui.gradient.heatmap import HeatMap, layout
from dltui.tui.gradient.hunt import Hunt
from dltui.tui.keys import bound
from dltui.tui.lab import Lab
from dltui.tui.presence import present
from dltui.tui.theme import typeset

HELP = """
Backpropagation (*backward*) held against finite differences, for every single element.

- `↑` `↓` choose a tensor. The map shows where in it the two disagree; `enter` takes the cursor into the map, arrows
  move it, `w` jumps to the next bad element, `escape` leaves the map.
- The V-curve shows the error of the difference against the step: too large a step truncates, too small a one drowns
  in rounding. The line marks the step that the checker took.
- `b` plants a bug in the backward of the layer in front of you: see what the checker says. `r` takes it out.
- `m` checks module by module, which names the first guilty one. `t` checks again.
- In a bug hunt, answer with a letter; `←` `→` choose a tensor; `N` and `P` go to the next and the previous round.
"""


LOW = 28
"""Rows of the pane below which a hunt does without the map: `w` walks through the bad elements all the same, and no
option may be cut off."""


class GradientPane(Activity, can_focus=True):
    DEFAULT_CSS = """
    GradientPane { layout: vertical; }
    GradientPane Static { height: auto; text-wrap: nowrap; text-overflow: ellipsis; }
    GradientPane #hints { text-wrap: wrap; color: $accent; }
    GradientPane #maps { height: 1fr; min-height: 5; margin-top: 1; }
    GradientPane HeatMap { width: 5fr; height: 1fr; }
    GradientPane VCurve { width: 4fr; height: 1fr; }
    GradientPane Hunt { dock: bottom; }
    GradientPane.-low #maps { display: none; }
    """
    BINDINGS = bound("gradient")
    HELP_TEXT = HELP

    def __init__(self, lab: Lab, lesson: Lesson, step: AnyStep) -> None:
        super().__init__(lab, lesson, step)
        assert isinstance(step, GradientCheck)
        self._step = step
        self.checking = Checking(lab, lesson.id, step)
        self._hunt = Hunt(step, lab.seed) if step.rounds else None
        self._tensor = 0
        self._place = 0
        self._inside = False
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="head", markup=False)
        yield Static(id="table", markup=False)
        yield Static(id="hints", markup=False)
        with Horizontal(id="maps"):
            yield HeatMap()
            yield VCurve()
        yield Static(id="element", markup=False)
        if self._hunt is not None:
            yield self._hunt

    def on_mount(self) -> None:
        self._timer = self.set_interval(0.1, self._poll, pause=True)
        self.call_after_refresh(self._open)

    def _open(self) -> None:
        """The first check starts by itself."""
        if not present(self):
            return
        if self._hunt is not None:
            self._plant_round()
        else:
            self.checking.start()
            self._follow()

    def begin(self) -> None:
        if self._hunt is not None:
            self._hunt.begin()
        else:
            self.focus()

    def leave(self) -> None:
        if self._timer is not None:
            self._timer.stop()

    def _follow(self) -> None:
        if self._timer is not None:
            self._timer.resume()
        self._draw()

    def _poll(self) -> None:
        had = self.checking.checked
        if self.checking.poll():
            if had is None and self.checking.checked is not None:
                self._arrived(self.checking.checked)
            self._draw()
        if not self.checking.waiting and self._timer is not None:
            self._timer.pause()

    def _arrived(self, checked: Checked) -> None:
        """A report: look at its worst tensor first."""
        ranks = [(tensor.counts.get("wrong", 0), tensor.counts.get("unsure", 0)) for tensor in checked.tensors]
        if max(ranks, default=(0, 0)) > (0, 0):
            self._tensor = ranks.index(max(ranks))
        self._tensor = min(self._tensor, max(0, len(checked.tensors) - 1))
        self._take_worst()
        if self._hunt is None:
            self.passed()

    @property
    def tensor(self) -> CheckedTensor | None:
        checked = self.checking.checked
        return checked.tensors[self._tensor] if checked is not None and checked.tensors else None

    def _take_worst(self) -> None:
        if self.tensor is not None and self.tensor.analytic:
            self._place = report.worst(self.tensor)
            self.checking.probe(self.tensor.name, self._place)
            self._follow()

    # ── drawing ─────────────────────────────────────────────────────────────────────────────────────────────────────

    @on(HeatMap.Asked)
    def _draw(self) -> None:
        checked, tensor = self.checking.checked, self.tensor
        head = self.query_one("#head", Static)
        if checked is None or tensor is None:
            said = self.respelt(self.checking.trouble) or "checking every element against finite differences …"
            if self.checking.warming:
                said = "the engine is importing PyTorch; the check follows"
            head.update(Text(said))
            return
        self.set_class(self._hunt is not None and self.size.height < LOW, "-low")
        hidden = self._hunt is not None and not self._hunt.solved
        head.update(Text("\n").join([report.headline(checked, hidden), Text(report.footnote(checked), "dim")]))
        room = max(3, min(len(checked.tensors) + 1, self.size.height // 3))
        self.query_one("#table", Static).update(report.rows(checked, self._tensor, self.size.width, room))
        self.query_one("#hints", Static).update(Text() if hidden else self._hints(checked))
        if tensor.analytic:
            self.query_one("#element", Static).update(report.element(tensor, self._place))
        self.query_one(HeatMap).draw(tensor, self._place)
        probed = self.checking.probed.get((tensor.name, self._place))
        self.query_one(VCurve).draw(probed, "enter: the V-curve of an element" if not self.checking.waiting else "…")
        self.post_message(self.Changed())

    def _hints(self, checked: Checked) -> Text:
        lines = [*checked.hints]
        if checked.first_bad_module:
            lines.insert(0, f"The first guilty module: {checked.first_bad_module}.")
        lines += checked.notes
        return typeset(self.app, "\n\n".join(lines[:3]), max(20, self.size.width))

    # ── keys ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def action_move(self, across: int, down: int) -> None:
        tensor, checked = self.tensor, self.checking.checked
        if tensor is None or checked is None:
            return
        if not self._inside:
            by = down if self._hunt is None else down + across  # up and down belong to the options of a hunt
            if by:
                self._tensor = (self._tensor + by) % len(checked.tensors)
                self._take_worst()
                self._draw()
            return
        size = self.query_one(HeatMap).size
        plan = layout(tensor.shape, size.width, size.height - 2)
        x, y = plan.pixel(self._place)
        columns, rows = plan.size
        x, y = min(columns - 1, max(0, x + across)), min(rows - 1, max(0, y + down))
        places = plan.places(x, y, len(tensor.analytic))
        if places:
            self._place = max(places, key=lambda place: tensor.excess[place] or 0.0)
            self.checking.probe(tensor.name, self._place)
            self._follow()

    def action_enter(self) -> None:
        self._inside = not self._inside
        self.post_message(self.Changed())

    def action_worst(self) -> None:
        if self.tensor is not None and self.tensor.analytic:
            places = report.by_badness(self.tensor)
            here = places.index(self._place) if self._place in places else -1
            self._place = places[(here + 1) % len(places)]
            self.checking.probe(self.tensor.name, self._place)
            self._follow()

    def action_check(self) -> None:
        self.checking.start()
        self._follow()

    def action_honest(self) -> None:
        if self._hunt is None:
            self.checking.honest()
            self._follow()

    def action_modular(self) -> None:
        self.checking.mode = "full" if self.checking.mode == "modular" else "modular"
        self.action_check()

    def action_bug(self) -> None:
        checked, tensor = self.checking.checked, self.tensor
        if checked is None or tensor is None or self._hunt is not None:
            if self._hunt is None:
                self.notify("The check is still under way: the bugs are listed when its report is here.", timeout=4)
            return

        def plant(planting: Planting | None) -> None:
            if planting is not None:
                self.checking.plant(planting[1], planting[0])
                self._follow()

        self.app.push_screen(BugScreen(tensor.layer, report.plantable(checked, tensor)), plant)

    # ── the hunt ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _plant_round(self) -> None:
        assert self._hunt is not None
        self.checking.plant(self._hunt.round.bug, self._hunt.round.layer)
        self._follow()

    async def action_round(self, by: int) -> None:
        if self._hunt is not None and await self._hunt.go(by):
            self._plant_round()
            self._hunt.begin()

    @on(Hunt.Answered)
    def _answered(self, message: Hunt.Answered) -> None:
        message.stop()
        assert self._hunt is not None
        self.lab.record(Answered(
            lesson=self.lesson.id, step_id=self._step.id, question=self._hunt.question.id,
            given=message.verdict.given, outcome=message.verdict.outcome, score=message.verdict.score,
        ))
        if self._hunt.all_solved:
            self.passed()
        self._draw()

    def escape(self) -> bool:
        inside, self._inside = self._inside, False
        self.post_message(self.Changed())
        return inside

    def keys(self) -> Sequence[Key]:
        if self._inside:
            return [("←↑↓→", "move"), ("w", "next bad"), ("esc", "leave the map")]
        if self._hunt is not None:
            last = LETTERS[len(self._hunt.question.options) - 1]
            return [(f"a-{last}", "answer"), ("N", "next round"), ("w", "next bad")]
        return [("↑ ↓", "tensor"), ("↵", "into the map"), ("b", "plant a bug")]

    def on_resize(self, event: events.Resize) -> None:
        self._draw()
