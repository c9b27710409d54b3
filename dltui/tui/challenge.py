"""The challenge pane: the goal, the limits, the learner's file of settings, and what it is worth. Trained and seen as
an experiment is."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.widgets import Static

from dltui.journal.progress import Answered
from dltui.journal.run import Run
from dltui.lesson.challenges import Challenge, work_file
from dltui.lesson.change import ChangeError, read
from dltui.lesson.entering import Misread, base, entered, excess, parameters, steps
from dltui.lesson.records import AnyStep, Lesson
from dltui.lesson.starter import starter, written
from dltui.lesson.toml import MOST_BYTES
from dltui.quiz.stars import FULL, GIVEN, Judged, ended, judged
from dltui.text import clean
from dltui.tui.bars import Key
from dltui.tui.editor import edit, short
from dltui.tui.experiment.pane import ExperimentPane
from dltui.tui.experiment.views import Look
from dltui.tui.keys import bound
from dltui.tui.lab import Lab
from dltui.tui.source import SourceScreen
from dltui.tui.theme import colours, tone, typeset

LOOKS = 0.5
"""Seconds between two looks at the file."""


class ChallengePane(ExperimentPane):
    DEFAULT_CSS = """
    ChallengePane #goal { height: auto; margin: 0 0 1 0; }
    """
    BINDINGS = bound("challenge")
    HELP_TEXT = """
Your settings are a file of their own; its name stands above the curves. `e` opens it in your editor (the variable
`EDITOR` says which one), and any other editor will do as well. Whenever it is saved, it is read again.

- `t` trains once with your settings, `T` with every seed for practice, side by side: that counts.
- A star needs those before it, and must hold with every seed. Whoever grades you takes seeds that nobody knows.
- `h` gives a hint. `A` shows the author's settings, once yours have all stars.
- Everything else is as with an experiment: `[` `]` walk through time, `v` brings the next view to the front, `f` shows
  the chart full screen, `c` your model as PyTorch code, `S` takes the next seed.
"""

    def __init__(self, lab: Lab, lesson: Lesson, step: AnyStep) -> None:
        assert isinstance(step, Challenge)
        super().__init__(lab, lesson, base(step))
        self._challenge = step
        self._file = work_file(lesson.id, step.id)
        self._seen: tuple[int, int] | None = None
        """When the file was changed, and its size, at the last look."""
        self._trouble = ""
        """Why the settings cannot be trained."""
        self._asked: set[str] = set()
        """Runs with all seeds that this pane began and has not counted yet."""
        self._best = max((answer.score for answer in lab.progress.answers(lesson.id, step.id).values()), default=0.0)
        self._hints = 0
        self._misses = 0

    def compose(self) -> ComposeResult:
        yield Static(id="goal", markup=False)
        yield from super().compose()

    def on_mount(self) -> None:
        self.set_interval(LOOKS, self._look_at_file)
        self._look_at_file()
        self._goal()

    def on_resize(self, event: events.Resize) -> None:
        self._goal()

    # ── the file ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _look_at_file(self) -> None:
        """Read the settings again if they were saved."""
        try:
            there = self._file.stat()
            if (seen := (there.st_mtime_ns, there.st_size)) == self._seen:
                return
            with self._file.open("rb") as file:
                source = file.read(MOST_BYTES + 1)
        except OSError:  # not begun yet, or taken away for a moment by an editor
            return
        self._seen = seen
        try:
            made = entered(self._challenge, source, self._file.name)
        except Misread as error:
            self._trouble = clean(str(error))
        else:
            over = excess(self._challenge, made)
            self._trouble = f"Beyond the limits: {clean('; '.join(over))}." if over else ""
            self.settings.experiment = replace(made, seed=self.settings.experiment.seed)
        self._goal()
        self.post_message(self.Changed())

    def action_edit(self) -> None:
        try:
            if not self._file.exists():
                self._file.parent.mkdir(parents=True, exist_ok=True)
                self._file.write_text(starter(self.lesson.id, self._challenge), encoding="utf-8")
        except OSError as error:
            self.notify(f"{clean(str(self._file))} cannot be written: {error.strerror}", severity="error", markup=False)
            return
        edit(self, self._file)
        self._look_at_file()

    # ── training ────────────────────────────────────────────────────────────────────────────────────────────────────

    def action_all(self) -> None:
        """With every seed for practice, side by side."""
        if not self._may_train():
            return
        self.look = Look()
        seeds: list[int | float | str] = [*range(self._challenge.seed, self._challenge.seed + self._challenge.seeds)]
        self.training.start(replace(self.settings.experiment, compare={"seed": seeds}))
        if self.training.current is not None and not self.training.trouble:
            self._asked.add(self.training.current.folder.name)
        self._follow()

    def _may_train(self) -> bool:
        self._look_at_file()
        if self._trouble and not self.training.active:
            self.notify(self._trouble, severity="warning", markup=False)
        return not self._trouble or self.training.active

    def action_reset(self) -> None:
        """The seed of the lesson again, and the settings as the file has them."""
        super().action_reset()
        self._seen = None
        self._look_at_file()
        self._goal()

    def _ended(self) -> None:
        current = self.shelf.current
        if current is not None and current.run.over and current.folder.name in self._asked:
            self._asked.discard(current.folder.name)
            if found := self._judged(current.run):
                self._count(found)
        self._goal()

    def _count(self, found: Judged) -> None:
        """Remember what all seeds together are worth."""
        verdict = found.verdict
        if verdict.outcome == "ungradable":
            return
        self._misses += verdict.outcome == "wrong"
        self._best = max(self._best, verdict.score)
        self.lab.record(Answered(
            lesson=self.lesson.id, step_id=self._challenge.id, question=self._challenge.id, given=GIVEN,
            outcome=verdict.outcome, score=verdict.score, hints=self._hints, misses=self._misses,
        ))  # fmt: skip
        if verdict.outcome == "right":
            self.passed()

    def _judged(self, run: Run) -> Judged | None:
        """What a run that is over is worth, one seed or all."""
        if run.started is None or not run.over or run.state == "stopped":
            return None
        try:
            made = read(run.started.experiment)
        except ChangeError:  # of a version that knew other settings
            return None
        runs = [ended(each.state, each.final, clean(each.message)) for each in run.variants or [run]]
        return judged(self._challenge, made, runs)

    # ── what is shown ───────────────────────────────────────────────────────────────────────────────────────────────

    def _goal(self) -> None:
        if self.is_mounted and self.size.width:
            self.query_one("#goal", Static).update(self._words())

    def _words(self) -> Text:
        theme, step, here = colours(self.app), self._challenge, self.settings.experiment
        current = self.shelf.current
        found = self._judged(current.run) if current is not None else None
        lines = []
        for number, goal in enumerate(step.stars, 1):
            star = found.stars[number - 1] if found and found.stars else None
            line = Text(f"{FULL * number:<{len(step.stars)}} ", tone(theme, "good") if star and star.earned else "dim")
            line.append(goal, "" if star is None else "bold")
            if star:
                line.append(f"  {'✓' if star.earned else '✗'} ", tone(theme, "good" if star.earned else "bad"))
                line.append(star.values.partition(";")[0])  # what is counted stands below
            lines.append(line)
        most = step.limits.steps or steps(self.step)
        lines.append(Text(f"{parameters(here)} of {step.limits.parameters} parameters · {steps(here)} of {most} steps"
                          f" · {self._said(found)}", "dim"))  # fmt: skip
        if self._trouble:
            lines.append(Text(self._trouble, tone(theme, "bad")))
        elif self._file.exists():
            lines.append(Text(clean(short(self._file)), "dim", overflow="fold"))
        else:
            lines.append(typeset(
                self.app, "`e` writes a file with the settings you may change, and opens it in your editor.",
                max(20, self.size.width - 2),
            ))  # fmt: skip
        cost = f" (-{step.hint_cost:.0%} of the points)" if step.hint_cost else ""
        lines += [Text("").join([Text(f"hint {number}{cost}  ", "bold"),
                                 typeset(self.app, hint, max(20, self.size.width - 10))])
                  for number, hint in enumerate(step.hints[: self._hints], 1)]  # fmt: skip
        return Text("\n").join(lines)

    def _said(self, found: Judged | None) -> str:
        """For how many seeds the marks above are."""
        many = self._challenge.seeds
        if found is None or not found.stars:
            return f"T: {many} seeds" if many > 1 else "T counts"
        seeds = found.stars[0].seeds
        return f"{seeds} seed{'s' * (seeds > 1)}" + (f", T: all {many}" if seeds < many else "")

    def action_hint(self) -> None:
        if self._hints < len(self._challenge.hints):
            self._hints += 1
            self._goal()
            self.post_message(self.Changed())

    def action_solution(self) -> None:
        if self._best < 1:
            self.notify("The author's settings are for comparing: they are shown once yours have all stars.")
            return
        text = clean(written(self._challenge, self._challenge.solution))
        self.app.push_screen(SourceScreen(f"{self._challenge.title}: the author's settings", text))

    def keys(self) -> Sequence[Key]:
        state = self.shelf.current.run.state if self.shelf.current else ""
        if state in ("running", "paused"):
            return super().keys()
        return [("e", "edit" if self._file.exists() else "begin"), ("t", "train"), ("T", "all seeds")]
