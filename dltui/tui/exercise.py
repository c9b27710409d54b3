"""The exercise pane: the learner's own editor, a verdict on every save, the case that is wrong.

Judging runs in a process of its own, `dltui exercise watch`, the same as on the command line.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

import dltui
from dltui.journal.progress import Answered
from dltui.lesson.outline import wanted
from dltui.lesson.records import AnyStep, Exercise, Lesson
from dltui.lesson.tasks import NoTask, Workpiece, begun, work_file, workpiece
from dltui.text import clean
from dltui.tui.activity import Activity
from dltui.tui.bars import Key
from dltui.tui.clipboard import copied
from dltui.tui.editor import edit, short
from dltui.tui.keys import bound
from dltui.tui.lab import Lab
from dltui.tui.presence import present
from dltui.tui.source import SourceScreen
from dltui.tui.theme import Tone, colours, tone, typeset

TONES: Mapping[str, Tone] = {"right": "good", "wrong": "bad", "ungradable": "doubt"}
MARKS = {"right": "✓", "wrong": "✗", "ungradable": "?"}
LONGEST_LINE = 16 * 2**20
"""Bytes of one verdict, at most."""
PATIENCE = 1.0
"""Seconds a judge may take to end."""
INDENT = "  "
COPIED = 100
"""Columns of a verdict that is copied."""
MOST_PRINTED = 12
"""Lines of what the code printed."""


class ExercisePane(Activity, can_focus=True):
    DEFAULT_CSS = """
    ExercisePane { layout: vertical; padding: 1 1 0 1; }
    ExercisePane VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; }
    ExercisePane Static { height: auto; width: 1fr; }
    ExercisePane #file { color: $text-muted; margin-bottom: 1; }
    """
    BINDINGS = bound("exercise")
    HELP_TEXT = """
Your code is a file of its own; its name stands at the top. `e` opens it in your editor (the variable `EDITOR` says
which one), and any other editor will do as well. Whenever the file is saved, it is judged: your functions are called in
a process that can reach nothing, and what they return is compared.

- A wrong case is shown with its arguments, what was expected and what came. Of all wrong cases it is the shortest.
- What you `print` is shown below. `y` copies what the judge says.
- `h` gives a hint. `s` shows a solution to compare with, once yours is right.
"""

    def __init__(self, lab: Lab, lesson: Lesson, step: AnyStep) -> None:
        super().__init__(lab, lesson, step)
        assert isinstance(step, Exercise)
        self._step = step
        self._place = f"{lesson.id}/{step.id}"
        self._folder = next(entry.path for entry in lab.course.entries if entry.id == lesson.id)
        self._file = work_file(lesson.id, step.exercise)
        self._piece: Workpiece | None = None
        self._trouble = ""
        try:
            self._piece = workpiece(self._folder.parent, step.exercise)
        except NoTask as error:
            self._trouble = str(error)
        self._judge: asyncio.subprocess.Process | None = None
        self._watching: asyncio.Task[None] | None = None
        self._said: dict[str, Any] = {}
        self._hints = 0
        self._misses = 0

    def compose(self) -> ComposeResult:
        yield Static(id="file", markup=False)
        with VerticalScroll(can_focus=False):
            yield Static(id="verdict", markup=False)

    def on_mount(self) -> None:
        self._draw()
        if self._piece and self._file.exists():
            self._begin_judging()

    def on_resize(self) -> None:
        self._draw()

    async def on_unmount(self) -> None:
        self.leave()
        if self._watching is not None:  # else its process would outlive the event loop, which complains on the way out
            await asyncio.wait([self._watching])

    def leave(self) -> None:
        if self._watching is not None:
            self._watching.cancel()

    def _begin_judging(self) -> None:
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch())

    def keys(self) -> Sequence[Key]:
        if self._piece is None:
            return ()
        found: list[Key] = [("e", "edit" if self._file.exists() else "begin")]
        if self._hints < len(self._piece.task.hints):
            found.append(("h", "hint"))
        return [*found, ("s", "solution")] if self._right else found

    def status(self) -> Text:
        outcome = str(self._said.get("verdict", {}).get("outcome", ""))
        if not outcome:
            return Text("judging …" if self._judge is not None else "")
        return Text(f"{MARKS[outcome]} {outcome}", tone(colours(self.app), TONES[outcome]))

    @property
    def _right(self) -> bool:
        return bool(self._said.get("verdict", {}).get("outcome") == "right")

    async def _watch(self) -> None:
        """Read verdicts for as long as the pane is there."""
        try:
            self._judge = await asyncio.create_subprocess_exec(
                sys.executable, "-P", "-m", "dltui", "exercise", "watch", f"{self._folder}/{self._step.id}", "--json",
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment(),
                limit=LONGEST_LINE,
            )  # fmt: skip
        except OSError as error:
            self._trouble = f"The judge cannot start: {error.strerror}."
            self._draw()
            return
        self.post_message(self.Changed())
        assert self._judge.stdout is not None, "asked for"
        try:
            async for line in self._judge.stdout:
                self._heard(json.loads(line))
        except ValueError:  # longer than LONGEST_LINE, or no JSON
            self._said = {}
        finally:
            await _ended(self._judge)
        if not self._said:
            self._trouble = ("The judge ended before it said anything that can be read. To see why: dltui exercise"
                             f" check {self._place}")  # fmt: skip
            self._draw()

    def _heard(self, said: dict[str, Any]) -> None:
        self._said = said
        verdict = said["verdict"]
        if verdict["outcome"] != "ungradable":
            self._misses += verdict["outcome"] == "wrong"
            self.lab.record(Answered(
                lesson=self.lesson.id, step_id=self._step.id, question=self._step.id, given="code",
                outcome=verdict["outcome"], score=verdict["score"], hints=self._hints, misses=self._misses,
            ))  # fmt: skip
        if self._right:
            self.passed()
        self._draw()
        self.post_message(self.Changed())

    def action_edit(self) -> None:
        if self._piece is None:
            return
        try:
            if not self._file.exists():
                self._file.parent.mkdir(parents=True, exist_ok=True)
                self._file.write_text(begun(self._place, self._piece), encoding="utf-8")
        except OSError as error:
            self.notify(f"{self._file} cannot be written: {error.strerror}", severity="error", markup=False)
            return
        self._begin_judging()
        self._draw()
        self.post_message(self.Changed())
        edit(self, self._file)

    def action_hint(self) -> None:
        if self._piece and self._hints < len(self._piece.task.hints):
            self._hints += 1
            self._draw()
            self.query_one(VerticalScroll).scroll_end(animate=False)
            self.post_message(self.Changed())

    def action_solution(self) -> None:
        if self._right and self._piece:
            self.app.push_screen(SourceScreen(f"{self._step.title}: a solution", clean(self._piece.solution)))
        else:
            self.notify("The solution is for comparing: it is shown once yours is right.")

    def _draw(self) -> None:
        if not present(self) or not self.size.width:
            return
        self.query_one("#file", Static).update(Text(clean(short(self._file)), overflow="fold"))
        self.query_one("#verdict", Static).update(self._words())

    def _words(self) -> Text:
        width = max(20, self.size.width - 4)
        parts: list[Text] = []
        if self._trouble:
            parts.append(Text(clean(self._trouble)))
        elif self._said:
            parts += self._verdict(width)
        elif self._file.exists():
            parts.append(Text("The judge is starting …", "dim"))
        elif self._piece:
            parts += self._asked(self._piece, width)
        hints = self._piece.task.hints[: self._hints] if self._piece else []
        cost = f" (-{self._step.hint_cost:.0%} of the points)" if self._step.hint_cost else ""
        parts += [Text("").join([Text(f"hint {number}{cost}  ", "bold"), typeset(self.app, hint, width - 8)])
                  for number, hint in enumerate(hints, 1)]  # fmt: skip
        return Text("\n\n").join(parts)

    def _asked(self, piece: Workpiece, width: int) -> list[Text]:
        """How to begin, and what is to be written."""
        begin = f"""`e` writes this file with the functions to fill in, and opens it in your editor. Each time you save
it, it is judged here: the shortest case that is wrong, with what came and what was expected. {len(piece.task.mutant)}
mistakes are known by name. `h` gives a hint."""
        parts = [typeset(self.app, begin, width)]
        for one in wanted(piece):
            words = [line for paragraph in one.words for line in textwrap.wrap(paragraph, width - len(INDENT))]
            text = Text.assemble((one.call, "bold " + tone(colours(self.app), "formula")))
            for line, style in [*((line, "") for line in words), (one.judged, "dim")]:
                text.append(f"\n{INDENT}{line}", style)
            parts.append(text)
        return parts

    def action_copy(self) -> None:
        said = "\n".join(part.plain for part in self._verdict(COPIED)) if self._said else ""
        self.notify(copied(self.app, said) if said else "Nothing has been judged yet.", timeout=10, markup=False)

    def _verdict(self, width: int) -> list[Text]:
        verdict, theme = self._said["verdict"], colours(self.app)
        style = tone(theme, TONES[verdict["outcome"]])
        parts = [Text(f"{MARKS[verdict['outcome']]} {clean(verdict['said'])}", f"bold {style}")]
        if failure := self._said.get("failure"):
            if passed := self._said.get("passed"):
                parts.append(Text(f"Right so far: {', '.join(passed)}", tone(theme, "good")))
            parts.append(_case(failure, width))
        if printed := clean(self._said.get("printed", "")).strip():
            lines = printed.splitlines()
            rest = [f"… {len(lines) - MOST_PRINTED} more lines"] if len(lines) > MOST_PRINTED else []
            parts.append(Text("\n".join(["Your code printed:", *lines[:MOST_PRINTED], *rest]), "dim"))
        if self._right:
            parts.append(Text(self.respelt("`s` shows a solution to compare with, `n` goes on.")))
        return parts


async def _ended(judge: asyncio.subprocess.Process) -> None:
    """See the process out."""
    with suppress(ProcessLookupError):
        judge.terminate()
    try:
        await asyncio.wait_for(judge.wait(), PATIENCE)
    except TimeoutError:
        judge.kill()
        await judge.wait()


def _case(failure: Mapping[str, Any], width: int) -> Text:
    """The wrong case as a table: arguments, what was expected, what came."""
    rows = [*failure.get("arguments", []), ("expected", failure.get("expected", ""))]
    rows += [("got", failure["got"])] if failure.get("got") else []
    wide = max(len(name) for name, _ in rows)
    text = Text.assemble((f"{failure['function']}, case {failure['case']} of {failure['cases']}\n", "dim"))
    for name, value in rows:
        style = "bold" if name in ("expected", "got") else ""
        text.append(f"\n{name.ljust(wide)}  ", "dim")
        text.append(_folded(clean(value), width - wide - 2, wide + 2), style)
    return text


def _folded(value: str, width: int, margin: int) -> str:
    pieces = [value[start : start + max(8, width)] for start in range(0, len(value), max(8, width))]
    return ("\n" + " " * margin).join(pieces)


def _environment() -> dict[str, str]:
    """The same dltui as ours, wherever the command was started; `-P` keeps the current folder out of its path."""
    home = str(Path(dltui.__file__).resolve().parent.parent)
    path = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": home + (os.pathsep + path if path else "")}
