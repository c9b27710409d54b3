"""Which widget a question is answered with."""

from __future__ import annotations

from textual.widget import Widget
from textual.widgets import Input

from dltui.lesson.records import AnyQuestion, Choice, Match, Multi, Numeric, Order, Point
from dltui.quiz.arrange import LETTERS
from dltui.quiz.judge import key
from dltui.tui.arranging import Arranging, Matching
from dltui.tui.bars import Key
from dltui.tui.options import Options
from dltui.tui.pointing import Pointing

FORMS = {"several": "numbers: 1, -2", "numeric": "a number: 12.5, 25/2, 1.25e1", "shape": "a shape: 6x9",
         "fill": "a formula in the variables", "short": "a word or a few", "explain": "in your own words"}  # fmt: skip


def answering(question: AnyQuestion, given: str, seed: int) -> Widget:
    """An Entry or a text field, with the answer given before; `seed` fixes the order of options."""
    match question:
        case Choice() | Multi():
            return Options(question, seed)
        case Order():
            return Arranging(question, given)
        case Match():
            return Matching(question, given)
        case Point():
            return Pointing(question)
    listed = isinstance(question, Numeric) and isinstance(key(question), list)
    unit = ", ".join(question.units) if isinstance(question, Numeric) else ""
    form = FORMS["several" if listed else type(question).__name__.lower()]
    field = Input(value=given, placeholder=f"a number with its unit: {unit}" if unit else form,
                  select_on_focus=False)  # what was typed on the way here would be replaced by what follows
    field.cursor_blink = False
    return field


def keys_of(question: AnyQuestion) -> list[Key]:
    """For the footer, while the question is open."""
    hint = ("h", "hint")
    match question:
        case Order():
            return [("↑ ↓", "choose"), ("space", "pick up"), ("↵", "answer"), hint]
        case Match():
            last = LETTERS[len(question.pairs) + len(question.extra) - 1]
            return [("↑ ↓", "choose"), (f"a-{last}", "put"), ("↵", "answer"), hint]
        case Point():
            return [("arrows", "point"), ("↵", "answer"), hint]
        case Choice():
            return [(f"a-{LETTERS[len(question.options) - 1]}", "answer"), hint]
        case Multi():
            return [(f"a-{LETTERS[len(question.options) - 1]}", "tick"), ("↵", "answer"), hint]
    return [("↵", "type an answer"), hint]
