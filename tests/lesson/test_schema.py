"""The schema says of every field what it is for, refers to nothing that is not there, and is shipped as it is."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dltui.lesson.schema import schema
from dltui.places import assets_dir, lessons_dir

WHOLE = Path(__file__).parent / "data" / "whole.toml"
MADE = schema()
TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str, "object": dict, "array": list, "boolean": bool, "integer": int, "number": (int, float),
}  # fmt: skip


def faults(value: Any, form: dict[str, Any], path: str = "") -> Iterator[str]:
    """What a validator of JSON Schema would say, for the keywords that are used."""
    form = resolved(form)
    if "anyOf" in form and all([*faults(value, one)] for one in form["anyOf"]):
        yield f"{path}: no alternative"
    kind = form.get("type")
    if kind and (not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "boolean")):
        yield f"{path}: no {kind}"
        return
    if "enum" in form and value not in form["enum"]:
        yield f"{path}: not in {form['enum']}"
    if "pattern" in form and not re.search(form["pattern"], value):
        yield f"{path}: pattern"
    if value_too(value, form):
        yield f"{path}: bounds"
    if isinstance(value, dict):
        yield from (f"{path}: {key} is missing" for key in form.get("required", ()) if key not in value)
        for key, item in value.items():
            inner = form.get("properties", {}).get(key, form.get("additionalProperties", True))
            if inner is False:
                yield f"{path}: {key} is unknown"
            elif isinstance(inner, dict):
                yield from faults(item, inner, f"{path}.{key}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from faults(item, form.get("items", {}), f"{path}.{number}")


def resolved(form: dict[str, Any]) -> dict[str, Any]:
    for part in form.get("allOf", ()):
        form = {**form, **resolved(part)}
    if "$ref" in form:
        return resolved(MADE["$defs"][form["$ref"].removeprefix("#/$defs/")])
    return form


def value_too(value: Any, form: dict[str, Any]) -> bool:
    size = len(value) if isinstance(value, list | str) else value if isinstance(value, int | float) else 0
    low = form.get("minimum", form.get("minItems", size))
    high = form.get("maximum", form.get("maxItems", form.get("maxLength", size)))
    return not low <= size <= high or size == form.get("exclusiveMinimum") or size == form.get("exclusiveMaximum")


@pytest.mark.parametrize("path", [WHOLE, *sorted(lessons_dir().glob("*.toml"))], ids=lambda path: path.name)
def test_sound_lessons_fit(path: Path) -> None:
    assert [*faults(tomllib.loads(path.read_text(encoding="utf-8")), MADE)] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('title = "Training"', 'titel = "Training"'),
        ("minutes = 20", "minutes = 0"),
        ('id = "whole"', 'id = "Whole"'),
        ('data = "digits"', 'data = "digit"'),
        ('explorer = "perceptron"', 'explorer = "percepton"'),
        ("epochs = 15", 'epochs = "ten"'),
        ('layer = "relu"', 'layer = "rellu"'),
        ("p = 0.1", "p = 1.0"),
    ],
)
def test_mistakes_do_not_fit(old: str, new: str) -> None:
    text = WHOLE.read_text(encoding="utf-8")
    assert old in text
    assert [*faults(tomllib.loads(text.replace(old, new)), MADE)] != []


def definitions() -> list[tuple[str, dict[str, Any]]]:
    return [("Lesson", MADE), *MADE["$defs"].items()]


@pytest.mark.parametrize(("name", "form"), definitions(), ids=[name for name, _ in definitions()])
def test_everything_is_described(name: str, form: dict[str, Any]) -> None:
    assert form["description"] and form["title"] and form["additionalProperties"] is False
    for key, field in form["properties"].items():
        assert len(field.get("description", "")) > 10, f"{name}.{key} tells an author nothing"


def test_what_it_refers_to_is_there() -> None:
    referred = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(MADE)))
    assert referred == set(MADE["$defs"])


def test_toml_has_no_null() -> None:
    assert "null" not in json.dumps(MADE)


def test_the_shipped_copy_is_current() -> None:
    """If not: dltui schema > assets/lesson.schema.json"""
    assert (assets_dir() / "lesson.schema.json").read_text() == json.dumps(MADE, indent=1) + "\n"
