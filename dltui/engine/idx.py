"""The IDX format that MNIST is published in: two zero bytes, the kind of numbers, the number of axes, their sizes as
big-endian 32-bit numbers, then the numbers row by row."""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

UNSIGNED_BYTES = 0x08
GZIP = b"\x1f\x8b"


class IdxError(Exception):
    """A file that is not what it should be: what is wrong with it, to follow its name and a colon."""


def parse(content: bytes, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """The array of unsigned bytes of this shape, from a whole file, zipped with gzip or not. Raises IdxError."""
    size = _header_size(shape) + int(np.prod(shape))
    if content[:2] == GZIP:
        content = _unzipped(content, size)
    head = content[: _header_size(shape)]
    if len(head) < 4 or head[:2] != b"\0\0":
        raise IdxError("this is no IDX file")
    kind, axes = head[2], head[3]
    if kind != UNSIGNED_BYTES:
        raise IdxError(f"it holds numbers of kind 0x{kind:02x}, expected unsigned bytes, 0x08")
    if axes != len(shape):
        raise IdxError(f"it has {axes} axes, expected {len(shape)}")
    if len(head) < _header_size(shape):
        raise IdxError("it breaks off in its header")
    found = struct.unpack(f">{axes}I", head[4:])
    if found != shape:
        raise IdxError(f"it holds {_written(found)} numbers, expected {_written(shape)}")
    if len(content) != size:
        raise IdxError(f"it is {'shorter' if len(content) < size else 'longer'} than its header announces")
    return np.frombuffer(content, np.uint8, offset=len(head)).reshape(shape)


def _header_size(shape: tuple[int, ...]) -> int:
    return 4 + 4 * len(shape)


def _unzipped(content: bytes, size: int) -> bytes:
    """At most one byte more than `size`, whatever the file would grow to. The checksum at its end is looked at."""
    opened = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        whole = opened.decompress(content, size + 1)
    except zlib.error as error:
        raise IdxError(f"it is damaged ({error})") from None
    if len(whole) <= size and not opened.eof:
        raise IdxError("it breaks off in the middle")
    return whole


def _written(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))
