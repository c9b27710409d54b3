"""How each part of a text looks: one style per part, one table per theme."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from dltui.plot.palette import Theme

Part = Literal[
    "text", "strong", "emphasis", "code", "formula", "heading", "link", "address", "bar", "aside", "bullet", "rule",
    "column", "listing", "keyword", "string", "comment", "number",
]  # fmt: skip
Look = Mapping[Part, str]
"""Part of a text -> style in the words of rich; a part that is not named looks like `text`."""

_DARK: Look = MappingProxyType({
    "strong": "bold", "emphasis": "italic", "code": "#a8d08d", "formula": "#e9c46a", "heading": "bold #56b4e9",
    "link": "underline", "address": "#8592a0", "bar": "#e69f00", "aside": "#b9c2cc", "bullet": "#56b4e9",
    "rule": "#4a5561", "column": "bold", "listing": "#c3ccd6", "keyword": "bold #7cc4ff", "string": "#e0a87e",
    "comment": "italic #8592a0", "number": "#d7a6e0",
})  # fmt: skip
_LIGHT: Look = MappingProxyType({
    "strong": "bold", "emphasis": "italic", "code": "#2f6f1f", "formula": "#7a4f00", "heading": "bold #005b94",
    "link": "underline", "address": "#5d6772", "bar": "#945800", "aside": "#454e58", "bullet": "#005b94",
    "rule": "#b8bec6", "column": "bold", "listing": "#2a323b", "keyword": "bold #00558c", "string": "#8a3b00",
    "comment": "italic #5d6772", "number": "#7a2f8a",
})  # fmt: skip
_ANSI: Look = MappingProxyType({
    "strong": "bold", "emphasis": "italic", "code": "green", "formula": "yellow", "heading": "bold cyan",
    "link": "underline", "address": "dim", "bar": "yellow", "bullet": "cyan", "rule": "dim", "column": "bold",
    "keyword": "bold cyan", "string": "yellow", "comment": "dim", "number": "magenta",
})  # fmt: skip
_ANSI_LIGHT: Look = MappingProxyType(
    {**_ANSI, "code": "#0000aa", "formula": "#aa00aa", "heading": "bold #0000aa", "bar": "#aa0000", "bullet": "#0000aa",
     "keyword": "bold #0000aa", "string": "#aa0000", "number": "#aa00aa"}
)  # fmt: skip
_NONE: Look = MappingProxyType({
    "strong": "bold", "emphasis": "italic", "heading": "bold", "link": "underline", "column": "bold", "rule": "dim",
    "address": "dim", "comment": "dim", "keyword": "bold",
})  # fmt: skip
_CONTRAST: Look = MappingProxyType(
    {**_DARK, "address": "#d0d0d0", "aside": "#ffffff", "rule": "#b0b0b0", "listing": "#ffffff",
     "comment": "italic #d0d0d0"}
)  # fmt: skip
LOOKS: Mapping[Theme, Look] = MappingProxyType(
    {"dark": _DARK, "light": _LIGHT, "contrast": _CONTRAST, "safe": _DARK, "ansi": _ANSI, "ansi-light": _ANSI_LIGHT,
     "none": _NONE}
)
BARE: Look = MappingProxyType({})
