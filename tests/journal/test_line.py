from __future__ import annotations

import json
import random
from math import inf, nan
from zlib import crc32

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dltui.journal.events import AnyEvent, Failed, Finished, Metrics, Snapshot
from dltui.journal.line import decode, decode_stamp, encode
from dltui.text import clean

FINITE = st.floats(allow_nan=False, allow_infinity=False)
ANY = st.text(st.characters(exclude_categories=["Cs"]))
TEXT = ANY.map(clean)
EVENTS: st.SearchStrategy[AnyEvent] = st.one_of(
    st.builds(
        Metrics,
        series=st.dictionaries(TEXT, st.tuples(st.lists(st.integers(0, 2**62)), st.lists(FINITE | st.none()))),
        seconds=FINITE,
    ),
    st.builds(Finished, step=st.integers(0, 2**62), reason=st.sampled_from(["done", "stopped"]), seconds=FINITE,
              final=st.dictionaries(TEXT, FINITE | st.none())),
    st.builds(Failed, step=st.integers(0, 2**62), reason=st.just("crash"), message=TEXT),
    st.builds(Snapshot, step=st.integers(0, 2**62), view=st.just("fit"), shape=st.lists(st.integers(0, 100)),
              values=st.lists(FINITE | st.none()), names=st.lists(TEXT)),
)  # fmt: skip
METRICS = Metrics(series={"loss": ([1, 2], [0.5, None])}, seconds=1.5)


@given(EVENTS, st.integers(0, 2**62), FINITE)
def test_what_is_encoded_comes_back_in_one_line(event: AnyEvent, n: int, t: float) -> None:
    line = encode(event, n, t)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    back = decode(line)
    assert back is not None
    assert (back.n, back.t) == (n, t)
    assert encode(back, n, t) == line


@given(ANY, ANY)
@example("\b", "\b")
@example("\f", "\r")
@example("\x7f", "\x1b")
def test_texts_come_back_safe(text: str, name: str) -> None:
    back = decode(encode(Failed(step=1, reason="crash", message=text), 0, 0.0))
    assert isinstance(back, Failed)
    assert back.message == clean(text)
    final = decode(encode(Finished(step=1, reason="done", seconds=1, final={name: 1.0}), 0, 0.0))
    assert isinstance(final, Finished)
    assert final.final == {clean(name): 1.0}


def test_the_line_is_json_with_version_kind_and_checksum() -> None:
    plain = json.loads(encode(METRICS, 7, 1.25))
    assert list(plain)[:4] == ["v", "kind", "n", "t"]
    assert list(plain)[-1] == "crc"
    assert plain == {"v": 1, "kind": "metrics", "n": 7, "t": 1.25, "series": {"loss": [[1, 2], [0.5, None]]},
                     "seconds": 1.5, "crc": plain["crc"]}  # fmt: skip


def test_values_that_are_not_finite_are_written_as_null() -> None:
    back = decode(encode(Metrics(series={"loss": ([1, 2, 3], [nan, inf, -inf])}, seconds=0.0), 0, 0.0))
    assert isinstance(back, Metrics)
    assert back.series["loss"][1] == [None, None, None]


@given(EVENTS, st.data())
def test_any_changed_byte_is_noticed(event: AnyEvent, data: st.DataObject) -> None:
    line = encode(event, 3, 1.0)[:-1]
    place = data.draw(st.integers(0, len(line) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != line[place]))
    assert decode(line[:place] + bytes([byte]) + line[place + 1 :]) is None


@given(EVENTS, st.data())
def test_a_part_of_a_line_is_no_line(event: AnyEvent, data: st.DataObject) -> None:
    line = encode(event, 3, 1.0)[:-1]
    assert decode(line[: data.draw(st.integers(0, len(line) - 1))]) is None
    assert decode(line + line) is None


@given(st.binary())
def test_decode_never_raises(line: bytes) -> None:
    assert decode(line) is None
    assert decode_stamp(line) is None


def sealed(body: str, version: int = 1) -> bytes:
    """A line with a right checksum around anything."""
    head = b'{"v":%d,' % version + body.encode("utf-8", "surrogatepass")
    return head + b',"crc":"%08x"}' % crc32(head)


@pytest.mark.parametrize(
    "body",
    [
        '"kind":"from-the-future","n":3',
        '"kind":"finished","step":1',
        '"kind":"finished","step":"one","reason":"done","seconds":1,"final":{}',
        '"kind":"finished","step":1,"reason":"tired","seconds":1,"final":{}',
        '"kind":"failed","step":1,"reason":"crash","message":"\ud800"',
        '"kind":"started","experiment":{"a":' + "[" * 100_000 + "]" * 100_000 + "}",
        '"n":1',
        "",
        "}",
    ],
)
def test_a_sound_line_that_is_no_event_of_ours_is_none(body: str) -> None:
    assert decode(sealed(body)) is None


def test_a_line_of_an_unknown_kind_still_tells_its_position() -> None:
    stamp = decode_stamp(sealed('"kind":"from-the-future","n":3,"t":2.5,"more":[1]'))
    assert stamp is not None
    assert (stamp.n, stamp.t) == (3, 2.5)


def test_a_line_of_a_newer_version_is_not_guessed_at() -> None:
    body = '"kind":"paused","step":4'
    assert decode(sealed(body)) is not None
    assert decode(sealed(body, version=2)) is None


def test_unknown_keys_are_ignored() -> None:
    assert decode(sealed('"kind":"paused","step":4,"mood":"calm"')) is not None


def test_text_that_is_not_unicode_can_still_be_written() -> None:
    message = "caf\udce9"
    back = decode(encode(Failed(step=1, reason="crash", message=message), 0, 0.0))
    assert isinstance(back, Failed)
    assert back.message == "caf?"


def test_damage_by_blocks_is_noticed() -> None:
    """What a power cut leaves: zeros, or a block of another file."""
    generator = random.Random(0)
    values: list[float | None] = [generator.random() for _ in range(500)]
    line = encode(Metrics(series={"loss": (list(range(500)), values)}, seconds=1.0), 0, 0.0)
    assert decode(line) is not None
    assert decode(line[:4096] + bytes(len(line) - 4096)) is None
