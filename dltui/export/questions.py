"""The questions of a quiz as Markdown: what is asked and what there is to choose from, never what is right."""

from __future__ import annotations

from collections.abc import Iterator

from dltui.lesson.questions import AnyQuestion, Choice, Explain, Fill, Match, Multi, Numeric, Order, Point, Shape
from dltui.lesson.variants import instance
from dltui.quiz import arrange, point
from dltui.quiz.answers import lettering
from dltui.quiz.options import LETTERS

FORMS = {Multi: "All that are right.", Numeric: "A number.", Shape: "A shape, such as 3x4.", Fill: "A formula.",
         Order: "Put them in order.", Match: "What belongs together?", Explain: "In your own words."}  # fmt: skip


def lines(question: AnyQuestion, number: int, learner: str) -> Iterator[str]:
    """As this learner gets it: their numbers, letters as in answer files."""
    asked = instance(question, learner)
    yield f"**{number}.** {asked.ask.strip()}"
    form = FORMS.get(type(asked), "")
    units = f" Its unit: {', '.join(asked.units)}." if isinstance(asked, Numeric) and asked.units else ""
    variables = f" Its variables: {', '.join(f'`{name}`' for name in asked.variables)}." if isinstance(
        asked, Fill) else ""  # fmt: skip
    if form:
        yield f"\n*{form}{units}{variables}*"
    rows = list(_offered(asked))
    if rows:
        yield ""
        yield from rows
    yield ""


def _offered(asked: AnyQuestion) -> Iterator[str]:
    match asked:
        case Choice() | Multi():
            for letter, place in zip(LETTERS, lettering(asked), strict=False):
                yield f"- **{letter}** {asked.options[place].text}"
        case Order() | Match():
            if isinstance(asked, Match):
                for number, pair in enumerate(asked.pairs, 1):
                    yield f"- **{number}** {pair.left}"
            for letter, text in zip(arrange.LETTERS, arrange.texts(asked), strict=False):
                yield f"- **{letter}** {text}"
        case Point():
            rows, columns = point.names(asked)
            yield f"| | {' | '.join(columns)} |"
            yield "|" + " ---: |" * (len(columns) + 1)
            for name, cells in zip(rows, point.cells(asked), strict=True):
                yield f"| **{name}** | {' | '.join(cells)} |"
        case _:
            pass
