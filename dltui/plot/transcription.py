"""Text in ASCII letters, for terminals and pipes that have no others."""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import category, name, normalize

SIGNS = str.maketrans({
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "×": "x", "·": "*", "⋅": "*", "∙": "*", "•": "*", "…": "...",
    "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~", "→": "->", "←": "<-", "↔": "<->", "∞": "inf", "∂": "d", "∇": "grad ",
    "√": "sqrt", "∑": "sum", "∏": "prod", "∫": "int", "′": "'", "’": "'", "‘": "'", "“": '"', "”": '"', "°": "deg",
    "±": "+-", "∈": "in", "ß": "ss", "∝": "~", "⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")", "⁄": "/",
    "✓": "ok", "✔": "ok", "✗": "x", "✘": "x", "●": "*", "○": "o", "◐": "o", "▸": ">", "◂": "<", "▴": "^", "▾": "v",
    "█": "#", "▇": "#", "↑": "up", "↓": "down", "↵": "enter", "⏎": "enter", "‹": "<", "›": ">", "‖": "||", "½": "1/2",
})
RAISED = re.compile("[⁰¹²³⁴-⁾ⁿⁱᵀʰ-ʸᴬ-ᵂᵃ-ᵛ]+")


@lru_cache(maxsize=512)
def ascii_text(text: str) -> str:
    """`σ(x₁²) ≤ 10⁻³` becomes `sigma(x1^2) <= 10^-3`; what has no ASCII form becomes `?`."""
    return text if text.isascii() else RAISED.sub(_raised, text.translate(SIGNS)).translate(_Letters())


def _raised(run: re.Match[str]) -> str:
    return "^" + normalize("NFKC", run[0])


class _Letters(dict[int, str]):
    """The table of `str.translate`, worked out letter by letter."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if char.isascii():
            return char
        words = name(char, "").split()
        if words[:1] == ["GREEK"] and "LETTER" in words[:-1]:
            word = words[words.index("LETTER") + 1].lower()
            return word.capitalize() if "CAPITAL" in words else word
        plain = normalize("NFKD", char).translate(SIGNS)
        kept = "".join(part for part in plain if part.isascii())
        return kept or ("" if category(char) == "Mn" else "?")
