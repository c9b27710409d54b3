"""Whether a terminal shows more than ASCII, told by its name and its locale."""

from __future__ import annotations

import io
import sys

import pytest

from dltui.plain.streams import secure, settle, takes


class Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environ", "ascii"),
    [({"LANG": "de_DE.ISO-8859-1"}, True), ({"LC_ALL": "de_DE.iso885915@euro", "LANG": "C.UTF-8"}, True),
     ({"LC_ALL": "C.UTF-8", "LANG": "de_DE.ISO-8859-1"}, False), ({"LANG": "en_GB.utf8"}, False),
     ({"LC_ALL": "C"}, False),
     ({}, False), ({"TERM": "linux"}, True), ({"TERM": "vt220"}, True), ({"TERM": "xterm"}, False)],
)
def test_terminals_that_have_ascii_alone_get_it(
    environ: dict[str, str], ascii: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    secure()
    monkeypatch.setattr(sys, "stdout", Terminal(io.BytesIO(), encoding="utf-8"))
    monkeypatch.setattr(sys, "stderr", Terminal(io.BytesIO(), encoding="utf-8"))
    settle(None, environ)
    assert takes(sys.stdout) is not ascii
    settle(not ascii, environ)
    assert takes(sys.stdout) is ascii


def test_files_get_everything_whatever_the_terminal_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="utf-8"))
    settle(None, {"TERM": "vt100"})
    assert takes(sys.stdout)
