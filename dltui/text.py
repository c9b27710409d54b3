"""Foreign text made safe: the one gate for everything that we did not write.

Lesson files, exception messages, file names, output of student code and environment values can hold characters that
move the cursor, write to the clipboard, reverse the reading direction or are not seen at all. Each of them becomes
U+FFFD, so that what was there is visible and does nothing. Markup (`[bold]`) is not handled here: never give foreign
text to a widget that reads markup.
"""

from __future__ import annotations

import re
import unicodedata

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
MARKS_PER_BASE = 8

FORBIDDEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 without tab and newline, DEL, C1
    "\u061c\u200e\u200f\u202a-\u202e"  # marks and embeddings of the reading direction; U+2066-9 are further down
    "\u180e\u200b-\u200d\ufeff"  # no width
    "\u2028\u2029"  # line and paragraph separators
    "\u2060-\u206f"  # word joiner, invisible operators, isolates, deprecated format characters
    "\ufff9-\ufffb"  # annotations between the lines
    "\U000e0000-\U000e007f"  # tags
    "\ud800-\udfff"  # surrogates without a partner: they cannot even be encoded
    "]"
)
"""Every character that `clean` replaces wherever it stands."""

_BREAKS = re.compile(r"[\t\n]")
_SPACES = re.compile(r"\s+")
_MAYBE_MARKS = re.compile(rf"[^\w\s\x00-\u02ff]{{{MARKS_PER_BASE + 1},}}")  # marks are neither words nor below U+0300


def clean(text: str, *, lines: bool = True) -> str:
    """`text` without any character of FORBIDDEN and with at most 8 combining marks on a base; the same object if there
    was nothing to do. Newlines and tabs stay; with `lines=False` each becomes a space. Idempotent.

    The zero-width joiner goes too, so an emoji that is a joined sequence (a family) falls into its parts.
    """
    if not text.replace("\n", "").isprintable() and FORBIDDEN.search(text):  # the first half is fast
        text = FORBIDDEN.sub(REPLACEMENT, text.replace("\r\n", "\n"))
    if not lines and _BREAKS.search(text):
        text = _BREAKS.sub(" ", text)
    if not text.isascii() and _MAYBE_MARKS.search(text):
        capped = _MAYBE_MARKS.sub(_capped, text)
        text = capped if len(capped) < len(text) else text  # a row of ═ looks like marks too: nothing to do
    return text


def one_line(text: str, width: int) -> str:
    """`text` cleaned, on one line, white space as single spaces, cut with … to at most `width` terminal cells.

    East Asian characters and emoji count two cells, combining marks one: never less than a terminal takes.
    """
    line = _SPACES.sub(" ", clean(text[: 8 * max(width, 0) + 1024], lines=False)).strip()
    if _cells(line) <= width:
        return line
    kept = line[: max(width - 1, 0)]
    while kept and _cells(kept) > width - 1:
        kept = kept[:-1]
    return kept.rstrip() + "…" if width > 0 else ""


def _capped(run: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for character in run[0]:
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks <= MARKS_PER_BASE:
            kept.append(character)
    return "".join(kept)


def _cells(line: str) -> int:
    if line.isascii():
        return len(line)
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line)
