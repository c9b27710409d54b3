from __future__ import annotations

import json
from pathlib import Path

import pytest

from dltui.lesson.find import course
from dltui.places import lessons_dir
from dltui.plain.doctor import examine

LARGE = """
format = 1
id = "large"
title = "Large"
minutes = 1
goals = ["fit"]

[[step]]
id = "fit"
kind = "experiment"
title = "Fit"
data = "digits"
model = [ { layer = "flatten" }, { layer = "linear", out = 500 }, { layer = "relu" }, { layer = "linear", out = 10 } ]
loss = "cross_entropy"
optimizer = { kind = "adam", lr = 0.01 }
epochs = 1
batch = 100
"""


@pytest.fixture
def lessons(tmp_path: Path) -> Path:
    folder = tmp_path / "lessons"
    folder.mkdir()
    (folder / "01-large.toml").write_text(LARGE)
    return folder


def told(lessons: Path, capsys: pytest.CaptureFixture[str], code: int = 0) -> dict[str, object]:
    assert examine(course([lessons]), device="auto", as_json=True) == code
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def test_every_experiment_of_every_lesson_is_told_its_device(capsys: pytest.CaptureFixture[str]) -> None:
    found = told(lessons_dir(), capsys)
    experiments = found["experiments"]
    assert isinstance(experiments, list)
    assert {"lesson", "step", "device", "reason", "operations"} == set(experiments[0])
    assert len({(each["lesson"], each["step"]) for each in experiments}) == len(experiments) > 5


def test_a_server_can_be_rehearsed(
    lessons: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "server.json"
    file.write_text(json.dumps({"gpus": [{"name": "cuda:0", "title": "H200", "total": 150e9, "free": 90e9, "load": 0.4,
                                          "processes": 1}]}))  # fmt: skip
    monkeypatch.setenv("DLTUI_DEVICES", str(file))
    assert examine(course([lessons]), device="auto", as_json=False) == 0
    text = capsys.readouterr().out
    assert "cuda:0: H200, 90 GB free of 150 GB, 40% busy, 1 process\n" in text
    assert "PROBLEM" not in text
    assert "trains on       cuda:0 (rehearsal of cuda:0: the only GPU):\n                large/fit (" in text


def test_what_has_to_be_put_right_is_an_exit_code(
    lessons: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DLTUI_DEVICES", str(tmp_path / "none.json"))
    assert "No such file" in str(told(lessons, capsys, 1)["problems"])
    monkeypatch.delenv("DLTUI_DEVICES")
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DLTUI_HOME", str(tmp_path / "file"))
    assert "cannot be written" in str(told(lessons, capsys, 1)["problems"])


def test_foreign_text_is_cleaned(
    lessons: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "\x1b[2J0")
    monkeypatch.setenv("TERM", "\x1b]52;c;AA\x07")
    examine(course([lessons]), device="auto", as_json=False)
    assert "\x1b" not in capsys.readouterr().out
