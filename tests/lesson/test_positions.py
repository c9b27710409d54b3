"""Every key and element has its place, in TOML written in all the ways there are."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dltui.lesson.positions import Path, positions


def paths(value: Any, path: Path = ()) -> list[Path]:
    """All keys and element numbers in a parsed document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, item in inner for found in [(*path, key), *paths(item, (*path, key))]]


# ── a document that is written while its places are noted ───────────────────────────────────────────────────────────

NAMES = st.text("abcxyz-_09", min_size=1, max_size=4)
ODD_NAMES = st.sampled_from(["", "a b", "a.b", "ü", 'a"b', "a#b", "[x]", "tab\t", "back\\slash", "a=b"])
WORDS = st.lists(st.sampled_from([*"ab ,#=[]{}'\"\\\n\té.", "'''", '"""']), max_size=12).map("".join)
SCALARS = [
    "1", "-2_000", "+0.5", "1e-3", "inf", "nan", "true", "false", "0xff", "1979-05-27", "1979-05-27 07:32:00",
    "1979-05-27T07:32:00-08:00", "07:32:00",
]  # fmt: skip
GAPS = ["", " ", "\n", "  \n ", " # ] , a comment = \"\n", "\t", "\r\n"]


@dataclass
class Writer:
    """Writes random TOML and notes the offset of each key and element by itself."""

    draw: st.DrawFn
    text: str = ""
    offsets: dict[Path, int] = field(default_factory=dict)

    def pick(self, choices: list[str]) -> str:
        return self.draw(st.sampled_from(choices))

    def key(self, path: Path, name: str) -> Path:
        path = (*path, name)
        self.offsets.setdefault(path, len(self.text))
        basic = name.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
        bare = name != "" and name.isascii() and name.replace("-", "a").replace("_", "a").isalnum()
        ways = [f'"{basic}"', *([name] if bare else []), *([f"'{name}'"] if "'" not in name else [])]
        self.text += self.pick(ways)
        return path

    def dotted(self, path: Path, names: list[str]) -> Path:
        for number, name in enumerate(names):
            self.text += self.pick(["", " "])
            if number:
                self.text += "." + self.pick(["", " "])
            path = self.key(path, name)
        return path

    def string(self) -> None:
        word = self.draw(WORDS)
        escaped = word.replace("\\", "\\\\").replace('"', '\\"')
        on_a_line = escaped.replace("\n", "\\n").replace("é", "\\u00e9")
        ways = [f'"{on_a_line}"', f'"""\\\n  {escaped}"""', f'"""\n{escaped}"""']
        if "'" not in word and "\n" not in word:
            ways.append(f"'{word}'")
        if "'''" not in word and not word.endswith("'"):
            ways += [f"'''{word}'''", f"'''\r\n{word}''''"]
        self.text += self.pick(ways)

    def names(self, depth: int) -> list[list[str]]:
        """Dotted names whose first parts differ."""
        unique = st.lists(st.one_of(NAMES, ODD_NAMES), max_size=3, unique=True)
        return [[name, *self.draw(st.lists(NAMES, max_size=depth))] for name in self.draw(unique)]

    def value(self, path: Path, depth: int = 2) -> None:
        kind = self.pick(["scalar", "string"] + ["array", "table"] * (depth > 0))
        if kind == "scalar":
            self.text += self.pick(SCALARS)
        elif kind == "string":
            self.string()
        elif kind == "array":
            self.array(path, depth)
        else:
            self.inline_table(path, depth)

    def array(self, path: Path, depth: int) -> None:
        length = self.draw(st.integers(0, 3))
        self.text += "[" + self.pick(GAPS)
        for number in range(length):
            self.offsets[*path, number] = len(self.text)
            self.value((*path, number), depth - 1)
            comma = "," if number < length - 1 else self.pick(["", ","])
            self.text += self.pick(GAPS) + comma + self.pick(GAPS)
        self.text += "]"

    def inline_table(self, path: Path, depth: int) -> None:
        self.text += "{"
        for number, names in enumerate(self.names(1)):
            self.text += ", " if number else " "
            inner = self.dotted(path, names)
            self.text += " = "
            self.value(inner, depth - 1)
        self.text += "}"

    def assignments(self, table: Path) -> None:
        for names in self.names(2):
            self.text += self.pick(["", "  ", "\t"])
            path = self.dotted(table, names)
            self.text += self.pick(["=", " = ", "\t=  "])
            self.value(path)
            self.text += self.pick(["\n", " # comment [x] = '\n", "\r\n", "\n\n"])


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[Path, int]]:
    writer = Writer(draw)
    writer.text += draw(st.sampled_from(["", "# first\n", "\n"]))
    writer.assignments(())
    for table in draw(st.lists(st.sampled_from(["T", "U", "V"]), max_size=2, unique=True)):
        writer.text += "[ "
        inner = writer.dotted((), [f"{table}{table}", *draw(st.lists(NAMES, max_size=2))])
        writer.text += " ] # end\n"
        writer.assignments(inner)
    for number in range(draw(st.integers(0, 3))):
        writer.text += "[["
        offset = len(writer.text)
        writer.key((), "STEPS")
        writer.text += "]]\n"
        element: Path = ("STEPS", number)
        writer.offsets[element] = offset
        writer.assignments(element)
        for inner_number in range(draw(st.integers(0, 2))):
            writer.text += "[[STEPS."
            writer.offsets[*element, "IN", inner_number] = len(writer.text)
            writer.key(element, "IN")
            writer.text += "]]\n"
            writer.assignments((*element, "IN", inner_number))
        if draw(st.booleans()):
            writer.text += "[STEPS."
            inner = writer.key(element, "SUB")
            writer.text += "]\n"
            writer.assignments(inner)
    return writer.text, writer.offsets


@given(documents())
def test_every_key_and_element_is_where_it_was_written(document: tuple[str, dict[Path, int]]) -> None:
    source, offsets = document
    found = positions(source)
    assert set(found) == set(paths(tomllib.loads(source)))
    for path, offset in offsets.items():
        line = source.count("\n", 0, offset) + 1
        column = offset - source.rfind("\n", 0, offset)
        assert found[path] == (line, column), path


# ── by hand ─────────────────────────────────────────────────────────────────────────────────────────────────────────

SOURCE = '''\
format = 1
"odd key".b = { c = [1, [2, 3]] }

[[step]]
id = "a"
[[step]]
id = "b"
  [[step.question]]
  id = "q"
  answer.value = 3
[part.one]
x = 1979-05-27 07:32:00
y = 2
'''


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("format",), (1, 1)),
        (("odd key",), (2, 1)),
        (("odd key", "b"), (2, 11)),
        (("odd key", "b", "c"), (2, 17)),
        (("odd key", "b", "c", 1), (2, 25)),
        (("odd key", "b", "c", 1, 1), (2, 29)),
        (("step",), (4, 3)),
        (("step", 0), (4, 3)),
        (("step", 1), (6, 3)),
        (("step", 1, "id"), (7, 1)),
        (("step", 1, "question", 0), (8, 10)),
        (("step", 1, "question", 0, "answer", "value"), (10, 10)),
        (("part", "one"), (11, 7)),
        (("part", "one", "y"), (13, 1)),
    ],
)
def test_by_hand(path: Path, place: tuple[int, int]) -> None:
    assert positions(SOURCE)[path] == place


def test_the_nearest_that_is_written() -> None:
    assert positions(SOURCE).nearest(("step", 1, "question", 0, "ask")) == (8, 10)
    assert positions(SOURCE).nearest(("title",)) == (1, 1)


@given(st.text(st.sampled_from(list("ab\n\t\"\\é'$")), min_size=1, max_size=20), st.data())
def test_a_character_inside_a_text(word: str, data: st.DataObject) -> None:
    """Mark one character, write the text in each way, and find the mark again."""
    index = data.draw(st.integers(0, len(word)))
    text = word[:index] + "§" + word[index:]
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    ways = [
        '"' + escaped.replace("\n", "\\n").replace("é", "\\U000000e9") + '"',
        f'"""\n{escaped}"""',
        f'"""{escaped[0] if text[0] not in chr(92) + chr(34) + chr(10) else "x"}\\\n   \n  {escaped}"""',
        '"""\r\n' + escaped.replace("\n", "\r\n") + '"""',
    ]
    if "'" not in text:
        ways.append(f"'''\n{text}'''")
    for way in ways:
        source = f"first = 1\nx = {way}\n"
        value = tomllib.loads(source)["x"]
        line, column = positions(source).inside(("x",), value.index("§"))
        assert source.splitlines(keepends=True)[line - 1][column - 1] == "§", (source, line, column)


def test_inside_what_is_no_text() -> None:
    assert positions("a = 1\nb = 22").inside(("b",), 5) == (2, 1)
