"""What stands under an explorer's pictures: numbers of the moment, what was said, controls, actions. Set in as many
lines as there is room for, so that the pictures keep theirs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest

from rich.cells import cell_len
from rich.text import Text

from dltui.explore.explorer import Action, Control, Explorer, Fact, Slider
from dltui.plot.formula import ascii_line, line
from dltui.plot.palette import Theme
from dltui.plot.prose import prose
from dltui.tui.theme import tone

GAP = 2
MANY = 5
"""Controls from which they stand in columns."""
WIDEST_TRACK = 16


def panel(state: Explorer, controls: Sequence[Control], chosen: int, width: int, height: int, theme: Theme,
          ascii: bool = False) -> Text:  # fmt: skip
    """The lines below the pictures, which get at least half of `height`."""
    below = [*_controls(controls, chosen, width), *_packed([_button(each) for each in state.actions()], width)]
    said = _said(state.said(), width, theme, ascii)
    room = height - max(7, height // 2) - len(below) - len(said) - 1
    facts = _facts(state.facts(), width, max(2, room), tone(theme, "formula"), ascii_line if ascii else line)
    return _stacked(facts, said, below)


def _stacked(*groups: list[Text]) -> Text:
    """Groups under one another, a free line before the last."""
    lines = [text for group in groups[:-1] for text in group]
    if groups[-1]:
        lines += [Text(""), *groups[-1]] if lines else groups[-1]
    for each in lines:
        each.no_wrap = True
    return Text("\n", no_wrap=True).join(lines)


def _said(said: str, width: int, theme: Theme, ascii: bool) -> list[Text]:
    if not said:
        return []
    lines = list(prose(said, width, theme=theme, ascii=ascii).split("\n"))
    for each in lines:
        each.stylize_before(tone(theme, "said"))
    return lines


def _facts(facts: Sequence[Fact], width: int, room: int, style: str, set_line: Callable[[str], str]) -> list[Text]:
    """One line a fact, the formula with the numbers of the moment behind it when it fits, else below it."""
    lines: list[Text] = []
    wide = max((cell_len(fact.label) for fact in facts[:room]), default=0)
    for fact in facts:
        text = Text.assemble((fact.label + " " * (wide - cell_len(fact.label) + GAP), "dim"), (fact.value, "bold"))
        formula = set_line(fact.tex) if fact.tex else ""
        if formula and text.cell_len + 3 + cell_len(formula) <= width:
            text.append(f"   {formula}", style)
        elif formula and len(lines) + 2 <= room and wide + GAP + cell_len(formula) <= width:
            text.truncate(width, overflow="ellipsis")
            lines.append(text)
            text = Text(" " * (wide + GAP) + formula, style)
        text.truncate(width, overflow="ellipsis")
        lines.append(text)
    return lines[:room]


def _controls(controls: Sequence[Control], chosen: int, width: int) -> list[Text]:
    """One under the other; many stand in columns, read downwards as `↑` and `↓` walk, where that saves lines."""
    most = 1 if len(controls) < MANY else 3 if width >= 60 and len(controls) > 2 * MANY - 2 else 2
    return min((_columns(controls, chosen, width, count) for count in sorted({1, most})), key=len)


def _columns(controls: Sequence[Control], chosen: int, width: int, columns: int) -> list[Text]:
    each = (width - GAP * (columns - 1)) // columns
    label = max((cell_len(control.label) for control in controls), default=0)
    cells = [_control(control, index == chosen, each, label) for index, control in enumerate(controls)]
    rows = -(-len(cells) // columns)
    lines: list[Text] = []
    for row in range(rows):
        for parts in zip_longest(*cells[row::rows], fillvalue=Text()):
            text = Text()
            for column, part in enumerate(parts):
                cell = part.copy()
                cell.truncate(each, overflow="ellipsis", pad=columns > 1)
                text.append_text(cell)
                text.append(" " * GAP if column + 1 < columns else "")
            lines.append(text)
    return lines


def _control(control: Control, chosen: bool, width: int, label: int) -> list[Text]:
    """Its line; a switch with more options than fit takes further ones."""
    text = Text("▸ " if chosen else "  ", "bold" if chosen else "")
    text.append(control.label + " " * (label - cell_len(control.label) + 1), "bold" if chosen else "")
    if isinstance(control, Slider):
        return [_slider(control, chosen, text, min(WIDEST_TRACK, width - text.cell_len - 8))]
    lines = [text]
    for option in control.options:
        here = option == control.value
        style = "bold reverse" if here and chosen else "bold" if here else "dim"
        if lines[-1].cell_len > label + 3 and lines[-1].cell_len + cell_len(option) + 2 > width:
            lines.append(Text(" " * (label + 3)))
        lines[-1].append(f"‹{option}›" if here else f" {option} ", style)
    return lines


def _slider(control: Slider, chosen: bool, text: Text, track: int) -> Text:
    if track >= 4:
        share = (control.value - control.low) / ((control.high - control.low) or 1.0)
        at = round(share * (track - 1))
        text.append("━" * at, "cyan" if chosen else "")
        text.append("●", "bold cyan" if chosen else "bold")
        text.append("─" * (track - 1 - at), "dim")
    text.append(f" {control.value:>7.4g}", "bold")
    return text


def _button(action: Action) -> Text:
    style = "" if action.enabled else "dim"
    return Text.assemble((action.key, f"bold {style}".strip()), (f" {action.label}", style))


def _packed(parts: list[Text], width: int) -> list[Text]:
    """As many to a line as fit."""
    lines: list[Text] = []
    for part in parts:
        if lines and lines[-1].cell_len + 3 + part.cell_len <= width:
            lines[-1].append("   ")
            lines[-1].append_text(part)
        else:
            lines.append(Text(end="").append_text(part))
    return lines
