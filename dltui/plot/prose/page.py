"""Markdown -> lines. Everything foreign becomes plain runs, never markup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec import Struct
from msgspec.structs import replace

from dltui.lesson.prose import Formula, formulas
from dltui.plot.prose.inline import FIRST_PLACE, PLACE, PLACES, Writer
from dltui.plot.prose.look import Look, Part
from dltui.plot.prose.snippet import snippet
from dltui.plot.prose.tables import table
from dltui.plot.prose.words import Break, Line, Run, wrapped

_UNREAD = ["html_block", "html_inline", "image", "reference", "lheading", "code", "autolink"]
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "typographer": True, "maxNesting": 12})
_MARKDOWN.enable(["table", "smartquotes"]).disable(_UNREAD)


def lines(text: str, width: int, look: Look, *, ascii: bool = False, spoken: bool = False) -> list[Line]:
    """The lines of a whole text."""
    found = formulas(text)[:PLACES]
    writer = Writer(look, found, ascii, spoken)
    return Page(width, writer).blocks(_MARKDOWN.parse(_marked(text, found)))


def _marked(text: str, found: Sequence[Formula]) -> str:
    """The text with one private character for each formula, and none else."""
    parts, at = [], 0
    for number, formula in enumerate(found):
        parts += [PLACE.sub("\ufffd", text[at : formula.start]), chr(FIRST_PLACE + number)]
        at = formula.end
    return "".join([*parts, PLACE.sub("\ufffd", text[at:])])


class Page(Struct, frozen=True):
    """Sets blocks in one width."""

    width: int
    writer: Writer

    def blocks(self, tokens: Sequence[Token], *, tight: bool = False) -> list[Line]:
        made: list[Line] = []
        for part in _parts(tokens):
            block = self.block(part)
            made += [[], *block] if made and block and not tight else block
        return made

    def block(self, tokens: Sequence[Token]) -> list[Line]:
        """One block with all its tokens."""
        match tokens[0].type:
            case "paragraph_open":
                return self.paragraph(tokens[1].children or [], "text")
            case "heading_open":
                return self.paragraph(tokens[1].children or [], "heading")
            case "blockquote_open":
                return self.aside(tokens[1:-1])
            case "bullet_list_open" | "ordered_list_open":
                return self.items(tokens)
            case "fence":
                return self.listing(tokens[0])
            case "table_open":
                return table(tokens, self.width, self.writer)
            case "hr":
                return [[Run(("-" if self.writer.ascii else "─") * self.width, self.writer.look.get("rule", ""))]]
            case _:
                return wrapped([Run(self.writer.letters(token.content)) for token in tokens], self.width)

    def paragraph(self, children: Sequence[Token], part: Part) -> list[Line]:
        """Lines of words, and between them the formulas that have lines of their own."""
        made: list[list[Line]] = []
        runs: list[Run | Break] = []
        for run in self.writer.runs(children, part):
            if isinstance(run, Formula):
                made += [wrapped(runs, self.width), self.writer.display(run.tex, self.width)]
                runs = []
            else:
                runs.append(run)
        made.append(wrapped(runs, self.width))
        return _spaced(made)

    def aside(self, tokens: Sequence[Token]) -> list[Line]:
        """A quotation: what people say, and what is wrong with it. A bar runs along it."""
        writer = self.writer
        bar = Run("| " if writer.ascii else "▎ ", writer.look.get("bar", ""))
        look = {**writer.look, "text": writer.look.get("aside", "")}
        inside = Page(max(self.width - 2, 2), replace(writer, look=look))
        return [[bar, *line] for line in inside.blocks(tokens)]

    def items(self, tokens: Sequence[Token]) -> list[Line]:
        """A list with hanging indents; tight unless its author left blank lines."""
        opened, found = tokens[0], [part[1:-1] for part in _parts(tokens[1:-1])]
        first = int(opened.attrGet("start") or 1) if opened.type.startswith("ordered") else None
        marks = [self.bullet(opened.level) if first is None else f"{first + n}." for n in range(len(found))]
        room = max(map(len, marks)) + 2
        own = [token for item in found for token in item if token.level == opened.level + 2]
        tight = all(token.hidden for token in own if token.type == "paragraph_open")
        made: list[list[Line]] = []
        for mark, item in zip(marks, found, strict=True):
            head = Run(mark.rjust(room - 1) + " ", self.writer.look.get("bullet", ""))
            inside = replace(self, width=max(self.width - room, 2)).blocks(item, tight=tight) or [[]]
            made.append([[head, *inside[0]], *[[Run(" " * room), *line] if line else [] for line in inside[1:]]])
        return _close(made) if tight else _spaced(made)

    def bullet(self, level: int) -> str:
        return ("*-" if self.writer.ascii else "•–")[min(level, 1)]

    def listing(self, token: Token) -> list[Line]:
        language = (token.info.split() or [""])[0].lower()
        made = snippet(self.writer.letters(token.content), language, max(self.width - 2, 2), self.writer.look)
        return [[Run("  "), *line] for line in made]


def _parts(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The tokens of each block of the outermost level."""
    start = depth = 0
    for number, token in enumerate(tokens):
        depth += token.nesting
        if depth == 0:
            yield tokens[start : number + 1]
            start = number + 1


def _close(items: Sequence[list[Line]]) -> list[Line]:
    """One under another; after one with a formula of its own, a blank line as before it."""
    made: list[Line] = []
    for number, item in enumerate(items):
        made += [*item, []] if [] in item and number + 1 < len(items) else item
    return made


def _spaced(parts: Sequence[list[Line]]) -> list[Line]:
    """The parts that have lines, with a blank line between each two."""
    made: list[Line] = []
    for part in parts:
        made += [[], *part] if made and part else part
    return made
