from __future__ import annotations

import gzip
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dltui.engine.idx import IdxError, parse

PICTURES = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
WHOLE = struct.pack(">BBBBIII", 0, 0, 8, 3, 2, 3, 4) + PICTURES.tobytes()


@pytest.mark.parametrize("content", [WHOLE, gzip.compress(WHOLE)], ids=["plain", "gzip"])
def test_a_file_is_its_array(content: bytes) -> None:
    assert np.array_equal(parse(content, (2, 3, 4)), PICTURES)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no IDX file"),
        (b"<html>not here</html>", "no IDX file"),
        (b"\0\0\x0d\x03" + WHOLE[4:], "kind 0x0d, expected unsigned bytes"),
        (b"\0\0\x08\x01" + WHOLE[4:], "1 axes, expected 3"),
        (WHOLE[:10], "breaks off in its header"),
        (struct.pack(">BBBBIII", 0, 0, 8, 3, 2, 4, 3) + PICTURES.tobytes(), "2×4×3 numbers, expected 2×3×4"),
        (WHOLE[:-1], "shorter than its header"),
        (WHOLE + b"\0", "longer than its header"),
        (gzip.compress(WHOLE)[:-9], "breaks off in the middle"),
        (gzip.compress(WHOLE[:-1]), "shorter than its header"),
        (gzip.compress(WHOLE + bytes(50_000_000)), "longer than its header"),
        (gzip.compress(WHOLE)[:-8] + bytes(8), "damaged"),
        (b"\x1f\x8b" + bytes(40), "damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",  # no bytes: gzip writes the time
)
def test_what_is_wrong_with_a_file_is_told(content: bytes, said: str) -> None:
    with pytest.raises(IdxError, match=said):
        parse(content, (2, 3, 4))


@given(st.binary(max_size=80), st.booleans())
def test_any_bytes_are_an_array_or_a_sentence(content: bytes, zip: bool) -> None:
    try:
        assert parse(gzip.compress(content) if zip else content, (2,)).shape == (2,)
    except IdxError as error:
        assert str(error)
