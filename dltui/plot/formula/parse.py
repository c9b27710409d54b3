"""Tokens -> tree. Recursive descent; every error names the place and, where there is one, the nearest name."""

from __future__ import annotations

import unicodedata

from rich.cells import cell_len

from dltui.plot.formula import commands
from dltui.plot.formula.letters import bold, joined, with_primes, written_words
from dltui.plot.formula.reader import Reader
from dltui.plot.formula.symbols import CHARACTERS, COMMANDS, GLYPHS, sign
from dltui.plot.formula.tokens import Token
from dltui.plot.formula.tree import (
    Accent,
    Brace,
    Fence,
    FormulaError,
    Fraction,
    Grid,
    Node,
    Root,
    Row,
    Scripts,
    Space,
    Stack,
    Symbol,
    core,
)

DELIMITERS = "()[]{}|‖⌊⌋⌈⌉⟨⟩/"
ANGLES = {"<": COMMANDS["langle"], ">": COMMANDS["rangle"]}


def parse(tex: str) -> Row:
    """The tree of a formula. Raises FormulaError."""
    return _Parser(tex).formula()


class _Parser(Reader):
    def __init__(self, tex: str) -> None:
        super().__init__(tex)
        self.variant: commands.Variant = ""

    def formula(self) -> Row:
        row = self.row()
        token = self.peek()
        if token.kind == "end":
            return row
        if token.kind == "close":
            raise FormulaError(token.start, "a } without its {")
        if token.kind == "cell" or token.text == "\\":
            name = "&" if token.kind == "cell" else "\\\\"
            raise FormulaError(token.start, f"{name} stands only inside \\begin{{aligned}}, cases or a matrix")
        raise FormulaError(token.start, f"\\{token.text} without its \\{'left' if token.text == 'right' else 'begin'}")

    def row(self) -> Row:
        """Up to what ends a row: the end, }, &, \\\\, \\right or \\end."""
        found: list[Node] = []
        while not _ends_row(self.peek()):
            if self.at("command", "displaystyle", "textstyle"):
                self.take()
            else:
                found.append(self.scripted(self.atom(whole=True)))
        return Row(joined(found) if self.variant == "roman" else tuple(found))

    def group(self) -> Row:
        """The inside of {…}."""
        opened = self.take()
        row = self.row()
        self.take_close(opened)
        return row

    def argument(self, command: str) -> Node:
        """{…}, or the one sign that follows."""
        token = self.peek()
        with self.deeper(token):
            if token.kind == "open":
                return core(self.group())
            if token.kind != "character" and (token.kind != "command" or _ends_row(token)):
                raise FormulaError(token.start, f"{command} needs something here: a sign or a {{…}}")
            return self.atom(whole=False)

    def scripted(self, base: Node) -> Node:
        """`base` with the scripts and primes that follow it."""
        if self.peek().kind not in ("sup", "sub") and self.peek().text not in ("'", "limits", "nolimits"):
            return base
        limits = isinstance(base, Symbol) and base.limits
        scripts: dict[str, Node] = {}
        primes = 0
        while True:
            token = self.peek()
            if self.at("character", "'"):
                primes += 1
                self.take()
            elif self.at("command", "limits", "nolimits"):
                limits = self.take().text == "limits"
            elif token.kind in ("sup", "sub"):
                self.script(scripts)
            else:
                break
        sup = with_primes(primes, scripts.get("sup")) if primes else scripts.get("sup")
        sub = scripts.get("sub")
        if sub is None and sup is None:
            return base
        label = sup if isinstance(base, Brace) and base.over else sub
        if isinstance(base, Brace) and base.label is None and label is not None:
            return Brace(base.body, label, base.over)
        return Scripts(base, sub, sup, limits)

    def script(self, scripts: dict[str, Node]) -> None:
        token = self.take()
        if token.kind in scripts:
            name = "superscripts" if token.kind == "sup" else "subscripts"
            raise FormulaError(token.start, f"two {name} on one sign; put them into one group: {token.text}{{…}}")
        scripts[token.kind] = self.argument(token.text)

    def atom(self, *, whole: bool) -> Node:
        """One sign, group or command with its arguments; `whole` reads all digits of a number, not one."""
        token = self.peek()
        if token.kind == "open":
            with self.deeper(token):
                return self.group()
        if token.kind in ("sup", "sub"):
            return Row(())
        self.take()
        if token.kind == "command":
            return self.command(token)
        if whole and (token.text.isdecimal() or token.text == "." and self.digit_follows(token)):
            return self.letter(self.number(token))
        return self.character(token)

    def character(self, token: Token) -> Node:
        text = token.text
        if text == "'":
            return Scripts(Row(()), None, with_primes(1, None), False)
        if text == "~":
            return Space(1)
        if text in CHARACTERS:
            return CHARACTERS[text]
        if text in GLYPHS:
            return GLYPHS[text]
        if text.isalnum() and cell_len(text) == 1:
            return self.letter(text)
        if text in "#$":
            raise FormulaError(token.start, f"{text} alone means nothing in a formula; write \\{text}")
        raise FormulaError(token.start, f"the character {text} cannot stand in a formula; in words: \\text{{{text}}}")

    def letter(self, text: str) -> Symbol:
        return bold(text) if self.variant == "bold" else sign(text)

    def command(self, token: Token) -> Node:
        name = token.text
        if name in COMMANDS:
            return COMMANDS[name]
        if name in commands.SPACES:
            return Space(commands.SPACES[name])
        return self.construct(name, f"\\{name}", token)

    def construct(self, name: str, shown: str, token: Token) -> Node:
        """A command that takes arguments."""
        if name in commands.FRACTIONS:
            return Fraction(self.argument(shown), self.argument(shown), commands.FRACTIONS[name])
        if name in commands.ACCENTS:
            return Accent(commands.ACCENTS[name], self.argument(shown))
        if name in commands.VARIANTS:
            return self.styled(commands.VARIANTS[name], shown)
        if name in commands.TEXTS:
            return self.words(name, shown)
        if name in commands.STACKS or name in commands.ARROWS:
            return self.stack(name, shown)
        if name in commands.BRACES:
            return Brace(self.argument(shown), None, name == "overbrace")
        if commands.SIZES.match(name):
            return self.delimiter(shown) or Row(())
        if name == "sqrt":
            return self.root(token)
        if name in ("left", "begin"):
            with self.deeper(token):
                return self.fence(token) if name == "left" else self.environment(token)
        if name == "not":
            return self.negated(token)
        raise FormulaError(token.start, commands.unknown_command(name))

    def root(self, token: Token) -> Root:
        index: list[Node] = []
        if self.at("character", "["):
            self.take()
            with self.deeper(token):
                while not self.at("character", "]"):
                    if _ends_row(self.peek()):
                        raise FormulaError(token.start, "the [ of this root is never closed")
                    index.append(self.scripted(self.atom(whole=True)))
            self.take()
        return Root(self.argument("\\sqrt"), Row(tuple(index)) if index else None)

    def styled(self, variant: commands.Variant, shown: str) -> Node:
        before, self.variant = self.variant, variant
        node = self.argument(shown)
        self.variant = before
        return node

    def words(self, name: str, shown: str) -> Symbol:
        """A command whose argument is text, not mathematics."""
        text = written_words(*self.raw(shown))
        if name == "mathbb":
            glyph, said = commands.DOUBLE_STRUCK.get(text, (text, text))
            return sign(glyph, "ord", text, said)
        if name.startswith("operatorname"):
            return sign(text, "fn", limits=name.endswith("*"))
        return sign(text, said=text.strip())

    def stack(self, name: str, shown: str) -> Stack:
        if name in commands.ARROWS:
            return Stack(COMMANDS[commands.ARROWS[name]], self.argument(shown), None, stretch=True)
        small, base = self.argument(shown), self.argument(shown)
        return Stack(base, None, small) if name == "underset" else Stack(base, small, None)

    def negated(self, token: Token) -> Symbol:
        base = self.argument("\\not")
        if not isinstance(base, Symbol) or len(base.glyph) != 1:
            raise FormulaError(token.start, "\\not needs one sign, such as \\not=")
        glyph = unicodedata.normalize("NFC", base.glyph + "\u0338")
        return GLYPHS.get(glyph) or sign(glyph, base.kind, f"not {base.plain}", f"not {base.said}")

    def delimiter(self, command: str) -> Symbol | None:
        """The bracket after \\left, \\right or \\big; None for the invisible one."""
        token = self.take()
        if token.kind == "character" and token.text == ".":
            return None
        symbol = ANGLES.get(token.text) or CHARACTERS.get(token.text)
        if token.kind == "command":
            symbol = COMMANDS.get(token.text)
        if symbol is None or symbol.glyph not in DELIMITERS:
            shown = self.tex[token.start : token.end] or "the end"
            raise FormulaError(token.start, f"{command} needs a bracket, such as ( [ \\{{ | or . , not {shown}")
        return symbol

    def fence(self, opened: Token) -> Fence:
        left = self.delimiter("\\left")
        body = self.row()
        if not self.at("command", "right"):
            raise FormulaError(opened.start, "this \\left has no \\right; \\right. closes it without a bracket")
        self.take()
        return Fence(left, body, self.delimiter("\\right"))

    def environment(self, opened: Token) -> Grid:
        name, start = self.raw("\\begin")
        if name not in commands.ENVIRONMENTS:
            raise FormulaError(start, commands.unknown_environment(name))
        kind, left, right = commands.ENVIRONMENTS[name]
        columns = self.columns() if name == "array" else ""
        rows = self.cells(opened, name)
        if len(rows) > 1 and not any(cell.items for cell in rows[-1]):
            rows.pop()  # after a last \\
        count = max(map(len, rows))
        return Grid(tuple((*row, *[Row(())] * (count - len(row))) for row in rows), kind, left, right, columns)

    def cells(self, opened: Token, name: str) -> list[list[Row]]:
        """The rows up to and with \\end{name}."""
        rows = [[self.row()]]
        while True:
            token = self.take()
            if token.kind == "cell":
                rows[-1].append(self.row())
            elif token.kind == "command" and token.text == "\\":
                rows.append([self.row()])
            elif token.kind == "command" and token.text == "end":
                closing, start = self.raw("\\end")
                if closing != name:
                    raise FormulaError(start, f"\\end{{{closing}}} where \\end{{{name}}} was expected")
                return rows
            else:
                raise FormulaError(opened.start, f"\\begin{{{name}}} is never closed by \\end{{{name}}}")

    def columns(self) -> str:
        text, start = self.raw("\\begin{array}")
        letters = text.replace(" ", "")
        if not letters or letters.strip("lcr"):
            raise FormulaError(start, f"the columns of an array are letters such as {{lcr}}, not {{{text}}}")
        return letters


def _ends_row(token: Token) -> bool:
    if token.kind == "command":
        return token.text in ("\\", "right", "end")
    return token.kind in ("end", "close", "cell")
