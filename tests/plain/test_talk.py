from __future__ import annotations

import codecs
import io

from dltui.plain import streams
from dltui.plain.streams import SPELT, Unfailing, takes
from dltui.plain.talk import LONGEST_ANSWER, Talk


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
