"""Files that are no mistake but an attack, or noise: problems, quickly, and nothing that a terminal would obey."""

from __future__ import annotations

import copy
import random
import re
import time
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dltui.lesson.annotations import Fitting, type_of
from dltui.lesson.load import loads
from dltui.lesson.problem import MOST_PROBLEMS, Report
from dltui.lesson.records import Lesson
from dltui.text import FORBIDDEN

WHOLE = (Path(__file__).parent / "data" / "whole.toml").read_text(encoding="utf-8")
SECONDS = 2.0
"""What one file may take at most; a usual one takes a hundredth of that."""
PIECES = [
    *"\"'\\[]{}.=,\n\t#$ -0e", "'''", '"""', "\\u001b", "\\u202e", "\x1b]52;c;aGk=\x07", "\x9b2J", "[[step]]\n",
    "inf", "nan", "1e999", "-1", "9" * 30, "0x" + "f" * 40, "true", "1979-05-27", "kind", "\u200b", "\u0301" * 12, "é",
    "\\theta", "$", "$$", "\ud800", "\x00", "layer = ", 'id = "a"\n', "\r\n", "{ }", "[ ]", "''", "_", "🙂", "[a.",
]  # fmt: skip


VALUES: list[Any] = [
    0, 1, -1, 2.5, 0.5, 700, True, False, "", "a", "x y", "relu", "adam", [], {}, [1], [0.1, 0.2], ["a", "b"], {"a": 1},
    {"kind": "read"}, {"layer": "relu"}, "x" * 400, [{"text": "a"}, {"text": "b"}], ["loss"] * 3,
]  # fmt: skip


def mutated(chance: random.Random) -> str:
    """The head of the lesson and one of its steps after one to three edits: of letters, which mostly break the TOML, of
    values and of lines."""
    head, *steps = re.split(r"(?m)^(?=\[\[step\]\])", WHOLE)
    lines = (head + chance.choice(steps)).splitlines(keepends=True)
    for _ in range(chance.choice([1, 1, 2, 3])):
        at = chance.randrange(len(lines))
        match chance.randrange(5):
            case 0:
                line = lines[at]
                start = chance.randrange(len(line))
                new = chance.choice(PIECES) * chance.choice([1, 1, 1, 50])
                lines[at] = line[:start] + new + line[start + chance.choice([0, 0, 1, 5]) :]
            case 1:
                del lines[at : at + chance.choice([1, 1, 1, 5])]
            case 2:
                lines.insert(at, chance.choice(lines))
            case 3:
                new = f"= {chance.choice(VALUES)!r}".lower()
                lines[at] = re.sub(r"= .*?(?=[,}\n])", lambda _, new=new: new, lines[at], count=1)
            case 4:
                lines[at] = re.sub(r"\w+", lambda word: word[0][::-1], lines[at], count=chance.randint(1, 3))
        lines = lines or ["\n"]
    return "".join(lines)


def mutated_bytes(chance: random.Random) -> bytes:
    data = bytearray(WHOLE.encode())
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(data))
        data[at : at + chance.choice([0, 1, 1, 3])] = chance.randbytes(chance.choice([0, 1, 1, 2]))
    return bytes(data)


def holds(source: bytes | str) -> bool:
    """Whether it is a lesson; in any case it took no time and told nothing dangerous."""
    start = time.process_time()
    loaded = loads(source, "fuzz.toml", lambda tex: "unknown \\sum" if "sum" in tex else None)
    assert time.process_time() - start < SECONDS
    assert (loaded.lesson is None) == bool(loaded.problems)
    for problem in loaded.problems:
        assert not FORBIDDEN.search(str(problem)) and "\n" not in str(problem) and len(str(problem)) < 1000
        str(problem).encode()
    if loaded.lesson is not None:
        assert not FORBIDDEN.search(str(loaded.lesson))
    return loaded.lesson is not None


@pytest.mark.parametrize("seed", range(10))
def test_mutated_lessons(seed: int) -> None:
    chance = random.Random(seed)
    sound = [holds(mutated(chance) if number % 5 else mutated_bytes(chance)) for number in range(500)]
    assert 10 < sum(sound) < 300  # else the mutations test nothing, or break nothing


HOSTILE = {
    "dotted key": "a." * 20_000 + "b = 1",
    "dotted header": "[" + "a." * 20_000 + "b]",
    "dotted list header": "[[" + "a . " * 20_000 + "b]]",
    "dotted key in braces": "x = {" + '"a".' * 20_000 + "b = 1}",
    "many dotted keys": "".join(f"k{i}" + ".a" * 15 + "=1\n" for i in range(7000)),
    "many dotted headers": "".join("[" + "a." * 14 + f"k{i}]\nx=1\n" for i in range(5800)),
    "deep list": "a = " + "[" * 100_000,
    "deep braces": "a = " + "{a=" * 50_000,
    "deep values": "a = " + "[" * 25 + "]" * 25,
    "many digits": "a = " + "1" * 200_000,
    "many hexadecimal digits": "a = 0x" + "f" * 200_000,
    "many keys": "".join(f"k{i} = 1\n" for i in range(25_000)),
    "many like one": "".join(f"titl{i} = 1\n" for i in range(20_000)),
    "long key": "a" * 250_000 + " = 1",
    "long quoted key": '"' + "title" * 50_000 + '" = 1',
    "many steps": "[[step]]\n" * 29_000,
    "steps of one id": '[[step]]\nid="a"\n' * 900,
    "long list": "needs = [" + '"a",' * 60_000 + "]",
    "long needs": "needs = [" + '"a",' * 1000 + "]",
    "list of lists": "needs = [" + "[" + "1," * 250 + "]," * 1 + "[],".join([""] * 900) + "]",
    "long text": 'title = "' + "x" * 250_000 + '"',
    "text of dollars": "[[step]]\ntext = '" + "$" * 8000 + "'\n",
    "text of backticks": "[[step]]\ntext = '" + "` ``" * 2000 + "$x$'\n",
    "lost backslashes": '[[step]]\ntext = "$' + "\\nu " * 2000 + '"\n',
    "new lines that look lost": "[[step]]\ntext = '''$" + "\nu " * 2500 + "'''\n",
    "quotes": '"' * 250_000,
    "open texts": '"""a' * 60_000,
    "escapes": 'title = "' + "\\u0041" * 40_000 + '"',
    "backslashes": 'title = "' + "\\" * 250_000,
    "control characters": 'title = "' + "\\u001b" * 1300 + '"',
    "marks": 'title = "a' + "\u0301" * 8000 + '"',
    "carriage returns": "a = 1\r" * 40_000,
    "too large": "#" * 300_000,
    "nothing": "",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files(name: str) -> None:
    assert not holds(HOSTILE[name])


@pytest.mark.parametrize("name", ["many keys", "many steps", "control characters"])
def test_not_more_problems_than_anyone_reads(name: str) -> None:
    assert len(loads(HOSTILE[name], "a").problems) <= MOST_PROBLEMS + 1


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"title = \"\xe9\"", "a:1:10: byte 0xE9 is no UTF-8: save the file as UTF-8"),
        (b"\n\ntitle = \"\xc3\xa9\xff\"", "a:3:11: byte 0xFF is no UTF-8: save the file as UTF-8"),
        (b"\xef\xbb\xbfformat = 1", "a:1:1: the file starts with a byte order mark: save it as UTF-8 without one"),
        ("x=1\n" + "a." * 16 + "b = 1", "a:2:32: a dotted key has at most 16 parts"),
        ("a = " + "[" * 40, "a:1:37: brackets are nested more than 32 deep"),
        ("a = 1\nb = " + "1" * 5000, "a:2:5: a number has too many digits"),
    ],
)
def test_what_is_refused_before_it_is_read(source: bytes | str, message: str) -> None:
    assert [str(problem) for problem in loads(source, "a").problems] == [message]


# ── the walk over the annotations and msgspec agree ─────────────────────────────────────────────────────────────────

def places(value: Any) -> list[tuple[Any, Any]]:
    """Each (container, key) in a document."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    return [found for key in keys for found in [(value, key), *places(value[key])]]


@pytest.mark.parametrize("seed", range(5))
def test_what_fits_is_what_msgspec_takes(seed: int) -> None:
    """But for empty texts and line breaks, of which msgspec knows nothing."""
    chance = random.Random(seed)
    document = tomllib.loads(WHOLE)
    agreed = 0
    for _ in range(120):
        changed = copy.deepcopy(document)
        container, key = chance.choice(places(changed))
        if chance.random() < 0.2:
            del container[key]
        elif isinstance(container, dict) and chance.random() < 0.1:
            container["other"] = 1
        else:
            container[key] = copy.deepcopy(chance.choice([value for value in VALUES if value != ""]))
        report = Report("a", "")
        fits = Fitting(report).fits(changed, type_of(Lesson), ())
        try:
            msgspec.convert(changed, Lesson)
            taken = True
        except msgspec.ValidationError:
            taken = False
        assert fits == taken == (not report.problems()), changed
        agreed += taken
    assert 10 < agreed < 110
