"""Mistakes in the TOML itself, in words for someone who does not know it by heart."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dltui.lesson.toml import MOST_BYTES, MOST_NESTED, MOST_PARTS, TomlError, decode, parse

BACKSLASH = "a backslash in \"…\" starts an escape: use '…' or '''…''' so that \\theta keeps its backslash"
NO_VALUE = 'not a value: a text needs quotes, as in "…"; true and false are lower-case'
NEITHER = "this is neither key = value nor a [table] nor a [[list of tables]]"
LEFT_OVER = "something is left over after the value"
CLOSED = "is this text closed? It runs over lines that look like keys"


def told(source: str) -> tuple[int, int, str]:
    with pytest.raises(TomlError) as error:
        parse(source)
    return (*error.value.place, error.value.message)


@pytest.mark.parametrize(
    ("source", "line", "column", "message"),
    [
        ('a = "x\n', 1, 7, "this text is not closed on its line; '''…''' may go over several"),
        ("a = 1\nb = '''x\ny\n", 2, 5, "this text is never closed"),
        ('a = 1\nb = """x\n\n', 2, 5, "this text is never closed"),
        ("a = 'x\nb = 1", 2, 6, "the text in '…' that starts above is not closed on its line"),
        (r'a = "\theta \sigma"', 1, 13, BACKSLASH),
        (r'a = "\underline"', 1, 6, BACKSLASH),
        ("a = True", 1, 5, NO_VALUE),
        ("title = Hello", 1, 9, NO_VALUE),
        ("a =\nb = 1", 1, 4, NO_VALUE),
        ("a = .5", 1, 5, NO_VALUE),
        ("x = ”quoted”", 1, 5, "texts stand in straight quotes: \"…\" or '…'"),
        ("a = 1 2", 1, 7, LEFT_OVER),
        ('a = "x" b = 1', 1, 9, LEFT_OVER),
        ("a 1", 1, 3, "= is missing after the key"),
        ("= 1", 1, 1, NEITHER),
        ("é = 1", 1, 1, NEITHER),
        ("a=1\na=2", 2, 4, "this key was given before"),
        ("[a]\nb=1\n[a]\n", 3, 3, "[a] was here before; for one more element of a list write [[a]]"),
        ("[a.b]\n[a.b]", 2, 5, "[a.b] was here before; for one more element of a list write [[a.b]]"),
        ("a=[1 2]", 1, 6, "a comma or ] is missing"),
        ("[a", 1, 3, "] is missing"),
        ("[[a]", 1, 4, "]] is missing"),
        ("a={b=1,b=2}", 1, 11, 'the key "b" was given before in these braces'),
        ("a={b=1 c=2}", 1, 8, "a comma or } is missing; braces are closed on the line where they are opened"),
        ("a={b=1,}", 1, 8, "there is no comma before }"),
        ("a=2024-13-45T00:00:00", 1, 7, LEFT_OVER),
        ("a=2024-02-30", 1, 3, "there is no such date"),
        ("a=" + "1" * 5000, 1, 3, "a number has too many digits"),
        ('a="\x00"', 1, 4, "this is no TOML: Illegal character '\\x00'"),
    ],
)
def test_messages(source: str, line: int, column: int, message: str) -> None:
    assert told(source) == (line, column, message)


@pytest.mark.parametrize(
    "source",
    [
        "a = '''\nlong\n[[step]]\nid = 'x'\nb = '''\nhello there\n'''\n",
        "a = '''\nlong\nb = 'x'\nc = '''\nhello\n'''\nd = 1\n",
        'a = """\nlong\n[step.predict]\nb = """\nhello\n"""\n',
    ],
)
def test_a_text_that_swallows_what_follows(source: str) -> None:
    """The parser complains where the next text starts; the mistake is where the first one should have ended."""
    assert told(source) == (1, 5, CLOSED)


def test_a_text_that_is_sound_is_not_blamed() -> None:
    assert told("a = '''\nx is 1\n'''\nb = yes\n") == (4, 5, NO_VALUE)


def test_limits_of_nesting_and_keys() -> None:
    assert parse("a = " + "[" * MOST_NESTED + "]" * MOST_NESTED)
    assert parse("a = [" + "[1], {}, " * MOST_NESTED + "]")
    assert parse("a." * (MOST_PARTS - 1) + "b = 1\n[c]\nd = [1.5, 2.5, 3.5" + ", 4.5" * 40 + "]")
    assert parse("# " + "a." * 100 + "\nb = '" + "a." * 100 + "'\nc = '''\n" + "[." * 100 + "'''")
    dotted = "a. " * MOST_PARTS + "b"
    for source in (f"{dotted} = 1", f"x = {{{dotted} = 1}}", f"[{dotted}]", f"[[{dotted}]]", f"x = [{{{dotted} = 1}}]"):
        assert "dotted key" in told(source)[2]
    assert "nested" in told("a = " + "[" * (MOST_NESTED + 1))[2]


def test_decoding() -> None:
    assert decode("é".encode()) == decode("é") == "é"
    assert decode("x" * MOST_BYTES)
    for source in ("x" * (MOST_BYTES + 1), "é" * (MOST_BYTES // 2 + 1), b"\xff", "\ufeffa = 1"):
        with pytest.raises(TomlError):
            decode(source)


@given(st.text(st.sampled_from(list("ab.=[]{}\"'\\#\n ,1é")), max_size=60))
def test_the_guard_takes_nothing_away(source: str) -> None:
    """Short texts never reach the limits: what tomllib takes is taken, what it refuses is refused."""
    try:
        document = tomllib.loads(source)
    except tomllib.TOMLDecodeError:
        with pytest.raises(TomlError):
            parse(source)
    else:
        assert parse(source) == document
