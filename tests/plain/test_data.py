from __future__ import annotations

import json
from pathlib import Path

import pytest
from mirror import Mirror, arrays, parts, serving, zipped

from dltui.cli import main
from dltui.engine import fetch
from dltui.lesson.datasets import DATASETS
from dltui.places import data_dir

MADE = arrays()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's folder, and small arrays that pass for MNIST."""
    monkeypatch.setenv("DLTUI_HOME", str(tmp_path / "home"))
    for function in (fetch.fetch, fetch.take):
        monkeypatch.setattr(function, "__defaults__", (*(function.__defaults__ or ())[:-1], parts(MADE)))


def test_the_list_names_every_set_and_what_is_not_here(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(DATASETS)
    assert [line.split()[0] for line in lines if "dltui data fetch mnist" in line] == ["mnist", "mnist-standardised"]
    assert lines[list(DATASETS).index("digits")].split()[1:5] == ["1297+500", "1×8×8", "10", "classes"]
    assert main(["data", "list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["name"] for row in rows if not row["here"]} == {"mnist", "mnist-standardised"}
    assert {row["target"] for row in rows} == {"class", "number", "none"}


def test_fetching_and_fetching_again(capsys: pytest.CaptureFixture[str]) -> None:
    with serving(Mirror(zipped(MADE))) as mirror:
        assert main(["data", "fetch", "mnist", "--mirror", mirror.url]) == 0
        said = capsys.readouterr()
        assert said.out.startswith("MNIST is now at ") and "SHA-256" in said.out
        assert said.err.splitlines() == [f"{name}: {len(content)} bytes" for name, content in mirror.files.items()]
        assert main(["data", "fetch", "mnist", "--mirror", mirror.url]) == 0
        assert capsys.readouterr().out.startswith("MNIST is at ")
        assert len(mirror.asked) == 4
    assert main(["data", "list"]) == 0
    assert "fetch" not in capsys.readouterr().out


def test_what_goes_wrong_is_told_with_the_ways_out(capsys: pytest.CaptureFixture[str]) -> None:
    with serving(Mirror({})) as mirror:
        assert main(["data", "fetch", "mnist", "--mirror", mirror.url]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    first, last = said.err.splitlines()
    assert first.endswith("the server answers 404 Not Found")
    assert "could not be had from any mirror" in last and "--from DIR" in last and "digits28" in last


def test_from_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, content in zipped(MADE).items():
        (tmp_path / name).write_bytes(content)
    assert main(["data", "fetch", "mnist", "--from", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith(f"MNIST is now at {data_dir()}")
    assert main(["data", "fetch", "mnist", "--from", str(tmp_path / "home")]) == 1
    assert "lacks train-images-idx3-ubyte" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["fetch"], "fetch what?"),
        (["fetch", "mnist", "--from", "no/such"], "no such file or folder"),
        (["fetch", "mnist", "--mirror", "file:///etc/"], "begins with https:// or http://"),
    ],
)
def test_orders_that_make_no_sense(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", *words]) == 2
    assert said in capsys.readouterr().err


def test_an_interruption_says_that_what_came_is_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(fetch, "download", interrupted)
    assert main(["data", "fetch", "mnist"]) == 130
    assert "goes on from there" in capsys.readouterr().err


def test_training_without_it_is_a_failed_run_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "lessons"
    folder.mkdir()
    (folder / "90-large.toml").write_text(
        'format = 1\nid = "large"\ntitle = "Large"\nminutes = 1\ngoals = ["train"]\n[[step]]\nid = "it"\ntitle = "It"\n'
        'kind = "experiment"\ndata = "mnist"\nmodel = [{ layer = "flatten" }, { layer = "linear", out = 10 }]\n'
        'loss = "cross_entropy"\noptimizer = { kind = "sgd", lr = 0.1 }\nsteps = 3\nbatch = 8\n',
        encoding="utf-8",
    )
    assert main(["train", "large/it", "--lessons", str(folder)]) == 1
    said = capsys.readouterr().err
    assert "`dltui data fetch mnist`" in said and "digits28" in said and "Traceback" not in said
    assert main(["train", "large/it", "--lessons", str(folder), "--set", "data=digits28", "--json"]) == 0
