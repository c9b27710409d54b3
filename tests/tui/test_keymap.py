"""Keys of the learner's own: what a file gives, what is wrong in it, and where the chosen keys are seen."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from played import begun, make_lab, place, play, text, until
from textual.binding import Binding
from textual.pilot import Pilot

from dltui.cli import main
from dltui.tui.experiment.pane import ExperimentPane
from dltui.tui.help import HelpScreen
from dltui.tui.keymap import named, read, template
from dltui.tui.keys import ROOMS, TOGETHER, every

MORE = "Keys that stay"


def chosen(tmp_path: Path, source: str) -> tuple[dict[str, str], list[str]]:
    file = tmp_path / "keys.toml"
    file.write_text(source)
    found = read(file)
    return dict(found.keys), [str(each).removeprefix(f"{file}:") for each in found.problems]


def test_keys_are_given_one_or_several_in_tables_or_with_dots(tmp_path: Path) -> None:
    keys, problems = chosen(tmp_path, 'experiment.train = "f5, U"\n[curves]\ncode = ["C", "ctrl+K"]\nlog = "i"\n')
    assert problems == []
    assert keys == {"experiment.train": "f5,U", "curves.code": "C,ctrl+k", "curves.log": "i"}


@pytest.mark.parametrize(("source", "said"), [
    ('experiment.trian = "t"', ["1:12: experiment.trian is no action", "“train”"]),
    ('experment.train = "f5"', ["1:1:", "no room", "“experiment”"]),
    ('train = "f5"', ["1:1:", "ROOM.NAME", "“experiment.train”"]),
    ('lesson.train = "f5"', ["1:8:", "“experiment.train”"]),
    ('[experiment]\ntrain = "esc"', ["2:1: experiment.train: no key is called", "“escape”"]),
    ('experiment.train = "fulstop"', ["“full_stop”"]),
    ("experiment.train = 5", ["expected keys", '"5"']),
    ('experiment.train = ""', ["expected keys"]),
    ('experiment = "t"', ["experiment.NAME"]),
    ('experiment.train = "ctrl+q"', ["leaves the lab"]),
    ('experiment.train = "n"', ["1:12:", '"n" is the key of lesson.next on the same screen']),
    ('experiment.train = "b"\nexperiment.stop = "b"', ["2:12:", '"b" is the key of experiment.train']),
    ('experiment.train = "ctrl+c"', ["the key of app.quit"]),
    ("experiment.train = t", ["1:20:", "quotes"]),
    ("\x1b[31m = 1", ["1:1"]),
])  # fmt: skip
def test_what_is_wrong_is_told_with_its_place_and_keeps_the_own_key(
    tmp_path: Path, source: str, said: list[str]
) -> None:
    keys, problems = chosen(tmp_path, source)
    assert len(problems) == 1 and all(part in problems[0] for part in said), problems
    assert "\x1b" not in problems[0]
    assert keys == ({"experiment.train": "b"} if "\"b\"" in source else {})


def test_two_actions_may_change_their_keys(tmp_path: Path) -> None:
    keys, problems = chosen(tmp_path, 'lesson.next = "p"\nlesson.previous = "n"\n')
    assert (keys, problems) == ({"lesson.next": "p", "lesson.previous": "n"}, [])


def test_an_entry_that_goes_may_take_another_with_it(tmp_path: Path) -> None:
    """`t` was free while `train` was on `n`, which is the key of the next step."""
    keys, problems = chosen(tmp_path, 'experiment.train = "n"\nexperiment.stop = "t"\n')
    assert keys == {} and len(problems) == 2


def test_no_file_and_one_that_is_no_file_leave_all_as_it_is(tmp_path: Path) -> None:
    assert read(tmp_path / "keys.toml") == ({}, ())
    assert read(tmp_path).keys == {} and "cannot be read" in str(read(tmp_path).problems[0])


@given(st.text(max_size=30))
def test_a_name_is_a_key_or_none(name: str) -> None:
    key = named(name)
    assert key == "" or Binding(key, "").parse_key()[1] == key.split("+")[-1] and "," not in key.replace("comma", "")


def test_the_printed_file_holds_every_action_with_its_own_key(tmp_path: Path) -> None:
    ready = template().replace('# This', "@").replace("\n# ", "\n").replace("@", "# This")
    lines = [line for line in ready.splitlines() if line.startswith("[") or " = " in line]
    written = "\n".join(lines)
    assert sum(map(len, tomllib.loads(written).values())) == len(list(every()))
    keys, problems = chosen(tmp_path, written)
    assert problems == []
    for name, action in every():
        assert keys[name] == ",".join(binding.key for binding in Binding.make_bindings([Binding(action.keys, "")]))


def test_every_room_is_on_some_screen() -> None:
    assert {room for rooms in TOGETHER for room in rooms} == set(ROOMS)


def test_the_file_is_printed_and_looked_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DLTUI_HOME", str(tmp_path))
    assert main(["keys"]) == 0
    assert '# train = "t"' in capsys.readouterr().out
    assert main(["keys", "--check"]) == 0
    assert "no such file" in capsys.readouterr().err
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "keys.toml").write_text('experiment.train = "f5"\nquiz.hnt = "h"\n')
    assert main(["keys", "--check"]) == 1
    said = capsys.readouterr()
    assert "keys.toml:2:6:" in said.out and "“hint”" in said.out and "1 action with" in said.err


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DLTUI_HOME", str(tmp_path))
    (tmp_path / "config").mkdir()
    return tmp_path / "config" / "keys.toml"


def test_chosen_keys_work_and_are_shown_in_footer_help_and_palette(tmp_path: Path, keys: Path) -> None:
    keys.write_text('experiment.train = "f5"\nlesson.next = "F"\ncurves.code = "C"\nlesson.previus = "x"\n')
    lab = make_lab(tmp_path)

    async def scene(pilot: Pilot[Any]) -> None:
        pane = await begun(pilot, ExperimentPane)
        await until(pilot, lambda: "F next" in text(pilot).splitlines()[-1], "the chosen key in the footer")
        assert MORE in text(pilot) and "“previous”" in text(pilot)
        await pilot.press("t")  # means nothing now
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen) and "f5 trains" in text(pilot), "help")
        await pilot.press("escape", "ctrl+p", *"train")
        await until(pilot, lambda: "key f5" in text(pilot), "the palette")
        await pilot.press("escape")
        assert not lab.engine.work  # type: ignore[attr-defined]  # the player of journals
        pane._guess = 0.5  # as one that was made in an earlier sitting
        await pilot.press("tab", "f5")  # with the text in focus keys go to the pane
        await until(pilot, lambda: "✓ done" in text(pilot), "the run")
        await pilot.press("F")
        await until(pilot, lambda: "Stuck" in text(pilot).splitlines()[0], "the next step")

    play(lab, scene, at=place(lab, "mlp-xor", "train-xor"))


def test_what_is_wrong_in_the_file_keeps_nobody_out(tmp_path: Path, keys: Path) -> None:
    keys.write_text("not toml [")

    async def scene(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: MORE in text(pilot) and "keys.toml:1" in text(pilot), "what is wrong")
        await pilot.press("slash", *"xor")
        await until(pilot, lambda: "The perceptron and SGD" not in text(pilot).split("│")[0], "a search")

    play(make_lab(tmp_path), scene)
