"""Text in ASCII letters, for terminals and pipes that have no others."""

from __future__ import annotations

from functools import lru_cache
from unicodedata import category, name, normalize

SIGNS = str.maketrans({
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "×": "x", "·": "*", "⋅": "*", "∙": "*", "•": "*", "…": "...",
    "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~", "→": "->", "←": "<-", "↔": "<->", "∞": "inf", "∂": "d", "∇": "grad ",
    "√": "sqrt", "∑": "sum", "∏": "prod", "∫": "int", "′": "'", "’": "'", "‘": "'", "“": '"', "”": '"', "°": "deg",
    "±": "+-", "∈": "in", "ß": "ss", "∝": "~", "⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")",
})


@lru_cache(maxsize=512)
def ascii_text(text: str) -> str:
    """`σ(x₁²) ≤ 1` becomes `sigma(x1^2) <= 1`; what has no ASCII form becomes `?`."""
    return text if text.isascii() else "".join(map(_letter, text.translate(SIGNS)))


def _letter(char: str) -> str:
    if char.isascii():
        return char
    words = name(char, "").split()
    if words[:1] == ["SUPERSCRIPT"]:
        return "^" + "".join(map(_letter, normalize("NFKC", char).translate(SIGNS)))
    if words[:1] == ["GREEK"] and "LETTER" in words[:-1]:
        word = words[words.index("LETTER") + 1].lower()
        return word.capitalize() if "CAPITAL" in words else word
    plain = normalize("NFKD", char).translate(SIGNS)
    kept = "".join(part for part in plain if part.isascii())
    return kept or ("" if category(char) == "Mn" else "?")
