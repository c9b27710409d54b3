"""Signs as words, for screen readers and voices: `h₁ = −2·x²` as `h sub 1 = minus 2 times x squared`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from unicodedata import normalize

from dltui.plot.transcription import RAISED, ascii_text

LOWERED = re.compile("[₀-₎ₐ-ₜᵢ-ᵪⱼ]+")
POWERS: Mapping[str, str] = MappingProxyType({"2": "squared", "3": "cubed", "T": "transposed", "ᵀ": "transposed"})
SAID: Mapping[str, str] = MappingProxyType({
    "✓": "right", "✗": "wrong", "∂": "partial ", "∇": "gradient of ", "·": " times ", "⋅": " times ", "×": " times ",
    "→": " to ", "←": " from ", "↔": " to and from ", "±": " plus or minus ", "≈": " about ", "≤": " at most ",
    "≥": " at least ", "≠": " not equal to ", "∝": " in proportion to ", "÷": " divided by ", "√": " root of ",
    "∑": " sum of ", "∏": " product of ", "∫": " integral of ", "∞": "infinity", "∈": " in ", "½": "one half",
    "¼": "one quarter", "¾": "three quarters", "…": "...", "′": " prime", "°": " degrees", "⊙": " elementwise times ",
    "⌊": "floor of ", "⌋": "", "⌈": "ceiling of ", "⌉": "", "•": "*", "▎": "", "▸": "", "◂": "", "│": " ", "─": "",
    "Σ": " sum of ", "↑": " up ", "↓": " down ", "★": "star", "☆": "no star", "ℝ": "R",
})  # fmt: skip
SIGNS = re.compile("[" + "".join(SAID) + "]")
MINUS = re.compile(r"\N{MINUS SIGN}\s*|(?<![\w)\-.,])-(?=[\d.])")
TENS = re.compile(r"(?<=\d)e([+-]?)0*(\d+)\b")
BETWEEN = re.compile(r"(?<=[A-Za-z]{3}) · | · (?=[A-Za-z]{2,} [A-Za-z])")
"""A dot between phrases; between other things it means multiplication."""
MARK = re.compile(r"×(?=\s*(?:[,.;:)]|$))")
ARROWS = re.compile(r"([←→↑↓])( ?)([←→↑↓])")
KEYS: Mapping[str, str] = MappingProxyType({"←": "left", "→": "right", "↑": "up", "↓": "down"})
CROSS = re.compile(r"(?<=[\d\w])×(?=[\d\w])")


@lru_cache(maxsize=512)
def speakable(text: str) -> str:
    """In ASCII words, with single blanks but for those at its start."""
    text = TENS.sub(lambda found: f" times 10 to the {'minus ' if found[1] == '-' else ''}{found[2]}", text)
    text = MARK.sub("cross", BETWEEN.sub(", ", text))
    text = ARROWS.sub(lambda pair: f"{KEYS[pair[1]]} and {KEYS[pair[3]]} arrow", text)
    found = MINUS.sub(" minus ", CROSS.sub(" by ", text))
    found = RAISED.sub(_raised, LOWERED.sub(_lowered, found))
    found = SIGNS.sub(lambda sign: SAID[sign[0]], found)
    return re.sub(r" +(?=[,:;)]|\.(?!\d))", "", re.sub(r"(?<=\S) {2,}", " ", ascii_text(found))).rstrip()


def _lowered(run: re.Match[str]) -> str:
    if run[0] == "₋":
        return " before "
    return f" sub {normalize('NFKC', run[0])} "


def _raised(run: re.Match[str]) -> str:
    power = normalize("NFKC", run[0]).replace("\N{MINUS SIGN}", " minus ")
    return f" {POWERS.get(power, f'to the power of {power}')} "
