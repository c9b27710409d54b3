"""The lab's own themes; Textual's are offered beside them in the palette."""

from __future__ import annotations

from textual.theme import Theme

THEMES = (
    Theme(
        name="lab-dark", primary="#56b4e9", secondary="#009e73", accent="#e69f00", warning="#e69f00", error="#f0655a",
        success="#3fbf7f", foreground="#d7dde5", background="#10141a", surface="#161b22", panel="#1d242d", dark=True,
        variables={"footer-key-foreground": "#56b4e9", "input-cursor-background": "#56b4e9"},
    ),
    Theme(
        name="lab-light", primary="#005b94", secondary="#00795a", accent="#a86200", warning="#a86200", error="#b3261e",
        success="#1a7f4b", foreground="#1d242d", background="#fbfaf7", surface="#f3f1ec", panel="#e6e3dc", dark=False,
        variables={"footer-key-foreground": "#005b94", "input-cursor-background": "#005b94"},
    ),
)
