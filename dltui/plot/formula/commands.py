"""The commands that take arguments, by what they make, and the search for the name that was meant."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Literal

from dltui.plot.formula.symbols import COMMANDS

Variant = Literal["", "bold", "roman"]
AccentName = Literal["hat", "bar", "tilde", "vec", "dot", "ddot", "overline", "underline"]
FractionSize = Literal["display", "normal", "small"]
GridName = Literal["matrix", "cases", "aligned"]

ACCENTS: dict[str, AccentName] = {
    "hat": "hat", "widehat": "hat", "bar": "bar", "tilde": "tilde", "widetilde": "tilde", "vec": "vec", "dot": "dot",
    "ddot": "ddot", "overline": "overline", "underline": "underline",
}  # fmt: skip
FRACTIONS: dict[str, FractionSize] = {"frac": "normal", "dfrac": "display", "tfrac": "small"}
SPACES = {",": 1, ":": 1, ";": 1, " ": 1, "!": 0, "quad": 3, "qquad": 6, "thinspace": 1, "enspace": 1}
"""Cells. `\\quad` is wide enough to part two formulas."""
VARIANTS: dict[str, Variant] = {
    "mathbf": "bold", "boldsymbol": "bold", "bm": "bold", "mathrm": "roman", "mathsf": "roman", "mathtt": "roman",
    "mathit": "roman", "mathcal": "", "mathscr": "",
}  # fmt: skip
TEXTS = ("text", "textbf", "textit", "textrm", "operatorname", "operatorname*", "mathbb")
DOUBLE_STRUCK = {
    "R": ("ℝ", "the reals"), "N": ("ℕ", "the natural numbers"), "Z": ("ℤ", "the integers"),
    "Q": ("ℚ", "the rationals"), "C": ("ℂ", "the complex numbers"), "E": ("E", "the expectation"),
}  # fmt: skip
STACKS = ("overset", "stackrel", "underset")
ARROWS = {"xrightarrow": "to", "xleftarrow": "leftarrow"}
BRACES = ("underbrace", "overbrace")
SIZES = re.compile(r"(?:big|Big|bigg|Bigg)[lrm]?$")
ENVIRONMENTS: dict[str, tuple[GridName, str, str]] = {
    "matrix": ("matrix", "", ""), "pmatrix": ("matrix", "(", ")"), "bmatrix": ("matrix", "[", "]"),
    "Bmatrix": ("matrix", "{", "}"), "vmatrix": ("matrix", "|", "|"), "Vmatrix": ("matrix", "‖", "‖"),
    "array": ("matrix", "", ""), "cases": ("cases", "{", ""), "aligned": ("aligned", "", ""),
}  # fmt: skip
_OTHERS = ("sqrt", "left", "right", "begin", "end", "limits", "nolimits", "displaystyle", "textstyle", "not", "big")
KNOWN = (*COMMANDS, *ACCENTS, *FRACTIONS, *SPACES, *VARIANTS, *TEXTS, *STACKS, *ARROWS, *BRACES, *_OTHERS)


def unknown_command(name: str) -> str:
    return _with_nearest(f"unknown command \\{name}", name, KNOWN, "\\")


def unknown_environment(name: str) -> str:
    return _with_nearest(f"unknown environment {name}", name, tuple(ENVIRONMENTS), "")


def _with_nearest(what: str, name: str, known: tuple[str, ...], mark: str) -> str:
    near = get_close_matches(name[:40], known, n=1, cutoff=0.5)
    return f"{what} — did you mean {mark}{near[0]}?" if near else what
