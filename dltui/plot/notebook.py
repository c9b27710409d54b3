"""The lab notebook: what each run was, what it came to, and what had been said about it before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from math import isfinite, log10
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace
from rich.cells import cell_len
from rich.text import Text

from dltui.journal.folder import RunSummary, lean, started
from dltui.journal.progress import Progress
from dltui.journal.run import Run
from dltui.lesson.change import ChangeError, read
from dltui.lesson.claims import holds, predicted
from dltui.lesson.comparison import groups, variants
from dltui.lesson.differences import differences
from dltui.lesson.find import Course, NotFound, find
from dltui.lesson.records import Experiment
from dltui.lesson.syntax import ExpressionError
from dltui.plot.bars import sparkline
from dltui.text import clean

OWN = "as in the lesson"
GAP = "  "
ROOMY = 108
"""Columns from which all is told in the table."""


class Line(Struct, frozen=True):
    """One curve of a run: a comparison has several."""

    label: str
    loss: list[float | None]
    """As it is drawn: logarithms where its chart has such a height."""
    final: Mapping[str, float | None]


class Note(Struct, frozen=True):
    """One run, as it stands in the notebook."""

    run: RunSummary
    settings: Mapping[str, str]
    """What is not as in the lesson, besides the seed."""
    lines: Sequence[Line] = ()
    """None as long as its journal has not been read."""
    claim: str = ""
    """What the lesson says of such a run; empty: nothing."""
    held: bool | None = None
    """Whether that is so; None: it cannot be told."""
    guess: float | None = None
    told: float | None = None
    """What the guess is held against."""
    close: bool = False

    @property
    def place(self) -> str:
        return f"{self.run.lesson}/{self.run.step_id}"


def brief(run: RunSummary, course: Course) -> Note:
    """What the ends of its journal tell."""
    begun, own = started(run.folder), _own(run, course)
    changed = differences(own, begun.experiment) if begun is not None and own is not None else {}
    return Note(run, {name: value for name, value in changed.items() if name != "seed"})


def note(run: RunSummary, course: Course, progress: Progress) -> Note:
    """All that is told of a run; its journal is read but for the pictures."""
    first, whole, own = brief(run, course), lean(run.folder), _own(run, course)
    first = replace(first, lines=list(_lines(whole)))
    if own is None or whole.state not in ("done", "diverged"):
        return first
    finals = [each.final for each in whole.variants or [whole]]
    experiment = _as_run(whole, own)
    guess = progress.guess(run.lesson, run.step_id)
    first = replace(first, claim=own.claim, held=_held(experiment, finals))
    if own.predict is None or guess is None:
        return first
    told = predicted(experiment, finals)
    return replace(first, guess=guess, told=told, close=told is not None and abs(told - guess) <= own.predict.close)


def _own(run: RunSummary, course: Course) -> Experiment | None:
    """The experiment of the lesson."""
    with suppress(NotFound):
        entry, index = find(course, f"{run.lesson}/{run.step_id}")
        step = entry.lesson.step[index] if entry.lesson is not None else None
        return step if isinstance(step, Experiment) else None
    return None


def _as_run(run: Run, own: Experiment) -> Experiment:
    """The experiment of the run, with what the lesson says and asks about it now."""
    try:
        experiment = read(run.started.experiment) if run.started is not None else own
    except ChangeError:  # of another version
        experiment = own
    return replace(experiment, claim=own.claim, predict=own.predict)


def _held(experiment: Experiment, finals: Sequence[Mapping[str, float | None]]) -> bool | None:
    if not experiment.claim:
        return None
    try:
        return holds(experiment, finals)
    except (ExpressionError, ChangeError, LookupError):  # it diverged, or compares other things now
        return None


def _lines(run: Run) -> Iterator[Line]:
    labels = [""]
    if run.variants and run.started is not None:
        with suppress(ChangeError):
            experiment = read(run.started.experiment)
            by_place = {place: label for label, places in groups(experiment, variants(experiment)) for place in places}
            labels = [by_place.get(place, "") for place in range(len(run.variants))]
    for place, each in enumerate(run.variants or [run]):
        series = each.series.get("loss") or next(iter(each.series.values()), None)
        values = [series[at][1] for at in range(len(series))] if series is not None else []
        if run.logarithmic:
            values = [log10(value) if value is not None and value > 0 else None for value in values]
        yield Line(labels[place] if place < len(labels) else "", values, each.final)


Tell = Callable[[Note, bool], str]
"""The text of a cell; the flag: ASCII alone."""


def _spark(each: Note, ascii: bool) -> str:
    return sparkline(each.lines[0].loss, 12, ascii) if each.lines else ""


def _result(each: Note, ascii: bool) -> str:
    if each.run.state != "done":
        return f"{each.run.state} {each.run.step}/{each.run.steps}"
    if len(each.lines) > 1:
        return f"{len(each.lines)} runs together"
    return values(each.run.final)


def _mark(verdict: bool | None, ascii: bool) -> str:
    return "" if verdict is None else ("yes" if ascii else "✓") if verdict else "no" if ascii else "✗"


COLUMNS: Mapping[str, Tell] = MappingProxyType({
    "when": lambda each, _: when(each.run.t),
    "step": lambda each, _: each.run.step_id,
    "settings": lambda each, _: ", ".join(f"{name}={value}" for name, value in each.settings.items()) or OWN,
    "seed": lambda each, _: str(each.run.seed),
    "device": lambda each, _: each.run.device,
    "time": lambda each, _: f"{each.run.seconds:.1f} s",
    "result": _result,
    "loss": _spark,
    "claim": lambda each, ascii: _mark(each.held, ascii),
    "guess": lambda each, ascii: _mark(each.close if each.told is not None else None, ascii),
})
SPARE = ("seed", "device", "time", "guess")
"""Columns that a narrow table does without; all of it is told of the run that is chosen."""
LEAST: Mapping[str, int] = MappingProxyType({"settings": 12, "result": 12, "step": 8, "device": 4})
"""Columns that give way where there is no room, and the cells they keep."""
SORTS: Mapping[str, Callable[[Note], tuple[bool, float | str]]] = MappingProxyType({
    "when": lambda each: (False, -each.run.t),
    "step": lambda each: (False, each.place),
    "settings": lambda each: (not each.settings, COLUMNS["settings"](each, False)),
    "time": lambda each: (False, each.run.seconds),
    "result": lambda each: _first(each.run.final),
})
"""What a table can be sorted by."""


def _first(final: Mapping[str, float | None]) -> tuple[bool, float | str]:
    """Runs without a result come last."""
    value = next(iter(final.values()), None)
    return value is None or not isfinite(value), value if value is not None and isfinite(value) else 0.0


def table(notes: Sequence[Note], width: int, *, ascii: bool = False, lessons: bool = False) -> list[str]:
    """A heading and a line for each run. `width` 0: as wide as it comes; `lessons`: steps with their lesson."""
    wide = not width or width >= ROOMY
    names = [name for name in COLUMNS if wide or name not in SPARE]
    rows = [names, *([_cell(name, each, ascii, lessons) for name in names] for each in notes)]
    rows = [[clean(cell, lines=False) for cell in row] for row in rows]
    sizes = [max(cell_len(row[column]) for row in rows) for column in range(len(names))]
    if width:
        sizes = _fitting(names, sizes, width - len(GAP) * (len(names) - 1))
    lines = [GAP.join(cut(cell, size) for cell, size in zip(row, sizes, strict=True)) for row in rows]
    return [cut(line, width) if width else line.rstrip() for line in lines]


def _fitting(names: Sequence[str], sizes: list[int], room: int) -> list[int]:
    """The widest of the columns that can give way gives a cell, until all fit or none can."""
    sizes = list(sizes)
    while sum(sizes) > room:
        able = [place for place, name in enumerate(names) if sizes[place] > LEAST.get(name, sizes[place])]
        if not able:
            break
        sizes[max(able, key=lambda place: sizes[place])] -= 1
    return sizes


def cut(line: str, width: int) -> str:
    """Cut to so many cells, blanks kept."""
    text = Text(line)
    text.truncate(width, overflow="ellipsis", pad=True)
    return text.plain


def _cell(name: str, each: Note, ascii: bool, lessons: bool) -> str:
    return each.place if name == "step" and lessons else COLUMNS[name](each, ascii)


def details(each: Note, width: int, *, ascii: bool = False) -> list[str]:
    """All there is to say about one run."""
    run = each.run
    dot = " - " if ascii else " · "
    facts = [each.place, when(run.t), f"{run.state} {run.step}/{run.steps}", f"{run.seconds:.1f} s", f"seed {run.seed}",
             run.device, run.run]  # fmt: skip
    changed = ", ".join(f"{name}={value}" for name, value in each.settings.items()) or OWN
    lines = [dot.join(filter(None, facts)), f"settings  {changed}"]
    for line in each.lines:
        spark = sparkline(line.loss, max(8, min(40, width // 3)), ascii)
        lines.append(f"{line.label or 'loss'}  {spark}  {values(line.final)}".rstrip())
    if run.message:
        lines.append(run.message)
    if each.claim:
        verdict = {True: "holds", False: "does not hold", None: "cannot be told"}[each.held]
        lines.append(f"claim  {verdict}{' with settings of your own' if each.settings else ''}: {each.claim}")
    if each.guess is not None:
        came = "there is no such number" if each.told is None else f"it is {each.told:.4g}"
        verdict = "" if each.told is None else ": close" if each.close else ": not close"
        lines.append(f"guess  you said {each.guess:g}, {came}{verdict}")
    return [cut(clean(line, lines=False), width).rstrip() for line in lines]


def when(t: float) -> str:
    return f"{datetime.fromtimestamp(t):%d %b %H:%M}" if t else "?"


def values(final: Mapping[str, float | None]) -> str:
    return ", ".join(f"{name} {value:.4g}" for name, value in final.items() if value is not None and isfinite(value))
