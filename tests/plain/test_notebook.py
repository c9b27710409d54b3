"""The notebook in lines and for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from dltui.cli import main
from dltui.journal.events import Failed, Finished, Metrics, Started
from dltui.journal.folder import JOURNAL, path
from dltui.journal.progress import Predicted, ProgressWriter
from dltui.journal.writer import Writer
from dltui.lesson.change import apply
from dltui.lesson.find import course, find
from dltui.lesson.records import Experiment
from dltui.places import lessons_dir
from dltui.plot.notebook import table


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DLTUI_HOME", str(tmp_path))
    with ProgressWriter(tmp_path / "state" / "progress") as writer:
        writer.record(Predicted(lesson="mlp-xor", step_id="train-xor", guess=0.02))
    return tmp_path / "state"


def written(state: Path, number: int, *, compare: Sequence[int] = (), **changes: object) -> None:
    """A run of one lesson, or one for each seed; with `steps=400` one that failed."""
    entry, index = find(course([lessons_dir()]), "mlp-xor/train-xor")
    assert entry.lesson is not None
    own = entry.lesson.step[index]
    assert isinstance(own, Experiment)
    experiment = msgspec.to_builtins(apply(own, changes)) | ({"compare": {"seed": compare}} if compare else {})
    folder = path(state, f"2026010{number}-000000-000-mlp-xor-train-xor-0000000{number}")
    folder.mkdir(parents=True)
    begun = Started(run=folder.name, lesson="mlp-xor", step_id="train-xor", experiment=experiment, digest="", seed=0,
                    device="cpu", device_reason="", threads=1, torch="", steps=500, parameters=33)  # fmt: skip
    with Writer(folder / JOURNAL, clock=lambda: 1_767_225_600.0 + number) as writer:
        writer.append(begun)
        for variant, loss in enumerate((0.001, 0.002) if compare else (0.004,), 1 if compare else 0):
            final: dict[str, float | None] = {"loss": loss, "accuracy": 1.0}
            if compare:
                writer.append(msgspec.structs.replace(begun, variant=variant))
            writer.append(Metrics(variant=variant, series={"loss": ([1, 500], [0.7, loss])}, seconds=1.0))
            writer.append(Finished(variant=variant, step=500, reason="done", seconds=1.0, final=final))
        if changes.get("steps") == 400:
            writer.append(Failed(step=500, reason="crash", message="The engine died."))
        elif compare:
            writer.append(Finished(step=500, reason="done", seconds=2.0, final={}))


def test_runs_of_a_lesson_with_what_was_claimed_and_guessed(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(state, 1)
    written(state, 2, compare=[0, 1])
    written(state, 3, steps=400)
    assert main(["runs", "mlp-xor"]) == 0
    head, *rows, claim = capsys.readouterr().out.splitlines()
    assert head.split()[:3] == ["when", "step", "settings"] and head.split()[-2:] == ["claim", "guess"]
    assert [row.split()[3] for row in rows] == ["train-xor"] * 3
    assert "steps=400" in rows[0] and "failed" in rows[0] and not rows[0].rstrip().endswith("✓")
    assert "2 runs together" in rows[1] and rows[1].split()[-2:] == ["✓", "✓"]
    assert "as in the lesson" in rows[2] and "loss 0.004" in rows[2] and "█▁" in rows[2]
    assert claim == "mlp-xor/train-xor: accuracy >= 1.0 and loss <= 0.01"
    assert main(["runs", "mlp-xor/train-xor", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [each["held"] for each in told] == [None, True, True] and told[1]["told"] == pytest.approx(0.0015)
    assert [line["line"] for line in told[1]["final"]] == [told[1]["final"][0]["line"]] * 2
    assert told[2]["close"] is True and told[2]["settings"] == {}


def test_a_lesson_without_runs_and_a_name_that_is_none(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "seq-rnn"]) == 0
    assert "no runs of seq-rnn yet" in capsys.readouterr().out
    assert main(["runs", "zebra"]) == 2
    assert "no run" in capsys.readouterr().err


@pytest.mark.parametrize("width", [40, 57, 77, 100, 117, 200])
def test_a_table_is_never_wider_than_its_room(width: int) -> None:
    assert all(len(line) == width for line in table([], width))
