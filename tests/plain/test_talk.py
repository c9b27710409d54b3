from __future__ import annotations

import codecs
import io

import pytest

from dltui.plain import streams
from dltui.plain.streams import SPELT, Unfailing, takes
from dltui.plain.talk import LONGEST_ANSWER, Talk
from dltui.plot import heat
from dltui.plot.cells import Grid


def made(encoding: str, text: str = "") -> tuple[Talk, io.BytesIO]:
    codecs.register_error(SPELT, streams._spelt)
    out = io.BytesIO()
    target = io.TextIOWrapper(out, encoding, SPELT, write_through=True)
    return Talk(io.StringIO(text), target), out


def test_without_the_letters_everything_is_spelt_out() -> None:
    talk, out = made("ascii")
    assert talk.ascii
    talk.rule("Losses – “small”")
    talk.say("σ(x) ≤ …")
    talk.read("$\\frac{1}{2}$ \N{SNOWMAN}")
    said = out.getvalue().decode("ascii")
    assert said.startswith('-- Losses - "small" ---')
    assert "sigma(x) <= ..." in said
    assert "1/2 ?" in said


def test_with_them_nothing_is() -> None:
    talk, out = made("utf-8")
    talk.rule("a – b")
    assert out.getvalue().decode().startswith("── a – b ──")
    assert takes(io.TextIOWrapper(io.BytesIO(), "utf-8"))
    assert not takes(io.TextIOWrapper(io.BytesIO(), "latin-1"))


def test_answers_are_cleaned_cut_and_end() -> None:
    talk, out = made("utf-8", f"\x1b]52;c;aGk=\x07 2\n{'9' * (LONGEST_ANSWER + 5)}\n")
    assert talk.ask("? ") == "\ufffd]52;c;aGk=\ufffd 2"
    assert len(talk.ask("? ") or "") == LONGEST_ANSWER
    assert talk.ask("? ") == "99999"
    assert talk.ask("? ") is None
    assert talk.ask("? ") is None
    assert b"\x1b" not in out.getvalue()


def test_a_terminal_that_has_gone_is_the_end() -> None:
    class Gone(io.StringIO):
        def readline(self, size: int | None = -1) -> str:
            raise OSError(5, "Input/output error")

    assert Talk(Gone(), io.StringIO()).ask("? ") is None


def test_talk_that_cannot_be_written_is_lost_in_silence() -> None:
    with open("/dev/full", "wb", buffering=0) as full:  # noqa: PTH123
        talk = Unfailing(full, "utf-8", write_through=True)
        assert talk.write("so what") == 7
        talk.flush()
        print("more", file=talk)
        talk.detach()


def test_the_width_is_that_of_the_terminal_or_of_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    assert made("utf-8")[0].width == 78
    monkeypatch.setenv("COLUMNS", "40")
    talk, out = made("utf-8")
    assert talk.width == 38
    talk.tell("long words " * 9, "    ", first="  ")
    talk.item("  a  ", "an option that does not fit into one line of so few columns")
    rows = out.getvalue().decode().splitlines()
    assert all(len(row) <= 38 for row in rows)
    assert rows[0].startswith("  long") and rows[1].startswith("    long") and rows[-1].startswith("     ")


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_without_colours_no_escape_reaches_a_terminal(monkeypatch: pytest.MonkeyPatch, env: dict[str, str]) -> None:
    class Tty(io.StringIO):
        def isatty(self) -> bool:
            return True

    for name, value in env.items():
        monkeypatch.setenv(name, value)
    target = Tty()
    talk = Talk(io.StringIO(), target)
    assert talk.theme == "none"
    talk.rule("A heading")
    talk.read("**strong** `code` $x^2$")
    talk.show(heat.draw([[0.0, 1.0]], 0, 1, "grey", 6, 1, theme=talk.theme))
    assert "\x1b" not in target.getvalue() and "▀" not in target.getvalue()
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    coloured = Tty()
    Talk(io.StringIO(), coloured).rule("A heading")
    assert "\x1b[1m" in coloured.getvalue()


def test_for_ears_there_are_words_and_no_pictures() -> None:
    out = io.StringIO()
    talk = Talk(io.StringIO("x\n"), out, spoken=True)
    talk.rule("Losses")
    talk.read("Half of $\\frac{x^2}{2}$.")
    talk.say("3×3 ✓")
    talk.show(Grid(5, 2))
    talk.ask("h₁ >")
    assert out.getvalue().splitlines() == ["Losses", "Half of fraction, x squared, over, 2, end over.",
                                           "3 by 3 right", "h sub 1 > x"]  # fmt: skip
    assert talk.formula("x^2") == "x squared" and talk.words("of $x_1$\nand") == "of x sub 1 and"
    assert talk.formula("\\nonsense{") == "\\nonsense{", "what cannot be read stays"


def test_a_reader_that_has_gone_is_left_to_the_command_line() -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        Talk(io.StringIO(), Gone()).say("hello")
