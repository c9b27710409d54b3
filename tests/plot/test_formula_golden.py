"""Formulas of the course as they are set, each looked at by a person. Run as a program, this file records them anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from dltui.plot.formula import ascii_line, block, line, spoken

GOLDEN = Path(__file__).with_name("formulas.txt")
RULE = "=" * 100
WIDTH = 96


def recorded() -> dict[str, str]:
    """TeX -> everything that is made of it."""
    entries = (entry.strip("\n").partition("\n\n") for entry in GOLDEN.read_text(encoding="utf-8").split(RULE))
    return {tex: made for tex, _, made in entries if tex}


def made_of(tex: str) -> str:
    rows = [str(block(tex, WIDTH)), "", f"line    {line(tex)}", f"ascii   {ascii_line(tex)}", f"spoken  {spoken(tex)}"]
    return "\n".join(rows)


def test_the_golden_file_is_rich() -> None:
    assert len(recorded()) >= 40


@pytest.mark.parametrize("tex", recorded())
def test_formulas_are_set_as_recorded(tex: str) -> None:
    assert made_of(tex) == recorded()[tex]


def test_no_two_formulas_are_spoken_alike() -> None:
    said = [spoken(tex) for tex in recorded()]
    assert len(set(said)) == len(said)


if __name__ == "__main__":  # records anew: read the difference before you keep it
    GOLDEN.write_text(
        f"\n{RULE}\n".join(f"{tex}\n\n{made_of(tex)}" for tex in recorded()) + "\n", encoding="utf-8", newline="\n"
    )
