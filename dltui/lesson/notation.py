"""What people type for a formula, turned into an expression.

    −½x²  ->  -.5*x**2     2(x+1)  ->  2*(x+1)     σ(z)(1−σ(z))  ->  sigmoid(z)*(1-sigmoid(z))     e^{-x}  ->  e**(-x)

Nothing is guessed: what has two readings, such as `1/2x`, is refused with a sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from dltui.lesson.functions import CONSTANTS, FUNCTIONS
from dltui.lesson.syntax import MOST_CHARACTERS, TOKEN, ExpressionError

SIGNS: Mapping[str, str] = MappingProxyType(
    dict.fromkeys("−–—‐‑‒", "-")
    | dict.fromkeys("·⋅∙•×∗✕", "*")
    | dict.fromkeys("÷⁄∕", "/")
    | {"{": "(", "}": ")", "½": ".5", "¼": ".25", "¾": ".75", "π": "pi", "≤": "<=", "≥": ">=", "≠": "!="}
)
OTHER_NAMES: Mapping[str, str] = MappingProxyType(
    {"ln": "log", "lg": "log10", "lb": "log2", "sigma": "sigmoid", "σ": "sigmoid"}
)
"""Of functions; lg and lb as in ISO 80000-2."""
LONGEST_NAME = 40
"""Longer ones are not taken apart."""
POWERS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺"
_POWER_DIGITS = str.maketrans(POWERS, "0123456789-+")
_WORD = re.compile(
    rf"(?P<power>[{POWERS}]+) | (?P<root>√) | (?P<bar>\|) | (?P<raise>\^) | {TOKEN.pattern}", re.ASCII | re.VERBOSE
)
_EQUALS = re.compile(r"(?<![<>=!]):?=(?!=)")
_DECIMAL_COMMA = re.compile(r"(\d+),(\d+)", re.ASCII)


class _Word(Struct, frozen=True):
    kind: str
    """number, name (of a value), function, root, open, close, power (raised behind a value), sign."""
    text: str
    at: int

    @property
    def begins(self) -> bool:
        """Can it be the first word of a value?"""
        return self.kind in ("number", "name", "function", "root", "open")

    @property
    def ends(self) -> bool:
        """Can it be the last word of a value?"""
        return self.kind in ("number", "name", "close", "power")


def read(text: str, variables: Iterable[str] = ()) -> str:
    """The expression that `text` means. Names that are written together are taken apart into `variables`.

    Raises ExpressionError; its column counts in the text without foreign signs and without what stands before `=`.
    """
    if len(text) > MOST_CHARACTERS:
        raise ExpressionError(f"a formula has at most {MOST_CHARACTERS} characters, this one has {len(text)}")
    plain = "".join(SIGNS.get(sign) or _compatible(sign) for sign in text)
    sides = _EQUALS.split(plain)
    source = sides[-1] if len(sides) == 2 and sides[0].strip() else plain
    words = _bracketed(source, _words(source, frozenset(variables)))
    return "".join(word.text for word in _multiplied(source, words))


def _compatible(sign: str) -> str:
    """Full-width letters, subscripts … as plain ones; raised digits stay what they are."""
    return sign if sign in POWERS else unicodedata.normalize("NFKC", sign)


def _words(source: str, variables: frozenset[str]) -> list[_Word]:
    words: list[_Word] = []
    at = bars = 0
    while at < len(source):
        found = _WORD.match(source, at)
        kind = found.lastgroup if found else None
        if found is None or kind is None or kind == "text":
            raise ExpressionError(f"`{source[at]}` cannot be read in a formula", source, at)
        text = found[0]
        follows = source[found.end() :].lstrip()[:1]
        match kind:
            case "number" | "open" | "close":
                words.append(_Word(kind, text, at))
            case "name":
                words += [replace(word, at=at) for word in _named(text, follows == "(", variables)]
            case "power":
                exponent = text.translate(_POWER_DIGITS)
                words.append(_Word("power", f"**{exponent}" if exponent.isdigit() else f"**({exponent})", at))
            case "raise":
                words.append(_Word("sign", "**", at))
            case "root":
                words.append(_Word("root", "sqrt", at))
            case "bar":
                closes = bars > 0 and words[-1].ends
                bars += -1 if closes else 1
                words += [_Word("close", ")", at)] if closes else [_Word("function", "abs", at), _Word("open", "(", at)]
            case "sign" if text == "%":
                words[-1:] = [_percent(source, words, at, follows)]
            case "sign":
                words.append(_Word("sign", text, at))
        at = found.end()
    return words


def _percent(source: str, words: list[_Word], at: int, follows: str) -> _Word:
    if not words or words[-1].kind != "number" or follows.isalnum() or follows in ("(", "."):
        raise ExpressionError("% stands behind a number and means hundredths", source, at)
    return replace(words[-1], text=f"({words[-1].text}/100)")


def _named(text: str, called: bool, variables: Collection[str]) -> list[_Word]:
    """A name as it is known here: a variable, however its Greek letters are written, a function, or several names."""
    if text in variables:
        return [_Word("name", text, 0)]
    known = {_spelled(name): name for name in variables}
    function = OTHER_NAMES.get(text, text)
    if function in FUNCTIONS and _spelled(text) not in known:
        return [_Word("function", function, 0)]
    parts = _apart(text, {name: name for name in CONSTANTS} | known, called)
    return parts or [_Word("function" if called else "name", text, 0)]


def _apart(text: str, values: Mapping[str, str], called: bool) -> list[_Word]:
    """`wx` as w, x and `xln(` as x, ln, longer names first. Empty: it cannot be taken apart."""
    if len(text) > LONGEST_NAME:
        return []
    tails: list[list[_Word] | None] = [[]]  # of what is left of the text, from its end on
    for start in reversed(range(len(text))):
        tail = text[start:]
        function = OTHER_NAMES.get(tail, tail)
        found: list[_Word] | None = [_Word("function", function, 0)] if called and function in FUNCTIONS else None
        for size in reversed(range(1, len(tail) + 1)):
            name, after = values.get(_spelled(tail[:size])), tails[len(tail) - size]
            if found is None and name is not None and after is not None:
                found = [_Word("name", name, 0), *after]
        tails.append(found)
    return tails[-1] or []


def _spelled(name: str) -> str:
    """`η_1` as `eta1`."""
    ends = (letter if letter.isascii() else unicodedata.name(letter, "").split(" ")[-1].lower() for letter in name)
    return "".join(ends).replace("lamda", "lambda").replace("_", "")


def _bracketed(source: str, words: list[_Word]) -> list[_Word]:
    """Square brackets without a comma are brackets, with one a list. A decimal comma is refused: it makes no list."""
    result = list(words)
    opened: list[int] = []
    lists: set[int] = set()
    for place, word in enumerate(words):
        if word.kind == "open":
            opened.append(place)
        elif word.text == "," and opened:
            lists.add(opened[-1])
        elif word.text == "," and (decimal := _DECIMAL_COMMA.match(source, words[place - 1].at)):
            message = f"a comma separates two numbers: write {decimal[1]}.{decimal[2]} with a decimal point"
            raise ExpressionError(message, source, word.at)
        elif word.kind == "close" and opened:
            start = opened.pop()
            if words[start].text == "[" and word.text == "]" and start not in lists:
                result[start], result[place] = replace(result[start], text="("), replace(word, text=")")
    return result


def _multiplied(source: str, words: list[_Word]) -> list[_Word]:
    """With `*` wherever two values touch."""
    result: list[_Word] = []
    for place, word in enumerate(words):
        if word.kind in ("function", "root"):
            _need_argument(source, word, words[place + 1 : place + 3])
        if result and result[-1].ends and word.begins:
            _refuse_two_readings(source, result, word)
            result.append(_Word("sign", "*", word.at))
        if result and result[-1].kind in ("function", "root") and word.kind in ("number", "name"):
            word = replace(word, text=f"({word.text})")
        result.append(word)
    return result


def _need_argument(source: str, word: _Word, after: list[_Word]) -> None:
    """A function is followed by brackets. It may be followed by one short value, if it is clear where that ends:
    `ln 2 + 1`, `√2/x`, but not `ln 2/x`."""
    if after and after[0].text == "(":
        return
    clear = len(after) == 1 or after[1:] and (after[1].kind == "close" or after[1].text in "+-,<=>=!=")
    divided = word.kind == "root" and after[1:] and after[1].text in "*/"
    if not after or after[0].kind not in ("number", "name") or not (clear or divided):
        found = _WORD.match(source, word.at)
        raise ExpressionError(f"set brackets: {found[0] if found else word.text}(…)", source, word.at)


def _refuse_two_readings(source: str, before: list[_Word], word: _Word) -> None:
    """Numbers side by side, and `1/2x`: what `*` binds to is what is in question."""
    if word.kind == "number":
        raise ExpressionError(f"a sign is missing between {before[-1].text} and {word.text}", source, word.at)
    start = _start(before)
    signs = [one.text for one in before[:start]]
    while signs and signs[-1] in ("-", "+"):
        if len(signs) > 1 and before[start - 2].ends:  # a difference, not a sign in front
            return
        signs.pop()
        start -= 1
    if signs and signs[-1] in ("/", "**"):
        message = f"this has two readings: set brackets, or write `*` before `{word.text}`"
        raise ExpressionError(message, source, word.at)


def _start(words: list[_Word]) -> int:
    """Where the value begins that ends with the last word."""
    place = len(words) - 1
    while place and words[place].kind == "power":
        place -= 1
    depth = 0
    while words[place].kind == "close" or depth:
        depth += (words[place].kind == "close") - (words[place].kind == "open")
        if depth == 0 or place == 0:
            break
        place -= 1
    return place - 1 if place and words[place].kind == "open" and words[place - 1].kind == "function" else max(place, 0)
