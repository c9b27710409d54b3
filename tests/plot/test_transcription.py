from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dltui.plot.transcription import ascii_text


@pytest.mark.parametrize(("text", "plain"), [
    ("σ(x₁²) ≤ 1", "sigma(x1^2) <= 1"), ("Δw = −η∂E", "Deltaw = -etadE"), ("3×4", "3x4"), ("naïve", "naive"),
    ("日", "?"), ("plain", "plain"), ("e\u0301", "e"), ("½", "1/2"), ("10⁻³", "10^-3"), ("e⁻ˣ", "e^-x"), ("xᵀ", "x^T"),
    ("…", "..."),
])
def test_texts(text: str, plain: str) -> None:
    assert ascii_text(text) == plain


@given(st.text())
def test_all_text_becomes_ascii(text: str) -> None:
    assert ascii_text(text).isascii()
