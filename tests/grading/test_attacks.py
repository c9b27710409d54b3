"""Code that is out for a mark it did not earn, or to do harm: it gets no mark, does none, and the grader lives."""

from __future__ import annotations

import os
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from dltui.grading.exercise import Judged, Workshop
from dltui.lesson.tasks import Workpiece, workpiece
from dltui.places import lessons_dir
from dltui.text import FORBIDDEN

HERE = Path(__file__).parent
ATTACKS = sorted((HERE / "attacks").glob("*.py"))
HONEST = sorted((HERE / "honest").glob("*.py"))
CALM = "the grader's own file"
SECONDS = 1.5


@pytest.fixture(scope="module")
def piece() -> Workpiece:
    """A real exercise, with little time."""
    found = workpiece(lessons_dir(), "perceptron-update")
    return replace(found, task=replace(found.task, seconds=SECONDS))


@pytest.fixture(scope="module")
def shop(piece: Workpiece) -> Iterator[Workshop]:
    with pytest.MonkeyPatch.context() as patch, Workshop() as shop:
        patch.setenv("DLTUI_TEST_KEY", piece.solution)  # what leaks of the grader's environment would be the solution
        if missing := shop.missing():
            pytest.skip(f"this kernel does not have {', '.join(missing)}")
        yield shop


@pytest.fixture(scope="module")
def visitors() -> Iterator[tuple[int, list[object]]]:
    """A server, and who came."""
    came: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as local:
        local.bind("\0dltui-attack")
        local.listen()

        def serve(one: socket.socket) -> None:
            while True:
                try:
                    came.append(one.accept())
                except OSError:
                    return

        for one in (server, local):
            threading.Thread(target=serve, args=(one,), daemon=True).start()
        yield server.getsockname()[1], came
        for one in (server, local):
            one.shutdown(socket.SHUT_RDWR)


def test_there_are_enough() -> None:
    assert len(ATTACKS) >= 40 and len(HONEST) >= 10


@pytest.mark.parametrize("path", ATTACKS, ids=lambda path: path.stem)
def test_an_attack(
    path: Path, piece: Workpiece, shop: Workshop, visitors: tuple[int, list[object]], tmp_path: Path
) -> None:
    canary = tmp_path / "canary"
    canary.write_text(CALM)
    canary.chmod(0o600)
    port, came = visitors
    marks = {"@KEY@": str(lessons_dir() / "solutions" / "perceptron-update.py"), "@CANARY@": str(canary),
             "@PID@": str(os.getpid()), "@PORT@": str(port)}  # fmt: skip
    source = re.sub("|".join(marks), lambda found: marks[found[0]], path.read_text())
    judged = shop.judge(piece, source)
    assert judged.verdict.outcome == "wrong"
    assert judged.verdict.score == 0
    assert judged.failure is not None
    assert not FORBIDDEN.search(_told(judged))
    assert len(judged.printed) <= 64 * 1024
    assert [one.name for one in tmp_path.iterdir()] == ["canary"]
    assert canary.read_text() == CALM and canary.stat().st_mode & 0o777 == 0o600
    assert came == []
    assert shop.judge(replace(piece, task=replace(piece.task, seconds=60)), piece.solution).verdict.outcome == "right"


@pytest.mark.parametrize("path", HONEST, ids=lambda path: path.stem)
def test_an_honest_program(path: Path, piece: Workpiece, shop: Workshop) -> None:
    patient = replace(piece, task=replace(piece.task, seconds=60))  # many tests may share a core
    judged = shop.judge(patient, path.read_bytes())
    assert judged.failure is None
    assert judged.verdict.outcome == "right" and judged.verdict.score == 1


def _told(judged: Judged) -> str:
    failure = judged.failure
    assert failure is not None
    return "".join([judged.verdict.said, judged.printed, failure.said, failure.expected, failure.got])
