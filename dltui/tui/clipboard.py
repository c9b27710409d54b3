"""Copying: through the terminal to the learner's own clipboard, over SSH and tmux too, and into a file beside it, since
no terminal says whether it took anything."""

from __future__ import annotations

import os
from base64 import b64encode
from typing import Any

from textual.app import App

from dltui.places import ensure, state_dir
from dltui.text import clean

FILE = "copied.txt"
MOST = 74_994
"""Bytes that an OSC 52 may hold for all terminals that know it."""


def copied(app: App[Any], text: str) -> str:
    """Copy, and say in a sentence where it is now."""
    app.copy_to_clipboard(text)
    size = len(text.encode())
    way = "OSC 52, which tmux may have to allow" if os.environ.get("TMUX") else "OSC 52"
    sent = f"Sent to the terminal's clipboard ({way})"
    if size > MOST:
        sent += f"; its {size} bytes are too many for some terminals"
    return f"{sent}. {_kept(text)}"


def through_tmux(text: str) -> str:
    """What tmux hands on to the terminal around it where `allow-passthrough` is on; it says nothing where it is not."""
    return f"\x1bPtmux;\x1b\x1b]52;c;{b64encode(text.encode()).decode()}\x07\x1b\\"


def _kept(text: str) -> str:
    path = state_dir() / FILE
    try:
        ensure(path.parent)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        return f"No file could be written as well: {error.strerror}."
    return f"If it does not arrive: {clean(str(path), lines=False)}"
