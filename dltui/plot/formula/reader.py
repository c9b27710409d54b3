"""The place in the source: what every part of the parser reads from."""

from __future__ import annotations

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

    def deeper(self, token: Token) -> None:
        """Called on the way into a group or command; the caller subtracts one from `depth` on the way out."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise FormulaError(token.start, f"more than {DEEPEST} groups inside one another")
