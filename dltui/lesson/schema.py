"""The JSON Schema of lesson files, for editors that complete and check while an author types.

A copy lies in `assets/lesson.schema.json`. Even Better TOML and taplo use it for a file whose first line is
`#:schema ../assets/lesson.schema.json`. It says what one field may hold; how fields belong together only `lint` knows.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from typing import Any

import msgspec

from dltui.lesson import challenges, layers, learning, questions, records
from dltui.lesson.bugs import BUGS, HONEST
from dltui.lesson.datasets import DATASETS
from dltui.lesson.explorers import EXPLORERS
from dltui.lesson.fields import Record

Plain = dict[str, Any]

DIALECT = "http://json-schema.org/draft-07/schema#"
"""What taplo reads; nothing newer is used."""


MODULES = (layers, learning, challenges, questions, records)
RECORDS: Plain = {name: one for module in MODULES for name, one in vars(module).items()}


def schema() -> Plain:
    """As plain data, ready for `json.dumps`."""
    told = {place: said for module in MODULES for place, said in _docstrings(module).items()}
    made = msgspec.json.schema(records.Lesson)
    definitions: Plain = {}
    for name, definition in made["$defs"].items():
        fields = {key: _field(form, _said(told, name, key)) for key, form in definition["properties"].items()}
        definitions[name] = {**definition, "title": _title(RECORDS[name]), "properties": fields}
    for step in ("Experiment", "GradientCheck", "Challenge"):
        definitions[step]["properties"]["data"]["enum"] = list(DATASETS)
    for breaking in ("GradientCheck", "Round"):
        definitions[breaking]["properties"]["bug"]["enum"] = [HONEST, *BUGS]
    definitions["Explorer"]["properties"]["explorer"]["enum"] = list(EXPLORERS)
    lesson = definitions.pop("Lesson")
    return {"$schema": DIALECT, **lesson, "title": "A lesson of dltui", "$defs": definitions}


def _title(record: type[Record]) -> str:
    """`conv2d layer`, `optimizer`"""
    families = (records.Layer, records.Step, records.Question)
    family = next((one.__name__.lower() for one in families if issubclass(record, one)), "")
    return f"{record.__struct_config__.tag} {family}" if family else record.__name__.lower()


def _field(form: Plain, said: str) -> Plain:
    """The schema of one field with its description, without null, which TOML does not have."""
    alternatives = [one for one in form.get("anyOf", ()) if one != {"type": "null"}]
    rest = {key: value for key, value in form.items() if key not in ("anyOf", "discriminator", "description")}
    if len(alternatives) == 1:
        rest |= alternatives[0]
    elif alternatives:
        rest["anyOf"] = alternatives
    if rest.get("default", "") is None:
        del rest["default"]
    if "items" in rest:
        rest["items"] = _field(rest["items"], "")
    notes = [said, f"({form['description']})" if "description" in form else ""]
    words = " ".join(filter(None, notes))
    if "$ref" in rest:  # beside which a description would not count
        rest = {"allOf": [{"$ref": rest.pop("$ref")}], **rest} if words else rest
    return {"description": words, **rest} if words else rest


def _said(told: dict[tuple[str, str], str], record: str, field: str) -> str:
    """The docstring of a field, of this record or of the one it inherits from."""
    if field in ("layer", "kind") and (record, field) not in told:
        return f"Which {field} this is."
    kind = RECORDS[record]
    return next((told[base.__name__, field] for base in kind.__mro__ if (base.__name__, field) in told), "")


def _docstrings(module: Any) -> dict[tuple[str, str], str]:
    """(class, field) -> the string below the field, on one line."""
    tree = ast.parse(inspect.getsource(module))
    kinds = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return {(kind.name, field): said for kind in kinds for field, said in _strings(kind)}


def _strings(kind: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, below in zip(kind.body, kind.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(below, ast.Expr):
            yield field.target.id, " ".join(str(ast.literal_eval(below.value)).split())
