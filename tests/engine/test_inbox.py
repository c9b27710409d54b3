from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import msgspec
import pytest

from dltui.engine.control import Order
from dltui.engine.inbox import LONGEST_LINE, Inbox
from dltui.journal.work import AnyWork, Check, Go, Keep, Pause, Resume, Single, Stop, Train


def job(run: str, hold: bool = False) -> Train:
    return Train(run=run, folder=f"/runs/{run}", lesson="l", experiment={}, hold=hold)


@pytest.fixture
def inbox() -> Inbox:
    return Inbox(-1)


class Pipe:
    """An inbox that listens, and the end to write to."""

    def __init__(self) -> None:
        reading, self.writing = os.pipe()
        self.inbox = Inbox(reading)
        self.inbox.listen()

    def say(self, *works: AnyWork) -> None:
        os.write(self.writing, b"".join(msgspec.json.encode(work) + b"\n" for work in works))

    def hang_up(self) -> None:
        os.close(self.writing)


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    yield Pipe()


def test_runs_come_out_in_order_and_a_new_one_stops_those_before(inbox: Inbox) -> None:
    for run in "abc":
        inbox.put(job(run))
    orders = []
    for run in "abc":
        found = inbox.next()
        assert found is not None
        assert found.work.run == run
        orders.append(found.control.order().kind)
    assert orders == ["stop", "stop", "go"]


def test_the_run_in_hand_is_stopped_by_the_next(inbox: Inbox) -> None:
    inbox.put(job("a"))
    first = inbox.next()
    assert first is not None
    assert not first.control.flag
    inbox.put(Resume(run="b", folder="/runs/b"))
    assert first.control.order() == Order("stop")


def test_commands_reach_the_run_they_name_waiting_or_in_hand(inbox: Inbox) -> None:
    inbox.put(job("a", hold=True))
    inbox.put(Go(run="a"))
    inbox.put(Pause(run="b"))
    found = inbox.next()
    assert found is not None
    assert found.control.order() == Order("go")
    for command, order in (
        (Pause(run="a"), Order("pause")), (Single(run="a", steps=3), Order("go", 3)), (Stop(run="x"), Order("go", 3)),
        (Stop(run="a"), Order("stop")),
    ):  # fmt: skip
        inbox.put(command)
        assert found.control.order() == order


def test_closing_stops_everything_and_takes_nothing_more(inbox: Inbox) -> None:
    inbox.put(job("a"))
    first = inbox.next()
    inbox.put(job("b"))
    inbox.close()
    inbox.put(job("c"))
    assert first is not None
    assert first.control.stopped
    second = inbox.next()  # it was asked for: its journal shall say that it was stopped
    assert second is not None
    assert second.control.stopped
    assert inbox.next() is None


def test_when_nobody_is_left_runs_are_left_alone_and_questions_dropped(inbox: Inbox) -> None:
    inbox.put(job("a"))
    first = inbox.next()
    inbox.put(Check(run="c", folder="/runs/c", check={}))
    inbox.put(Keep(run="a", on=False))
    inbox.hang_up()
    inbox.put(job("b"))
    assert first is not None
    assert (first.control.left, first.control.kept, first.control.stopped) == (True, False, False)
    assert inbox.next() is None
    inbox.close()


def test_whoever_waits_for_the_end_hears_of_it_and_whether_there_is_work_left() -> None:
    heard: list[bool] = []
    one = Inbox(-1, lambda: heard.append(one.idle))
    assert one.idle
    one.put(job("a"))
    one.close()
    assert heard == [False]
    assert one.next() is not None
    assert one.next() is None
    assert one.idle


def test_lines_come_in_pieces_and_the_end_closes(pipe: Pipe) -> None:
    line = msgspec.json.encode(job("a")) + b"\n"
    for start in range(0, len(line), 7):
        os.write(pipe.writing, line[start : start + 7])
    found = pipe.inbox.next()
    assert found is not None
    assert found.work.run == "a"
    pipe.hang_up()
    assert pipe.inbox.next() is None


@pytest.mark.parametrize(
    "rubbish",
    [b"", b"  ", b"no json", b'{"do":"dance","run":"a"}', b'{"do":"train"}', b"\xff\xfe", b"[" * 100_000,
     b'{"do":"stop"}', b'{"do":"single","run":1}', b"null", b'"\\u001b[2J"'],
)  # fmt: skip
def test_rubbish_is_noted_and_dropped(rubbish: bytes, pipe: Pipe, capfd: pytest.CaptureFixture[str]) -> None:
    os.write(pipe.writing, rubbish + b"\n")
    pipe.say(job("a"))
    found = pipe.inbox.next()
    assert found is not None
    assert found.work.run == "a"
    heard = capfd.readouterr().err
    assert heard.count("not a line of work") == (1 if rubbish.strip() else 0)
    assert "\x1b" not in heard
    assert len(heard) < 400
    pipe.hang_up()


def test_a_line_without_end_is_dropped_and_the_next_is_heard(pipe: Pipe, capfd: pytest.CaptureFixture[str]) -> None:
    def flood() -> None:
        for _ in range(3 * LONGEST_LINE // 4096):
            os.write(pipe.writing, b"x" * 4096)
        os.write(pipe.writing, b"\n")
        pipe.say(job("a"))

    flooding = threading.Thread(target=flood)
    flooding.start()
    found = pipe.inbox.next()
    flooding.join()
    assert found is not None
    assert found.work.run == "a"
    assert "longer than" in capfd.readouterr().err
    pipe.hang_up()


def test_the_entrance_of_the_engine_imports_no_torch() -> None:
    """It must listen before and while torch is imported."""
    code = "import sys, dltui.engine.inbox, dltui.engine.control; print(sorted({'torch', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
