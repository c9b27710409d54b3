"""Raised and lowered characters of Unicode, and the few fractions that are one character.

The Greek scripts are left out although Unicode has some: many terminal fonts do not.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SUPERSCRIPTS = MappingProxyType(
    dict(zip("0123456789+−-=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾", strict=True))
    | dict(zip("abcdefghijklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True))
    | dict(zip("ABDEGHIJKLMNOPRTUVW", "ᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ", strict=True))
    | {"⊤": "ᵀ", "′": "′", "″": "″", "‴": "‴", "∗": "*", "∘": "°", "°": "°", "†": "†", "!": "!", "×": "ˣ"}
)
SUBSCRIPTS = MappingProxyType(
    dict(zip("0123456789+−-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎", strict=True))
    | dict(zip("aehijklmnoprstuvx", "ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
)
FRACTIONS = MappingProxyType({
    ("1", "2"): "½", ("1", "3"): "⅓", ("2", "3"): "⅔", ("1", "4"): "¼", ("3", "4"): "¾", ("1", "8"): "⅛",
})  # fmt: skip
VULGAR = tuple(FRACTIONS.values())


def mapped(text: str, table: Mapping[str, str]) -> str | None:
    """`text` in raised or lowered characters; None unless each character has one."""
    if not text or any(character not in table for character in text):
        return None
    return "".join(table[character] for character in text)
