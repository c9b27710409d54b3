"""The measurements of a run as CSV (RFC 4180): every value, nothing thinned."""

from __future__ import annotations

import csv
import io

from dltui.export.curves import labelled
from dltui.journal.run import Run
from dltui.text import one_line

FORMULA = ("=", "+", "-", "@", "\t")
"""What a spreadsheet takes for the start of a formula."""


def table(run: Run) -> str:
    """A row for each step that was measured, with a column for each metric; empty where it was not measured then. Rows
    of a comparison begin with what sets the line apart, and the seed."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    members = labelled(run)
    metrics = list(dict.fromkeys(name for _, each in members for name in each.series))
    head = ["settings", "seed"] if run.variants else []
    writer.writerow([*head, "step", *map(_inert, metrics)])
    for label, each in members:
        before = [_inert(label), each.seed] if run.variants else []
        columns = [dict(each.series[name][place] for place in range(len(each.series[name]))) if name in each.series
                   else {} for name in metrics]  # fmt: skip
        for step in sorted(set().union(*columns)):
            writer.writerow([*before, _figure(step), *(_figure(column.get(step)) for column in columns)])
    return target.getvalue()


def _figure(value: float | None) -> str:
    if value is None:
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)


def _inert(text: str) -> str:
    text = one_line(text, 200)
    return f"'{text}" if text.startswith(FORMULA) else text
