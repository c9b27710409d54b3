"""One event as one line of JSON, sealed with a checksum.

    {"v":1,"kind":"metrics","n":7,"t":1750000000.5,…,"crc":"0f3a9c21"}

The CRC-32 covers every byte before `,"crc"`, so a torn, mixed or edited line is told from a whole one without trusting
its length, and each line stays valid JSON for other tools.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from zlib import crc32

import msgspec

from dltui.journal.events import AnyEvent, Event
from dltui.text import clean

VERSION = 1
T = TypeVar("T")
_HEAD = b'{"v":%d,' % VERSION
_FOOT = b',"crc":"%08x"}'
_FOOT_LENGTH = len(_FOOT % 0)
_ESCAPES = (rb"\u", rb"\b", rb"\f", rb"\r", b"\x7f")
"""How control characters stand in JSON: the last one as it is, the others never."""


class Stamp(msgspec.Struct, frozen=True):
    """What every kind of line has."""

    n: int = 0
    t: float = 0.0


_EVENTS: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)
_STAMPS = msgspec.json.Decoder(Stamp)


def encode(event: Event, n: int, t: float) -> bytes:
    """The event with its position `n` and wall-clock time `t` as a sealed line that ends in a newline."""
    stamped = msgspec.structs.replace(event, n=n, t=t)
    try:
        body = msgspec.json.encode(stamped)
    except UnicodeEncodeError:  # a lone surrogate, from a file name or a terminal that does not speak UTF-8
        body = msgspec.json.encode(_texts(msgspec.to_builtins(stamped), _without_surrogates))
    head = _HEAD + body[1:-1]
    return head + _FOOT % crc32(head) + b"\n"


def decode(line: bytes) -> AnyEvent | None:
    """The event of a line with or without its newline; None if it is damaged or of a kind or version not known here."""
    return decode_as(_EVENTS, line)


def decode_stamp(line: bytes) -> Stamp | None:
    """Position and time of a line of any kind, unknown ones included; None if it is damaged."""
    return decode_as(_STAMPS, line)


def decode_as(decoder: msgspec.json.Decoder[T], line: bytes) -> T | None:
    """The record of a sealed line as the decoder understands it, its texts made safe: whoever may write into a folder
    may have sealed anything. None instead of any error."""
    line = line.removesuffix(b"\n")
    head = line[:-_FOOT_LENGTH]
    if not head.startswith(_HEAD) or line[-_FOOT_LENGTH:] != _FOOT % crc32(head):
        return None
    try:
        if not line.isascii() or any(escape in line for escape in _ESCAPES):  # seldom: others hold nothing forbidden
            line = msgspec.json.encode(_texts(msgspec.json.decode(line), clean))
        return decoder.decode(line)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None


def _without_surrogates(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _texts(value: Any, change: Callable[[str], str]) -> Any:
    """Plain data with every text in it changed, keys included."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {_texts(key, change): _texts(item, change) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_texts(item, change) for item in value]
    return value
