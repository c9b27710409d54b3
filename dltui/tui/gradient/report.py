"""The report of a gradient check in words and rows. It only reads what the engine measured."""

from __future__ import annotations

import re
from math import prod

from rich.cells import cell_len
from rich.text import Text

from dltui.journal.events import VERDICTS, Checked, CheckedTensor

STYLES = {"ok": "green", "wrong": "bold red", "kink": "cyan", "unsure": "yellow", "unchecked": "dim"}
COLUMNS = ("tensor", "shape", "verdict", "worst rel. error", "at", "backward", "finite difference")


NAMED = 2
"""Tensors that are named in the verdict; of more, their number: the table names them."""


def headline(checked: Checked, hidden: bool) -> Text:
    """The verdict, how many, where."""
    counts = {name: sum(tensor.counts.get(name, 0) for tensor in checked.tensors) for name in VERDICTS}
    total = sum(counts.values())
    text = Text()
    if checked.verdict == "right":
        kinks = f", {counts['kink']} of them at a kink" if counts["kink"] else ""
        text.append("✓ right  ", "bold green").append(f"all {_spaced(total)} elements agree{kinks}")
    else:
        bad = counts["wrong"] or counts["unsure"]
        word = "wrong" if counts["wrong"] else "unsure"
        where = [tensor.name for tensor in checked.tensors if tensor.counts.get(word)]
        mark = "✗ wrong  " if checked.verdict == "wrong" else "? inconclusive  "
        text.append(mark, "bold red" if checked.verdict == "wrong" else "bold yellow")
        tensors = ", ".join(where) if len(where) <= NAMED else f"{len(where)} of {len(checked.tensors)} tensors"
        text.append(f"{bad} of {total} elements {word}, in {tensors}" if where else "")
    if checked.bug != "none" and not hidden:
        text.append(f"   bug planted in layer {checked.layer}: {checked.bug}", "italic")
    return text


def footnote(checked: Checked) -> str:
    """What it took."""
    passes = _spaced(checked.evaluations)
    time = f"{checked.seconds * 1000:.0f} ms" if checked.seconds < 1 else f"{checked.seconds:.1f} s"
    return f"{passes} forward passes in {time} · {checked.dtype} · batch {checked.batch} · {checked.mode}"


def _spaced(count: int) -> str:
    """Thousands apart: `2 410`."""
    return f"{count:,}".replace(",", " ")


def worst(tensor: CheckedTensor) -> int:
    """Flat index of the element furthest from right; 0 in an empty tensor."""
    rank = {"wrong": 2, "unsure": 1}

    def badness(place: int) -> tuple[int, float]:
        excess = tensor.excess[place]
        return rank.get(VERDICTS[tensor.verdict[place]], 0), -1.0 if excess is None else excess

    return max(range(len(tensor.excess)), key=badness, default=0)


def by_badness(tensor: CheckedTensor) -> list[int]:
    """Flat indices of the elements that are not ok, the worst first; all elements where all are."""
    bad = [place for place, code in enumerate(tensor.verdict) if VERDICTS[code] in ("wrong", "unsure", "kink")]
    places = bad or list(range(len(tensor.verdict)))
    return sorted(places, key=lambda place: -(tensor.excess[place] or 0.0))


def relative(analytic: float | None, numeric: float | None) -> float | None:
    """|a - n| / max(|a|, |n|), 0 where both are 0."""
    if analytic is None or numeric is None:
        return None
    size = max(abs(analytic), abs(numeric))
    return abs(analytic - numeric) / size if size else 0.0


def index(tensor: CheckedTensor, place: int) -> str:
    """`[2,0,1]` of a flat index."""
    parts = []
    for axis in range(len(tensor.shape)):
        below = prod(tensor.shape[axis + 1 :])
        parts.append(str(place // below % tensor.shape[axis]))
    return f"[{','.join(parts)}]"


def number(value: float | None, form: str = "+.6f") -> str:
    if value is None:
        return "not finite"
    small = value != 0 and abs(value) < 1e-4
    return format(value, "+.3e" if small and form == "+.6f" else form)


def verdict_words(tensor: CheckedTensor) -> tuple[str, str]:
    """Such as `WRONG ×3`, `ok 1 kink`, and its style."""
    counts = tensor.counts
    if counts.get("wrong"):
        return f"WRONG ×{counts['wrong']}", STYLES["wrong"]
    if counts.get("unsure"):
        return f"unsure ×{counts['unsure']}", STYLES["unsure"]
    kinks = counts.get("kink", 0)
    return (f"ok {kinks} kink{'s' if kinks > 1 else ''}" if kinks else "ok"), STYLES["ok"]


def rows(checked: Checked, chosen: int, width: int, room: int) -> Text:
    """The table, the chosen tensor marked; with few rows of `room`, those around it."""
    cells = [_row(tensor) for tensor in checked.tensors]
    columns = [COLUMNS, *cells]
    wide = [max(cell_len(row[column]) for row in columns) for column in range(len(COLUMNS))]
    shown = len(COLUMNS)
    while shown > 3 and sum(wide[:shown]) + 2 * shown + 2 > width:
        shown -= 1
    text = Text(no_wrap=True, overflow="ellipsis")
    text.append("  " + "  ".join(_pad(COLUMNS[i], wide[i], i) for i in range(shown)), "dim")
    first = min(max(0, chosen - room + 2), max(0, len(cells) - room + 1))
    for number_, row in list(enumerate(cells))[first : first + max(1, room - 1)]:
        here = number_ == chosen
        text.append("\n▸ " if here else "\n  ", "bold" if here else "")
        for column in range(shown):
            style = verdict_words(checked.tensors[number_])[1] if column == 2 else "bold" if here else ""
            text.append(_pad(row[column], wide[column], column) + "  ", style)
    return text


def _pad(text: str, width: int, column: int) -> str:
    space = " " * (width - cell_len(text))
    return text + space if column in (0, 1, 2, 4) else space + text


def _row(tensor: CheckedTensor) -> tuple[str, ...]:
    shape = "×".join(map(str, tensor.shape)) or "scalar"
    if not tensor.analytic:
        return tensor.name, shape, "empty", "", "", "", ""
    place = worst(tensor)
    analytic, numeric = tensor.analytic[place], tensor.numeric[place]
    apart = relative(analytic, numeric)
    bar = tensor.error[place]
    return (
        tensor.name, shape, verdict_words(tensor)[0], "" if apart is None else f"{apart:.1e}", index(tensor, place),
        number(analytic), number(numeric) + ("" if bar is None else f" ± {bar:.0e}"),
    )


def element(tensor: CheckedTensor, place: int) -> Text:
    """Everything about one element."""
    analytic, numeric, bar = tensor.analytic[place], tensor.numeric[place], tensor.error[place]
    apart = relative(analytic, numeric)
    name = VERDICTS[tensor.verdict[place]]
    text = Text.assemble((f"{tensor.name}{index(tensor, place)}  ", "bold"), (name, STYLES[name]))
    text.append("" if apart is None else f"   relative error {apart:.1e}")
    text.append(f"\nbackward {number(analytic)}   finite difference {number(numeric)}")
    text.append("" if bar is None else f" ± {bar:.0e}")
    return text


def owner(tensor: CheckedTensor) -> int:
    """The layer it belongs to: the number that its name begins with."""
    digits = re.match(r"\d+", tensor.name)
    return int(digits[0]) if digits else 0


def plantable(checked: Checked, tensor: CheckedTensor) -> list[tuple[tuple[int, str], str]]:
    """Bugs for the layer of `tensor` and for the layers without parameters behind it."""
    first = owner(tensor)
    owners = {owner(each) for each in checked.tensors}
    end = min((owner for owner in owners if owner > first), default=1 + max(map(int, checked.plantable), default=first))
    return [
        ((layer, name), title if layer == first else f"{title} (layer {layer}, behind it)")
        for layer in range(first, end) for name, title in checked.plantable.get(str(layer), [])
    ]
