"""Lessons as pages: whole, safe, and without keys."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

from dltui.export.lesson import markdown
from dltui.export.mathml import mathml
from dltui.export.page import html
from dltui.lesson.find import course, folders
from dltui.lesson.records import Choice, Lesson, Multi, Quiz, Reading
from dltui.lesson.variants import instance

LESSONS = [entry.lesson for entry in course(folders()).entries if entry.lesson is not None]
MATH = re.compile(r"<math.*?</math>", re.DOTALL)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_every_lesson_is_exported_whole_and_without_keys(lesson: Lesson) -> None:
    page, text = html(lesson, "ada", pictures=False), markdown(lesson, "ada", pictures=False)
    assert "\ufffd" not in page and not re.search("[\ue000-\uf8ff]", page)
    for step in lesson.step:
        assert f'id="{step.id}"' in page and f'href="#{step.id}"' in page
        for question in step.question if isinstance(step, Quiz) else ():
            asked = instance(question, "ada")
            assert asked.ask.strip().split("\n")[0].replace("<", "&lt;")[:20].split("$")[0] in text.replace("<", "&lt;")
            options = asked.options if isinstance(asked, Choice | Multi) else []
            for secret in (asked.explain, *asked.hints, *(option.why for option in options)):
                assert len(secret) < 30 or secret.strip() not in text
    for formula in MATH.findall(page):
        ElementTree.fromstring(formula)
    assert "<code>\\" not in page  # a formula that could not be set


def test_what_looks_like_html_stays_text() -> None:
    nasty = "<img src=x onerror=alert(1)> [x](javascript:alert(1)) `<b>` $a<b$ & <https://example.org>"
    lesson = replace(LESSONS[0], title="<i>", step=[Reading(id="a", title="</h2><script>", text=nasty)])
    page = html(lesson)
    assert not re.search("<(img|script|i|b|a href=.javascript)[ >]", page)
    assert "&lt;img" in page and "<code>&lt;b&gt;</code>" in page and "<mo>&lt;</mo>" in page
    text = markdown(lesson)
    assert "<img" not in text and "`<b>`" in text and "$a<b$" in text


@pytest.mark.parametrize(("tex", "made"), [
    (r"\frac{1}{1+e^{-x}}", "<mfrac>"),
    (r"\sum_{i=0}^{2} w_i", "<munderover><mo>∑</mo>"),
    (r"\sqrt[3]{x}", "<mroot>"),
    (r"\hat{y}_t", "<msub>"),
    (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", "<mtable"),
    (r"\underbrace{a+b}_{c}", "<munder>"),
])  # fmt: skip
def test_formulas_become_mathml(tex: str, made: str) -> None:
    element = mathml(tex, display=True)
    assert made in element
    assert ElementTree.fromstring(element).get("alttext")


def test_a_formula_that_cannot_be_read_is_shown_as_it_is() -> None:
    assert mathml(r"\nonsense{<}", display=False) == r"<code>\nonsense{&lt;}</code>"
