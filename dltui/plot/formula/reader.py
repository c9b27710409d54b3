"""The place in the source: what every part of the parser reads from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dltui.plot.formula.tokens import Token, TokenKind, tokens
from dltui.plot.formula.tree import FormulaError

DEEPEST = 40
"""Groups inside groups."""


class Reader:
    def __init__(self, tex: str) -> None:
        self.tex = tex
        self.tokens = tokens(tex)
        self.next = 0
        self.depth = 0

    def peek(self, ahead: int = 0) -> Token:
        """A token to come. There is always one, and one after it: the source ends with two of kind `end`."""
        return self.tokens[self.next + ahead]

    def take(self) -> Token:
        token = self.tokens[self.next]
        if token.kind != "end":
            self.next += 1
        return token

    def at(self, kind: TokenKind, *texts: str) -> bool:
        """Whether the next token is of that kind and, if any are given, one of the texts."""
        token = self.tokens[self.next]
        return token.kind == kind and (not texts or token.text in texts)

    def take_open(self, command: str) -> Token:
        token = self.take()
        if token.kind != "open":
            raise FormulaError(token.start, f"{command} needs a {{…}} here")
        return token

    def take_close(self, opened: Token) -> None:
        token = self.take()
        if token.kind == "end":
            raise FormulaError(opened.start, "this { is never closed")
        if token.kind != "close":
            raise FormulaError(token.start, f"expected the }} of the {{ at character {opened.start + 1}")

    def raw(self, command: str) -> tuple[str, int]:
        """The source between { and its }, and where it starts."""
        opened = self.take_open(command)
        depth = 1
        while depth:
            token = self.take()
            depth += (token.kind == "open") - (token.kind == "close")
            if token.kind == "end":
                raise FormulaError(opened.start, "this { is never closed")
        return self.tex[opened.end : token.start], opened.end

    def number(self, first: Token) -> str:
        """The digits that follow the first one without a space, with at most one point between or before them."""
        text, last = first.text, first
        while self.digit_follows(last) or self.point_follows(last, text):
            last = self.take()
            text += last.text
        return text

    def digit_follows(self, token: Token, ahead: int = 0) -> bool:
        after = self.peek(ahead)
        return after.start == token.end and after.text.isdecimal()

    def point_follows(self, token: Token, text: str) -> bool:
        point = self.peek()
        return point.text == "." and "." not in text and point.start == token.end and self.digit_follows(point, 1)

    @contextmanager
    def deeper(self, token: Token) -> Iterator[None]:
        """Around what is inside a group or a command."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise FormulaError(token.start, f"more than {DEEPEST} groups inside one another")
        yield
        self.depth -= 1
