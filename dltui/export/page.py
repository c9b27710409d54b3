"""A lesson as one HTML file that needs nothing else: no script, no fonts, no network."""

from __future__ import annotations

import re
from html import escape

from markdown_it import MarkdownIt

from dltui.export.lesson import markdown
from dltui.export.mathml import mathml
from dltui.lesson.prose import Formula, formulas
from dltui.lesson.records import Lesson
from dltui.plot.prose.inline import FIRST_PLACE, PLACE, PLACES

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = """\
:root { color-scheme: light dark; --ink: #1d242d; --paper: #fbfaf7; --faint: #e6e3dc; --link: #005b94 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #d7dde5; --paper: #10141a; --faint: #1d242d; --link: #7cc4ff } }
body { margin: 2rem auto; max-width: 46rem; padding: 0 1rem; font: 1.05rem/1.55 system-ui, sans-serif;
  color: var(--ink); background: var(--paper) }
a { color: var(--link) } h1, h2 { line-height: 1.2 } h2 { margin-top: 2.5rem }
pre, code { font-family: ui-monospace, monospace; background: var(--faint) }
pre { padding: .8rem; overflow-x: auto; font-size: .85rem; line-height: 1.25 }
code { padding: .1em .25em } pre code { padding: 0 }
table { border-collapse: collapse; margin: 1rem 0 } td, th { border: 1px solid currentColor; padding: .25rem .6rem }
blockquote { margin-left: 0; padding-left: 1rem; border-left: 3px solid var(--link) }
math { font-size: 1.1em } math[display=block] { margin: 1rem 0; overflow-x: auto }
nav ol { columns: 2; font-size: .95rem }"""


def html(lesson: Lesson, learner: str = "", pictures: bool = True) -> str:
    """The file. What lessons say is escaped; links lead nowhere but to https."""
    reader = MarkdownIt("commonmark", {"html": False, "typographer": True, "maxNesting": 12})
    reader.enable(["table", "smartquotes"]).disable(["html_block", "html_inline", "image", "reference", "autolink"])
    reader.validateLink = lambda url: url.startswith("https://")  # type: ignore[method-assign]  # its way to say so
    text = markdown(lesson, learner, pictures)
    found = formulas(text)[:PLACES]
    tokens = reader.parse(_marked(text, found))
    steps = iter(lesson.step)
    for token in tokens:
        if token.type == "heading_open" and token.tag == "h2" and token.level == 0:
            step = next(steps, None)
            token.attrSet("id", step.id if step is not None else "end")
    body = PLACE.sub(lambda match: _formula(found, match), reader.renderer.render(tokens, reader.options, {}))
    contents = "".join(f'<li><a href="#{step.id}">{escape(step.title)}</a></li>' for step in lesson.step)
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(lesson.title)}</title>\n'
        f"<style>\n{STYLE}\n</style>\n</head>\n<body>\n<main>\n<nav><ol>{contents}</ol></nav>\n{body}</main>\n</body>\n"
        "</html>\n"
    )


def _marked(text: str, found: list[Formula]) -> str:
    """One private character for each formula, so that Markdown reads nothing into them."""
    parts, at = [], 0
    for number, formula in enumerate(found):
        parts += [PLACE.sub("\ufffd", text[at : formula.start]), chr(FIRST_PLACE + number)]
        at = formula.end
    return "".join([*parts, PLACE.sub("\ufffd", text[at:])])


def _formula(found: list[Formula], match: re.Match[str]) -> str:
    formula = found[ord(match[0]) - FIRST_PLACE]
    return mathml(formula.tex, formula.display)
