"""`dltui export`: what can be named, and what is said where it cannot."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from dltui.cli import main
from dltui.commands.exits import Exit
from dltui.journal.events import Finished, Metrics, Started
from dltui.journal.folder import JOURNAL
from dltui.journal.writer import Writer
from dltui.lesson.find import course, folders
from dltui.lesson.records import Experiment


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With one run of mlp-xor/train-xor."""
    monkeypatch.setenv("DLTUI_HOME", str(tmp_path))
    entry = next(entry for entry in course(folders()).entries if entry.id == "mlp-xor")
    assert entry.lesson is not None
    step = next(step for step in entry.lesson.step if step.id == "train-xor" and isinstance(step, Experiment))
    folder = tmp_path / "state" / "runs" / "20260101-000000-000-mlp-xor-train-xor-0badcafe"
    folder.mkdir(parents=True)
    with Writer(folder / JOURNAL) as writer:
        writer.append(Started(run=folder.name, lesson="mlp-xor", step_id="train-xor", digest="", seed=0, device="cpu",
                              experiment=msgspec.to_builtins(step), device_reason="", threads=1, torch="2", steps=2,
                              parameters=1))  # fmt: skip
        writer.append(Metrics(series={"loss": ([1, 2], [1.0, 0.5])}, seconds=1.0))
        writer.append(Finished(step=2, reason="done", seconds=1.0, final={"loss": 0.5}))
    return tmp_path


@pytest.mark.parametrize("what", [[], ["0badcafe"], ["mlp-xor/train-xor"]])
def test_a_run_is_named_by_nothing_its_end_or_its_step(
    home: Path, what: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", *what, "--format", "csv"]) == Exit.FINE
    assert capsys.readouterr().out == "step,loss\n1,1\n2,0.5\n"


def test_a_file_is_not_written_over_unasked(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = home / "lesson.html"
    assert main(["export", "mlp-xor", "--format", "html", "--to", str(target)]) == Exit.FINE
    assert target.read_text().startswith("<!DOCTYPE html>")
    assert main(["export", "mlp-xor", "--to", str(target)]) == Exit.USAGE
    assert "--force" in capsys.readouterr().err
    assert main(["export", "mlp-xor", "--to", str(target), "--force"]) == Exit.FINE
    assert target.read_text().startswith("# ")


@pytest.mark.parametrize(("words", "said"), [
    (["mlp-xr"], "did you mean mlp-xor"),
    (["mlp-xor", "--format", "csv"], "csv is for runs"),
    (["0badcafe", "--format", "html"], "html is for lessons"),
    (["mlp-xor/spiral"], "there is no run of mlp-xor/spiral yet"),
])  # fmt: skip
def test_what_cannot_be_exported_is_said(
    home: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", *words]) == Exit.USAGE
    assert said in capsys.readouterr().err
