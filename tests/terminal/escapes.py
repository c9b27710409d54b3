"""What must never reach a terminal from a text that we did not write: one corpus for all tests."""

from __future__ import annotations

CORPUS: dict[str, str] = {
    "bell, backspaces": "ab\x07\x08\x08\x08zz",
    "carriage return": "harmless\rrm -rf /",
    "form feed, vertical tab": "a\x0cb\x0bc",
    "shift out": "a\x0eb\x0f",
    "NUL, DEL": "a\x00b\x7fc",
    "colour": "\x1b[31mred\x1b[0m",
    "clear": "\x1b[2J\x1b[H",
    "modes": "\x1b[?1049h\x1b[?1000h\x1b[?25l",
    "questions": "\x1b[6n\x1b[c\x1b[?2026$p\x1b[5n",
    "scroll region": "\x1b[5;6r\x1b[3S",
    "reset": "\x1bc",
    "half a sequence": "a\x1b[",
    "alone": "\x1b",
    "OSC 0, the title": "\x1b]0;owned\x07",
    "OSC 8, a link": "\x1b]8;;file:///etc/passwd\x1b\\click\x1b]8;;\x1b\\",
    "OSC 52, the clipboard": "\x1b]52;c;aGk=\x07",
    "DCS": "\x1bP$q\"p\x1b\\",
    "APC, a picture of kitty": "\x1b_Gf=100;AAAA\x1b\\",
    "PM, SOS": "\x1b^hidden\x1b\\\x1bXhidden\x1b\\",
    "C1: CSI": "\x9b31mred",
    "C1: OSC, DCS, APC": "\x9d52;c;aGk=\x9c\x90q\x9c\x9fG\x9c",
    "C1: next line": "a\x85b",
    "bidi override": "invoice\u202efdp.exe",
    "bidi isolates": "a\u2066b\u2067c\u2068d\u2069",
    "direction marks": "a\u200eb\u200fc\u061cd",
    "no width": "pass\u200bword\u200c\u200d\ufeff\u2060",
    "separators of lines": "a\u2028b\u2029c",
    "tags": "a\U000e0041\U000e007f",
    "annotations": "\ufff9a\ufffab\ufffb",
    "a tower of marks": "z" + "\u0301" * 200,
    "markup": "[bold red]x[/] [/nope] [@click=app.quit]y[/] [link=file:///etc/passwd]z[/link]",
    "GitHub": "::error file=x::owned %0A::set-output",
    "a formula of a spreadsheet": "=HYPERLINK(\"http://x\",\"y\")",
}
"""By what it is. The last three are harmless to a terminal and not to what reads its text."""
RAW: dict[str, bytes] = {
    "overlong escape": b"a\xc0\x9b[2J",
    "overlong NUL": b"a\xe0\x80\x80b",
    "lone continuation, raw C1": b"a\x9b31mb\x80",
    "cut short": b"a\xe2\x82",
    "a surrogate": b"a\xed\xa0\x80b",
    "beyond Unicode": b"a\xf5\x80\x80\x80b",
    "Latin-1": "naïve".encode("latin-1"),
}
"""Bytes that are no UTF-8."""
FIERCE = "".join(text for name, text in CORPUS.items() if "\x00" not in text)
"""All of it at once, as far as an environment or an argument can hold it."""


def in_toml(text: str) -> str:
    """As a TOML string that holds it, every character escaped."""
    return '"' + "".join(f"\\U{ord(character):08x}" for character in text) + '"'
