from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from dltui import places


def mode(folder: Path) -> int:
    return stat.S_IMODE(folder.stat().st_mode)


@pytest.mark.parametrize(
    ("function", "kind", "variable", "default"),
    [
        (places.state_dir, "state", "XDG_STATE_HOME", ".local/state"),
        (places.data_dir, "data", "XDG_DATA_HOME", ".local/share"),
        (places.config_dir, "config", "XDG_CONFIG_HOME", ".config"),
        (places.cache_dir, "cache", "XDG_CACHE_HOME", ".cache"),
    ],
)
def test_folders_follow_xdg_and_one_variable_overrides_them_all(
    function: Callable[[dict[str, str]], Path], kind: str, variable: str, default: str
) -> None:
    assert function({"HOME": "/home/ana"}) == Path("/home/ana", default, "dltui")
    assert function({"HOME": "/home/ana", variable: "/x"}) == Path("/x/dltui")
    assert function({"HOME": "/home/ana", variable: "relative"}) == Path("/home/ana", default, "dltui")
    assert function({"HOME": "/home/ana", variable: "/x", "DLTUI_HOME": "/all"}) == Path("/all", kind)
    assert function({"DLTUI_HOME": "near"}) == Path.cwd() / "near" / kind


def test_lessons_and_assets_come_from_the_checkout_first(tmp_path: Path) -> None:
    package = tmp_path / "dltui"
    (package / "lessons").mkdir(parents=True)
    (tmp_path / "lessons").mkdir()
    assert places.lessons_dir(package) == package / "lessons", "folders beside an installed package are somebody else's"
    (tmp_path / "pyproject.toml").touch()
    assert places.lessons_dir(package) == tmp_path / "lessons"
    assert places.assets_dir(package) == package / "assets"


def test_this_checkout_has_both() -> None:
    root = Path(__file__).parent.parent
    assert places.lessons_dir() == root / "lessons"
    assert (places.assets_dir() / "digits.npz").is_file()


def test_ensure_makes_private_folders(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    assert places.ensure(folder) == folder
    assert mode(folder) == 0o700
    folder.chmod(0o755)
    assert mode(places.ensure(folder)) == 0o700


def test_a_writable_state_folder_is_remembered_and_left_clean(tmp_path: Path) -> None:
    state = places.usable_state({"DLTUI_HOME": str(tmp_path)})
    assert state == (tmp_path / "state", True, "")
    assert list(state.folder.iterdir()) == []


def test_a_file_in_the_way_means_a_private_temporary_folder(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("here was I")
    environ = {"DLTUI_HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    state = places.usable_state(environ)
    assert not state.remembered
    assert state.folder.parent == tmp_path
    assert mode(state.folder) == 0o700
    assert state.why == f"This session will not be remembered: {tmp_path}/state cannot be written (File exists)."
    assert (tmp_path / "state").read_text() == "here was I"
    assert places.usable_state(environ).folder == state.folder, "a run must be found again by the next session"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write into read-only folders")
def test_a_read_only_folder_means_a_temporary_one(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    state = places.usable_state({"DLTUI_HOME": str(tmp_path), "XDG_RUNTIME_DIR": "/tmp"})
    tmp_path.chmod(0o700)
    assert not state.remembered


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_a_place_without_room_for_a_block_is_not_usable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """/dev/full takes the part of the probe: it can be opened, and every write says that the disk is full."""
    monkeypatch.setattr(os, "urandom", lambda size: bytes(size))
    (tmp_path / "state").mkdir(mode=0o700)
    (tmp_path / "state" / f".probe-{bytes(6).hex()}").symlink_to("/dev/full")
    state = places.usable_state({"DLTUI_HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)})
    assert not state.remembered
    assert "No space left on device" in state.why


def test_a_temporary_folder_that_others_could_write_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "state").touch()
    squatted = tmp_path / f"dltui-{os.getuid()}"
    squatted.mkdir()
    squatted.chmod(0o777)
    environ = {"DLTUI_HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    folder = places.usable_state(environ).folder
    assert folder.parent == tmp_path
    assert folder != squatted
    squatted.rmdir()
    squatted.symlink_to(tmp_path)
    assert places.usable_state(environ).folder != squatted
    assert mode(tmp_path) == tmp_path.stat().st_mode & 0o777


def test_nowhere_to_write_is_a_sentence_and_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "state").touch()
    monkeypatch.setattr(places, "_temporary", lambda environ: iter([tmp_path / "state" / "below-a-file"]))
    state = places.usable_state({"DLTUI_HOME": str(tmp_path)})
    assert not state.remembered
    assert state.why.startswith("Nothing can be saved: ")


def test_without_a_home_nothing_is_written_into_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    assert places.state_dir({}).is_absolute()
    assert not places.usable_state({"XDG_RUNTIME_DIR": str(tmp_path)}).remembered


def test_a_hostile_path_does_not_reach_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "\x1b]52;c;x\x07").touch()
    why = places.usable_state({"DLTUI_HOME": str(tmp_path / "\x1b]52;c;x\x07"), "XDG_RUNTIME_DIR": str(tmp_path)}).why
    assert why
    assert why.isprintable()
