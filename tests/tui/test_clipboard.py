"""Copying: to the terminal, through tmux, into a file, and told."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from played import make_lab, play, until
from textual.pilot import Pilot

from dltui.tui.clipboard import MOST, copied, through_tmux
from dltui.tui.source import SourceScreen

CODE = "\n".join(f"layer_{number} = nn.Linear(2, {number})" for number in range(90))


def test_code_is_copied_and_kept_and_scrolled_as_in_vi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLTUI_HOME", str(tmp_path))
    monkeypatch.delenv("TMUX", raising=False)

    async def scene(pilot: Pilot[Any]) -> None:
        pilot.app.push_screen(SourceScreen("code", CODE))
        await until(pilot, lambda: isinstance(pilot.app.screen, SourceScreen) and pilot.app.screen.focused is not None,
                    "the code")
        frame = pilot.app.screen.focused
        assert frame is not None
        await pilot.press("y")
        await until(pilot, (tmp_path / "state" / "copied.txt").is_file, "the file")
        assert pilot.app.clipboard == CODE
        for key, wanted in (("G", frame.max_scroll_y), ("g", 0), ("d", frame.size.height // 2), ("u", 0)):
            await pilot.press(key)
            await until(pilot, lambda wanted=wanted: frame.scroll_y == wanted, key)

    play(make_lab(tmp_path), scene)
    assert (tmp_path / "state" / "copied.txt").read_text() == CODE


class Clipboard:
    text = ""

    def copy_to_clipboard(self, text: str) -> None:
        self.text = text


def test_what_happened_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLTUI_HOME", str(tmp_path))
    monkeypatch.setenv("TMUX", "/tmp/tmux-1000/default,1,0")
    app = Clipboard()
    said = copied(app, "x" * (MOST + 1))  # type: ignore[arg-type]  # the one method of an app it uses
    assert app.text and "tmux" in said and f"{MOST + 1} bytes" in said
    assert str(tmp_path / "state" / "copied.txt") in said
    (tmp_path / "blocked").write_text("")
    monkeypatch.setenv("DLTUI_HOME", str(tmp_path / "blocked"))
    assert "No file could be written" in copied(app, "x")  # type: ignore[arg-type]


def test_tmux_hands_it_on() -> None:
    sent = through_tmux("σ")
    assert sent.startswith("\x1bPtmux;\x1b\x1b]52;c;") and sent.endswith("\x07\x1b\\")
    assert base64.b64decode(sent.split(";")[3].partition("\x07")[0]).decode() == "σ"
