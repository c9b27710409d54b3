"""A class of submissions, a part of them broken: every good one is graded, every bad one a row with its reason."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import re
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest

from dltui.cli import main
from dltui.grading import reports
from dltui.grading.batch import grade_all, submissions
from dltui.grading.sheet import Row, Sheet, grade
from dltui.lesson.find import Course, course
from dltui.lesson.records import AnyQuestion, Choice, Multi
from dltui.places import lessons_dir
from dltui.quiz.answers import AnswerFile, Unreadable, asked, lettering, read, template
from dltui.quiz.judge import shown_answer

LESSON = "perceptron-sgd"
BROKEN = {
    "invalid": b"format = 1\nlesson = 'perceptron-sgd'\nanswers = {",
    "strange": b"format = 1\nlesson = 'perceptron-sgd'\n[answers]\nnot-there = '1'\n",
    "other": b"format = 1\nlesson = 'perceptron'\n",
    "binary": bytes(range(256)) * 4,
    "empty": b"",
    "huge": b"format = 1\nlesson = 'perceptron-sgd'\nlearner = '" + b"x" * 300_000 + b"'",
    "twice": b"format = 1\nlesson = 'perceptron-sgd'\n[answers]\nscore = 1\nscore = 2\n",
    "deep": b"format = 1\na" + b".a" * 5000 + b" = 1",
    "nested": b"format = 1\nlesson = 'perceptron-sgd'\n[answers]\nx = " + b"[" * 3000,
    "number": b"format = 1\nlesson = 'perceptron-sgd'\n[answers]\nx = 0x" + b"f" * 20000,
    "table": b"format = 1\nlesson = 'perceptron-sgd'\nanswers = 'all'",
    "hints": b"format = 1\nlesson = 'perceptron-sgd'\n[hints]\nscore = 'many'",
    "version": b"format = 2\nlesson = 'perceptron-sgd'",
    "code": b"import os\nos.system('id')\n",
    "utf-16": "format = 1\nlesson = 'perceptron-sgd'".encode("utf-16"),
}


@pytest.fixture(scope="module")
def lessons(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return course([lessons_dir()], tmp_path_factory.mktemp("index") / "index")


@pytest.fixture(scope="module")
def handed(tmp_path_factory: pytest.TempPathFactory, lessons: Course) -> Path:
    """300 submissions in folders of their own, 15 of them broken."""
    folder, dice = tmp_path_factory.mktemp("class"), random.Random(1)
    lesson = next(entry.lesson for entry in lessons.entries if entry.id == LESSON)
    assert lesson is not None
    questions = asked(lesson, "")
    right = {question.id: _chosen(question, True) or shown_answer(question) for question in questions}
    wrong = {question.id: _chosen(question, False) or ("(9, 9)" if "," in right[question.id] else "9")
             for question in questions}  # fmt: skip
    for number in range(300 - len(BROKEN)):
        learner = f"learner-{number:03}"
        answers = {name: dice.choices([right[name], wrong[name], ""], [7, 2, 1])[0] for name in right}
        (folder / learner).mkdir()
        lines = [f"format = 1\nlesson = '{LESSON}'\nlearner = '{learner}'\n[answers]"]
        lines += [f"{name} = {json.dumps(text)}" for name, text in answers.items() if text]
        (folder / learner / "answers.toml").write_text("\n".join(lines))
    for name, source in BROKEN.items():
        (folder / f"{name}.toml").write_bytes(source)
    return folder


def _chosen(question: AnyQuestion, ok: bool) -> str:
    """The letters of all options that are right, or wrong; empty where there are none to choose from."""
    if not isinstance(question, Choice | Multi):
        return ""
    places = [place for place, option in enumerate(question.options) if option.ok == ok]
    letters = ["abcdefgh"[lettering(question).index(place)] for place in places]
    return ",".join(letters if isinstance(question, Multi) else letters[:1])


def test_every_good_one_is_graded_and_every_bad_one_says_why(handed: Path, lessons: Course) -> None:
    sheets = grade_all(submissions([handed]), lessons, wanted=LESSON)
    assert len(sheets) == 300
    bad = {sheet.name: sheet for sheet in sheets if sheet.trouble}
    assert set(bad) == set(BROKEN)
    assert all(0 < sheet.share <= 1 for sheet in sheets if sheet.name not in BROKEN)
    assert all(len(said) < 300 and said.isprintable() for sheet in bad.values() for said in sheet.trouble)
    assert "more" in bad["huge"].trouble[0] and "did you mean perceptron-sgd?" in bad["other"].trouble[0]
    assert "given before" in bad["twice"].trouble[0] and "not-there" in bad["strange"].trouble[0]


def test_the_order_is_fixed_and_side_by_side_and_from_the_cache_it_is_the_same(
    handed: Path, lessons: Course, tmp_path: Path
) -> None:
    once = grade_all(submissions([handed]), lessons)
    assert [sheet.name for sheet in once] == [each.name for each in submissions([handed])]
    assert grade_all(submissions([handed]), lessons, jobs=4, cache=tmp_path) == once
    kept = {file: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    assert len(kept) == 299, "too large a file is not read"
    assert grade_all(submissions([handed]), lessons, cache=tmp_path) == once
    assert {file: file.stat().st_mtime_ns for file in tmp_path.iterdir()} == kept
    next(iter(kept)).write_text("{")
    assert grade_all(submissions([handed]), lessons, cache=tmp_path) == once


def test_the_command_writes_all_reports_and_exits_with_4(
    handed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DLTUI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    files = {name: tmp_path / name for name in ("report", "junit", "csv")}
    words = [f"--{name}={path}" for name, path in files.items()]
    assert main(["grade", str(handed), "--lesson", LESSON, "--github", "--cache", str(tmp_path / "cache"), *words]) == 4
    first = {name: path.read_bytes() for name, path in files.items()}
    out = capsys.readouterr().out
    assert len([line for line in out.splitlines() if line.startswith("::error")]) == 10
    assert main(["grade", str(handed), "--lesson", LESSON, "--cache", str(tmp_path / "cache"), *words]) == 4
    assert {name: path.read_bytes() for name, path in files.items()} == first
    suites = ElementTree.fromstring(first["junit"].decode())
    names = [suite.get("name") for suite in suites]
    assert len(names) == len(set(names)) == 300
    cases = [(case.get("classname"), case.get("name")) for case in suites.iter("testcase")]
    assert len(cases) == len(set(cases))
    assert len(list(csv.reader(io.StringIO(first["csv"].decode())))) == 301
    assert msgspec.json.decode(first["report"], type=reports.Report).format == 1
    assert "15 to be looked at" in (tmp_path / "summary.md").read_text()


@pytest.mark.parametrize(("mark", "code"), [([], 1), (["--min-score", "0.5"], 0), (["--min-score", "0.99"], 1)])
def test_one_file_and_a_mark(
    handed: Path, lessons: Course, tmp_path: Path, mark: list[str], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DLTUI_HOME", str(tmp_path))
    sheets = {sheet.name: sheet for sheet in grade_all(submissions([handed])[30:50], lessons)}
    name = next(name for name, sheet in sheets.items() if not sheet.undecided and 0.5 < sheet.share < 0.99)
    results = tmp_path / "results.json"
    assert main(["grade", str(handed / f"{name}.toml"), "--gradescope", str(results), *mark]) == code
    told = json.loads(results.read_text())
    assert told["score"] == pytest.approx(sum(test["score"] for test in told["tests"])) == sheets[name].earned


def test_requests_that_cannot_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grade", str(tmp_path / "no")]) == main(["grade", str(tmp_path)]) == 2
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text("format = 1\nlesson = 'perceptron-sgd'")
    assert main(["grade", str(tmp_path), "--gradescope", str(tmp_path / "results.json")]) == 2
    assert "is for one submission, here are 2" in capsys.readouterr().err
    results = json.loads((tmp_path / "results.json").read_text())
    assert results["score"] == 0 and "here are 2" in results["output"]
    for words, said in ((["--lesson", "perceptron-sdg"], "did you mean perceptron-sgd?"),
                        (["--junit", str(tmp_path)], "this is a folder"),
                        (["--csv", str(tmp_path / "no" / "x.csv")], "there is no such folder"),
                        (["--cache", str(tmp_path / "a.toml")], "File exists")):  # fmt: skip
        assert main(["grade", str(tmp_path / "a.toml"), *words]) == 2
        told = capsys.readouterr()
        assert said in told.err and told.out == "", "before anything is graded"


def test_reports_go_where_links_lead_and_into_pipes(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.toml").write_text(f"format = 1\nlesson = '{LESSON}'")
    (tmp_path / "there.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to("there.csv")
    os.mkfifo(tmp_path / "pipe")
    pipe = os.open(tmp_path / "pipe", os.O_RDWR)
    assert main(["grade", str(tmp_path / "a.toml"), "--csv", str(tmp_path / "link.csv"),
                 "--junit", str(tmp_path / "pipe")]) == 1  # fmt: skip
    assert os.read(pipe, 20) == b'<?xml version="1.0" '
    os.close(pipe)
    assert (tmp_path / "link.csv").is_symlink() and (tmp_path / "there.csv").read_text().startswith("submission,")
    assert (tmp_path / "pipe").is_fifo()


# ── foreign text in reports ─────────────────────────────────────────────────────────────────────────────────────────

EVIL = ["=HYPERLINK(\"x\")", "+1", "-1+1", "@SUM(A1)", " =1", "ada;=1+1", "a\t@b", "\uff1d1", "x; \uff0b1",
        "a,b:c%\n::error::x", "<script>", "a|b", "\ufffe\udc80 x", "]]>"]  # fmt: skip


def sheet(text: str) -> Sheet:
    row = Row("q", "wrong", 1, 0.0, f"said {text}", text)
    return Sheet(text, text, text, text, [row], [text])


@pytest.mark.parametrize("text", EVIL)
def test_no_report_is_led_astray(text: str) -> None:
    one = sheet(text)
    ElementTree.fromstring(reports.as_junit([one, one]).encode("utf-8", "replace").decode())
    for cells in csv.reader(io.StringIO(reports.as_csv([one]))):
        parts = [part for cell in cells for part in re.split("[,;|\t]", cell)]  # whatever is taken to be between cells
        assert not any(re.match(r"\s*[=+\-@＝＋－＠]", part) for part in parts)
    annotation = reports.as_annotations([one], [text])
    assert annotation.count("\n") == 1 and annotation.startswith("::error file=")
    assert annotation.split("::")[1].count(",") == 1, "two properties, whatever is in them"
    row = reports.as_summary([one]).splitlines()[-1]
    assert len(re.findall(r"(?<!\\)\|", row)) == 9 and "<" not in row


def test_a_summary_stays_below_its_limit() -> None:
    rows = [Sheet(f"learner {number} " + "ä" * 100, trouble=["why " * 20]) for number in range(8000)]
    text = reports.as_summary(rows)
    assert len(text.encode()) < reports.MOST_SUMMARY and "more; the report has them all" in text


def test_the_schema_is_the_shipped_one() -> None:
    shipped = Path(reports.__file__).parent.parent.parent / "assets" / "report.schema.json"
    assert json.loads(shipped.read_text()) == reports.report_schema()


# ── answer files ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_template_read_again_holds_what_was_written(lessons: Course) -> None:
    for entry in lessons.entries:
        assert entry.lesson is not None
        questions = asked(entry.lesson, "ada")
        given = "it's \"1/2\" \\ of it"
        stored = {question.id: "a" if hasattr(question, "options") else given for question in questions}
        found = read(template(entry.lesson, "ada", stored, {questions[0].id: 2}).encode())
        assert found.lesson == entry.id and found.learner == "ada" and found.hints == {questions[0].id: 2}
        assert set(found.answers) == set(stored)
        assert read(template(entry.lesson, "ada", {}, {}).encode()) == AnswerFile(entry.id, "ada", {}, {})


def test_letters_of_an_answer_file_are_not_those_of_the_lesson(lessons: Course) -> None:
    lesson = next(entry.lesson for entry in lessons.entries if entry.id == LESSON)
    assert lesson is not None
    choices = [question for question in asked(lesson, "") if type(question).__name__ == "Choice"]
    stored = {q.id: "abcdefgh"[[option.ok for option in q.options].index(True)] for q in choices}  # type: ignore[union-attr]
    graded = grade("x", template(lesson, "", stored, {}).encode(), lessons)
    assert {row.question for row in graded.rows if row.outcome == "right"} == set(stored)


@pytest.mark.parametrize("value", ["true", "1979-05-27", "{ a = 1 }", "[[1]]", "['a']", "[true]"])
def test_answers_that_are_no_answers(value: str) -> None:
    with pytest.raises(Unreadable, match="is a text in quotes, a number or a list"):
        read(f"format = 1\nlesson = 'x'\n[answers]\nq = {value}".encode())


def test_what_stops_nobody_else(tmp_path: Path, lessons: Course) -> None:
    """Links, pipes, holes and folders: each is a row with its reason, or was never meant as an answer file."""
    folder = tmp_path / "in"
    folder.mkdir()
    good = f"format = 1\nlesson = '{LESSON}'\n"
    (tmp_path / "out.toml").write_text(good)
    (folder / "good.toml").write_text(good)
    (folder / ".hidden.toml").write_text(good)
    (folder / "outside.toml").symlink_to(tmp_path / "out.toml")
    (folder / "circle.toml").symlink_to("circle.toml")
    (folder / "nowhere.toml").symlink_to("nothing.toml")
    (folder / "zeros.toml").symlink_to("/dev/zero")
    (folder / "elsewhere").symlink_to(tmp_path)
    (folder / "folder.toml").mkdir()
    (folder / "folder.toml" / "inside.toml").write_text(good)
    (folder / "line\nbreak\x1b[2J.toml").write_text(good)
    (folder / "archive.tar.gz.toml").write_text("PK")
    os.mkfifo(folder / "pipe.toml")
    with (folder / "hole.toml").open("wb") as hole:
        hole.truncate(4 * 2**30)
    sheets = {sheet.name: sheet for sheet in grade_all(submissions([folder]), lessons)}
    assert {name for name, sheet in sheets.items() if not sheet.trouble} == {
        "good", "folder.toml/inside", "line break\ufffd[2J"}  # fmt: skip
    reasons = {name: " ".join(sheet.trouble) for name, sheet in sheets.items() if sheet.trouble}
    assert set(reasons) == {"outside", "circle", "nowhere", "zeros", "pipe", "hole", "archive.tar.gz"}
    for name, said in (("outside", "leads out"), ("zeros", "leads out"), ("circle", "circle"), ("pipe", "no regular"),
                       ("nowhere", "no regular"), ("hole", "256 KiB"), ("archive.tar.gz", "line 1")):  # fmt: skip
        assert said in reasons[name]


def test_folders_in_folders_without_end(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "ada.toml").write_text("")
    deep = folder.joinpath(*["d"] * 1100)  # more than Python calls one in another
    try:
        here = folder
        for part in deep.relative_to(folder).parts:
            here = here / part
            here.mkdir()
        (deep / "bob.toml").write_text("")
        assert [each.path.name for each in submissions([folder])] == ["ada.toml", "bob.toml"]
    finally:  # too deep for those who clean up
        (deep / "bob.toml").unlink()
        while deep != folder:
            deep.rmdir()
            deep = deep.parent


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_folder_that_cannot_be_read_is_a_row(tmp_path: Path, lessons: Course) -> None:
    (tmp_path / "ada").mkdir(0o000)
    (sheet,) = grade_all(submissions([tmp_path]), lessons)
    assert sheet.name == "ada" and "cannot be read: Permission denied" in sheet.trouble[0]


def test_answers_to_questions_that_are_not_there_take_no_time(lessons: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    asked_for: list[object] = []
    monkeypatch.setattr("dltui.grading.sheet.nearest", lambda word, known: asked_for.append(word) or "")
    source = f"format = 1\nlesson = '{LESSON}'\n[answers]\n" + "".join(f"score{n}=1\n" for n in range(15_000))
    assert len(grade("x", source.encode(), lessons).trouble) == len(asked_for) == 20
