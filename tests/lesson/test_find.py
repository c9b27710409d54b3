"""The course is what the folders hold; nothing in them keeps it from being listed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dltui.lesson.find import Course, Entry, NotFound, course, find, folders
from dltui.lesson.index import Index
from dltui.lesson.load import load

WHOLE = (Path(__file__).parent / "data" / "whole.toml").read_text(encoding="utf-8")


def write(folder: Path, name: str, title: str = "A lesson") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    lesson_id = name.split("-", 1)[-1].removesuffix(".toml")
    path.write_text(
        f'format = 1\nid = "{lesson_id}"\ntitle = "{title}"\npart = "I"\nminutes = 5\nneeds = ["start"]\n'
        'goals = ["see"]\n'
        'intro = "Short."\n[[step]]\nid = "one"\nkind = "read"\ntitle = "One"\n[[step]]\nid = "two"\nkind = "read"\n'
        'title = "Two"\n'
    )
    return path


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "lessons.msgpack"


@pytest.fixture
def lessons(tmp_path: Path) -> Path:
    folder = tmp_path / "lessons"
    for name in ("10-ten.toml", "02-two-words.toml", "0001-one.toml"):
        write(folder, name)
    return folder


def shown(found: Course) -> list[tuple[str, str, str]]:
    return [(entry.number, entry.id, entry.title) for entry in found.entries]


def only_problem(found: Course, name: str) -> str:
    entry = next(entry for entry in found.entries if entry.path.name == name)
    assert entry.lesson is None and entry.steps == 0
    (problem,) = entry.problems
    return str(problem).removeprefix(f"{entry.path}")


def test_lessons_come_in_the_order_of_their_numbers(lessons: Path, index: Path) -> None:
    found = course([lessons], index)
    assert [(entry.number, entry.id) for entry in found.entries] == [("1", "one"), ("2", "two-words"), ("10", "ten")]
    entry = found.entries[1]
    assert (entry.title, entry.part, entry.minutes, entry.steps) == ("A lesson", "I", 5, 2)
    assert (entry.needs, entry.goals, entry.intro, entry.problems) == (("start",), ("see",), "Short.", ())
    assert entry.lesson is not None and entry.lesson.id == "two-words"


def test_a_broken_lesson_is_listed_by_its_name(lessons: Path, index: Path) -> None:
    (lessons / "03-broken.toml").write_text("format = 1\nid = ")
    found = course([lessons], index)
    assert shown(found)[2] == ("3", "broken", "03-broken.toml")
    assert only_problem(found, "03-broken.toml").startswith(":2:6: not a value")


def test_the_id_is_in_the_name(lessons: Path, index: Path) -> None:
    path = write(lessons, "03-other.toml")
    path.write_text(path.read_text().replace('"other"', '"another"'))
    said = only_problem(course([lessons], index), "03-other.toml")
    assert said == ":2:1: the file is called NN-other.toml, so the id must be other"


@pytest.mark.parametrize("name", ["other.toml", "03_other.toml", "03-Other.toml", "x3-other.toml", "03-.toml"])
def test_names_that_are_none(lessons: Path, index: Path, name: str) -> None:
    write(lessons, name)
    found = course([lessons], index)
    assert found.entries[-1].path.name == name and found.entries[-1].number == ""
    assert only_problem(found, name).startswith(": a lesson file is called NN-id.toml")


def test_what_is_no_lesson_is_not_listed(lessons: Path, index: Path) -> None:
    (lessons / "__init__.py").touch()
    (lessons / "notes.md").touch()
    (lessons / ".03-hidden.toml").touch()
    (lessons / "exercises").mkdir()
    assert len(course([lessons], index).entries) == 3


def test_a_name_that_a_terminal_would_obey(lessons: Path, index: Path) -> None:
    write(lessons, "03-\x1b[2J.toml")
    entry = course([lessons], index).entries[-1]
    assert entry.title == entry.id == "03-\ufffd[2J.toml"
    assert "\x1b" not in str(entry.problems[0])


def test_links_and_pipes_and_giants(lessons: Path, index: Path, tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", "03-out.toml")
    (lessons / "03-out.toml").symlink_to(outside)
    (lessons / "04-two-words.toml").symlink_to(lessons / "02-two-words.toml")
    (lessons / "05-circle.toml").symlink_to(lessons / "05-circle.toml")
    (lessons / "06-nothing.toml").symlink_to(lessons / "nothing")
    (lessons / "07-folder.toml").mkdir()
    (lessons / "08-giant.toml").write_text("#" * 300_000)
    (lessons / "09-device.toml").symlink_to("/dev/zero")
    os.mkfifo(lessons / "11-pipe.toml")
    found = course([lessons], index)
    said = {entry.path.name: str(entry.problems[0].message) for entry in found.entries if entry.problems}
    assert said == {
        "03-out.toml": "this is a link that leads out of its folder",
        "04-two-words.toml": f"not used: the lesson two-words is {lessons}/02-two-words.toml, which comes first",
        "05-circle.toml": "this file cannot be read: Too many levels of symbolic links",
        "06-nothing.toml": "this file cannot be read: No such file or directory",
        "07-folder.toml": "this file cannot be read: it is no regular file",
        "08-giant.toml": "a lesson has at most 256 KiB, this file has more",
        "09-device.toml": "this is a link that leads out of its folder",
        "11-pipe.toml": "this file cannot be read: it is no regular file",
    }
    assert len(found.entries) == 11


def test_the_first_folder_wins(lessons: Path, index: Path, tmp_path: Path) -> None:
    own = write(tmp_path / "own", "07-ten.toml", "My own").parent
    found = course([own, lessons], index)
    assert shown(found)[2:] == [("7", "ten", "My own")]
    assert not any(entry.problems for entry in found.entries)


def test_a_folder_named_twice_counts_once(lessons: Path, index: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(lessons)
    assert course([lessons, lessons, tmp_path / "link"], index) == course([lessons], index)


def test_a_folder_that_is_not_there(lessons: Path, index: Path, tmp_path: Path) -> None:
    found = course([tmp_path / "no", lessons], index)
    assert len(found.entries) == 4
    assert only_problem(found, "no") == ": this folder cannot be read: No such file or directory"


def test_where_lessons_are_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLTUI_HOME", str(tmp_path))
    shipped = folders()
    assert len(shipped) == 1 and (shipped[0] / "__init__.py").exists()
    (tmp_path / "data" / "lessons").mkdir(parents=True)
    assert folders([Path("a")]) == [Path("a"), tmp_path / "data" / "lessons", *shipped]


# ── names ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("two-words", ("two-words", 0)),
        ("2", ("two-words", 0)),
        ("02", ("two-words", 0)),
        ("10/two", ("ten", 1)),
        ("ten/2", ("ten", 1)),
        ("ten/", ("ten", 0)),
        (" one/one ", ("one", 0)),
    ],
)
def test_places(lessons: Path, index: Path, place: str, found: tuple[str, int]) -> None:
    entry, step = find(course([lessons], index), place)
    assert (entry.id, step) == found


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("two-word", 'there is no lesson "two-word" — did you mean two-words?'),
        ("7", 'there is no lesson "7"; `dltui list` shows all'),
        ("", 'there is no lesson ""; `dltui list` shows all'),
        ("\x1b[2J", 'there is no lesson "\ufffd[2J"; `dltui list` shows all'),
        ("ten/tow", 'the lesson ten has no step "tow" — did you mean two?'),
        ("ten/3", 'the lesson ten has no step "3"; its steps are one and two'),
        ("ten/0", 'the lesson ten has no step "0"; its steps are one and two'),
        ("/no/such.toml", "there is no file /no/such.toml"),
        ("a\0.toml", "there is no file a\ufffd.toml"),
        ("x" * 5000 + ".toml", None),
    ],
)
def test_places_that_are_none(lessons: Path, index: Path, place: str, message: str | None) -> None:
    with pytest.raises(NotFound) as error:
        find(course([lessons], index), place)
    assert message is None or str(error.value) == message


def test_a_file_by_its_path(lessons: Path, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = course([lessons], index)
    monkeypatch.chdir(lessons)
    assert find(found, "10-ten.toml/two") == (found.entries[2], 1)
    draft = write(tmp_path / "drafts", "draft.toml")
    entry, step = find(found, f"{draft}/2")
    assert (entry.id, entry.number, step) == ("draft", "", 1)


def test_a_broken_lesson_is_found_with_its_problems(lessons: Path, index: Path) -> None:
    (lessons / "03-broken.toml").write_text("format = 2")
    entry, step = find(course([lessons], index), "broken/anything")
    assert entry.problems and step == 0


# ── the index ───────────────────────────────────────────────────────────────────────────────────────────────────────


def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are parsed from now on."""
    names: list[str] = []

    def counting(path: Path) -> object:
        names.append(path.name)
        return load(path)

    monkeypatch.setattr("dltui.lesson.load.load", counting)
    return names


def entries(found: Course) -> list[Entry]:
    return list(found.entries)


def test_sound_lessons_are_parsed_once(lessons: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (lessons / "04-whole.toml").write_text(WHOLE)
    (lessons / "05-broken.toml").write_text("format = 2")
    names = parsed(monkeypatch)
    first = course([lessons], index)
    assert len(names) == 5
    names.clear()
    assert course([lessons], index) == first
    assert names == ["05-broken.toml"]


def test_what_is_remembered_is_what_was_parsed(lessons: Path, index: Path) -> None:
    (lessons / "04-whole.toml").write_text(WHOLE)
    first, second = course([lessons], index), course([lessons], index)
    assert repr(second.entries[2].lesson) == repr(first.entries[2].lesson)  # 1 and 1.0 look different here


def test_a_changed_lesson_is_parsed_again(lessons: Path, index: Path) -> None:
    course([lessons], index)
    path = write(lessons, "02-two-words.toml", "B lesson")
    os.utime(path, ns=(1, 1))
    assert course([lessons], index).entries[1].title == "B lesson"
    path.unlink()
    assert len(course([lessons], index).entries) == 2


@pytest.mark.parametrize("content", [b"", b"\xc1", b"\x82\xa5stamp", b"\x91" * 100_000, b"\x00" * 1000])
def test_an_index_that_cannot_be_read_is_written_anew(
    lessons: Path, index: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = course([lessons], index)
    index.write_bytes(content)
    assert course([lessons], index) == first
    names = parsed(monkeypatch)
    assert course([lessons], index) == first
    assert names == []


def test_one_wrong_bit_anywhere_in_the_index_is_noticed(
    lessons: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = course([lessons], index)
    whole = index.read_bytes()
    for place in (0, 40, len(whole) // 2, len(whole) - 1):
        index.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        names = parsed(monkeypatch)
        found = course([lessons], index)
        assert len(names) == 3 and found == first and all(entry.lesson for entry in found.entries)


def test_another_version_wrote_the_index(lessons: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course([lessons], index)
    monkeypatch.setattr("dltui.lesson.index.__version__", "0.0.0")
    names = parsed(monkeypatch)
    course([lessons], index)
    assert len(names) == 3


def test_no_room_for_an_index(lessons: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert len(course([lessons], tmp_path / "file" / "lessons.msgpack").entries) == 3
    (tmp_path / "folder").mkdir()
    assert len(course([lessons], tmp_path / "folder").entries) == 3


def test_the_index_is_replaced_in_one_step(lessons: Path, index: Path) -> None:
    course([lessons], index)
    assert [path.name for path in index.parent.iterdir()] == ["lessons.msgpack"]
    before = index.stat()
    course([lessons], index)
    assert index.stat().st_mtime_ns == before.st_mtime_ns
    assert Index(index).find(lessons / "10-ten.toml", (lessons / "10-ten.toml").stat()) is not None
