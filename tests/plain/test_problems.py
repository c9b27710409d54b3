"""Every form carries file, place and words of every problem, whatever stands in them."""

from __future__ import annotations

import json

import pytest

from dltui.lesson.problem import Problem, problem
from dltui.plain.problems import FORMATS, formatted

EVIL = problem("a,b:c%.toml", (3, 7), "no\n::error::such key % “x”", "kind")
WHOLE = Problem("le sson.toml", 0, 0, "cannot be read")


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_to_say_is_well_formed(form: str) -> None:
    assert json.loads(formatted([], form)) is not None if form in ("json", "sarif") else formatted([], form) == ""


def test_an_annotation_is_one_line_with_three_properties() -> None:
    one, two = formatted([EVIL, WHOLE], "github").splitlines()
    assert one.startswith("::error file=a%2Cb%3Ac%25.toml,line=3,col=7::") and one.endswith("did you mean “kind”?")
    assert two == "::error file=le sson.toml,line=1,col=1::cannot be read"


def test_sarif_names_file_and_region() -> None:
    run = json.loads(formatted([EVIL, WHOLE], "sarif"))["runs"][0]
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert [place["artifactLocation"]["uri"] for place in places] == ["a,b:c%.toml", "le sson.toml"]
    starts = [(place["region"]["startLine"], place["region"]["startColumn"]) for place in places]
    assert starts == [(3, 7), (1, 1)]
    assert {result["ruleId"] for result in run["results"]} == {rule["id"] for rule in run["tool"]["driver"]["rules"]}


def test_json_and_text() -> None:
    assert json.loads(formatted([WHOLE], "json")) == [
        {"file": "le sson.toml", "line": 0, "column": 0, "message": "cannot be read", "hint": ""}
    ]
    assert formatted([EVIL, WHOLE], "text") == f"{EVIL}\n{WHOLE}"
