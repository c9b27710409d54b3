"""Every exercise holds what it promises; what is wrong is said; code in a class of answer files is graded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dltui.cli import main
from dltui.grading import jail
from dltui.grading.batch import grade_all, submissions
from dltui.grading.compare import difference, pattern, shown
from dltui.grading.exercise import Workshop
from dltui.grading.inputs import cases
from dltui.grading.pool import Pool
from dltui.lesson.find import course
from dltui.lesson.tasks import MARK, NoTask, work_file, workpiece
from dltui.places import lessons_dir
from dltui.text import FORBIDDEN

NAMES = sorted(path.stem for path in (lessons_dir() / "exercises").glob("*.toml"))
LESSON, STEP, NAME = "perceptron-sgd", "write", "perceptron-update"
PIECE = workpiece(lessons_dir(), NAME)


@pytest.fixture(scope="module")
def shop() -> Iterator[Workshop]:
    with Workshop() as shop:
        yield shop


# ── exercises ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", NAMES)
def test_solution_starter_and_mutants(name: str, shop: Workshop) -> None:
    piece = workpiece(lessons_dir(), name)
    judged = shop.judge(piece, piece.solution)
    assert judged.verdict.outcome == "right", judged.failure
    assert shop.judge(piece, piece.starter).verdict.outcome == "wrong"
    assert len(piece.task.mutant) >= 3
    for mutant in piece.task.mutant:
        judged = shop.judge(piece, piece.mutated(mutant))
        assert judged.verdict.outcome == "wrong", mutant.name
        assert judged.verdict.said.endswith(mutant.why), "each mistake is recognised as itself"


def test_a_verdict_is_the_same_every_time_and_cases_depend_on_the_source(shop: Workshop) -> None:
    source = PIECE.mutated(PIECE.task.mutant[0])
    assert shop.judge(PIECE, source) == shop.judge(PIECE, source.encode())
    check = PIECE.task.check[1]
    assert cases(check, 1) == cases(check, 1) != cases(check, 2)
    assert cases(check, 0)[: len(check.fixed)] == check.fixed


def test_an_exercise_that_is_read_again_is_judged_alike(shop: Workshop) -> None:
    """Cases are remembered by what the exercise holds; the records are others each time."""
    for _ in range(2):
        again = workpiece(lessons_dir(), NAME)
        assert shop.judge(again, again.solution).verdict.outcome == "right"
        assert shop.judge(again, again.starter).verdict.outcome == "wrong"


def test_a_table_of_known_results_does_not_pass(shop: Workshop) -> None:
    """Whoever records all cases of the first set still meets others."""
    known = [(case[0], case[1], case[2]) for case in cases(PIECE.task.check[0], 0)]
    source = f"KNOWN = {known!r}\n" + PIECE.solution.replace(
        "return np.dot(w, x) + b",
        "return np.dot(w, x) + b if any(list(w) == one and list(x) == other for one, _, other in KNOWN) else 0.0")
    judged = shop.judge(PIECE, source)
    assert judged.verdict.outcome == "wrong" and "score" not in judged.passed


@pytest.mark.parametrize(("source", "said"), [
    ("def score(w, b, x)\n", "SyntaxError: expected ':' in line 1"),
    ("import nothing_like_it\n", "No module named 'nothing_like_it' in line 1"),
    ("def update(w, b, x, y, eta):\n    return w, b\n", "there is no function score"),
    ("def score(w, b, x):\n    return w[99]\n", "IndexError"),
    ("def score(w, b, x):\n    return w * x\n", "the result must be a number, not an array of shape"),
    ("def score(w, b, x):\n    pass\n", "the result must be a number, not None"),
])  # fmt: skip
def test_what_is_said(source: str, said: str, shop: Workshop) -> None:
    judged = shop.judge(PIECE, source)
    assert judged.verdict.outcome == "wrong"
    assert judged.failure is not None and said in judged.failure.said


@pytest.mark.parametrize("source", [b"\xff\xfe", b"x = 1\0", b"#" * 70_000])
def test_no_text_is_not_gradable(source: bytes, shop: Workshop) -> None:
    assert shop.judge(PIECE, source).verdict.outcome == "ungradable"


def test_a_broken_exercise_is_nobody_elses_fault(shop: Workshop) -> None:
    broken = replace(PIECE, solution="def score(w, b, x):\n    raise ValueError\n", digest="other")
    judged = shop.judge(broken, PIECE.solution)
    assert judged.verdict.outcome == "ungradable" and "the solution of perceptron-update" in judged.verdict.said


def test_one_file_of_code_is_not_two_learners_work(tmp_path: Path) -> None:
    head = f"format = 1\nlesson = '{LESSON}'\n"
    (tmp_path / "flat").mkdir()
    for folder, name in (("flat", "ada"), ("flat", "bob"), ("flat", "cem"), ("dora", "dora")):
        (tmp_path / folder).mkdir(exist_ok=True)
        named = f"[exercises]\n{STEP} = 'mine.py'\n" if name == "cem" else ""
        (tmp_path / folder / f"{name}.toml").write_text(head + named)
        (tmp_path / folder / f"{NAME}.py").write_text(PIECE.solution)
    (tmp_path / "flat" / "mine.py").symlink_to(f"{NAME}.py")
    with Pool() as pool:
        sheets = grade_all(submissions([tmp_path]), course([lessons_dir()]), pool=pool)
    said = {sheet.name: sheet.trouble for sheet in sheets}
    assert said["flat/ada"] == [f"{NAME}.py is handed in by flat/bob and flat/cem too"]
    assert said["flat/cem"] == [f"{NAME}.py is handed in by flat/ada and flat/bob too"]
    assert said["dora/dora"] == [] and all(sheet.undecided for sheet in sheets if sheet.name != "dora/dora")


def test_files_of_an_exercise_that_lead_in_circles(tmp_path: Path) -> None:
    for folder in ("exercises", "solutions"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "round.py").symlink_to("round.py")
    (tmp_path / "exercises" / "round.toml").symlink_to("round.toml")
    with pytest.raises(NoTask, match="link in circles"):
        workpiece(tmp_path, "round")


def test_a_jail_that_was_lost_is_replaced(shop: Workshop) -> None:
    assert shop.judge(PIECE, PIECE.solution).verdict.outcome == "right"
    process = shop._jail("numpy")._process
    assert process is not None
    process.kill()
    process.wait()
    assert shop.judge(PIECE, PIECE.solution).verdict.outcome == "right"


@pytest.mark.parametrize(("change", "said"), [
    (('function = "score"', 'function = "scor"'), "the starter has no function scor"),
    (('find = "w + eta * y * x"', 'find = "nowhere"'), "is in the solution 0 times"),
    (('shape = ["n"]', 'shape = ["q"]'), "unknown name q"),
    (("format = 1", "formt = 1"), "did you mean “format”?"),
    (('draw = "sign"', 'draw = "sgn"'), "did you mean “sign”?"),
])  # fmt: skip
def test_mistakes_of_authors(change: tuple[str, str], said: str, tmp_path: Path) -> None:
    for folder in ("exercises", "solutions"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{NAME}.py").write_bytes((lessons_dir() / folder / f"{NAME}.py").read_bytes())
    text = (lessons_dir() / "exercises" / f"{NAME}.toml").read_text()
    assert change[0] in text
    (tmp_path / "exercises" / f"{NAME}.toml").write_text(text.replace(*change))
    with pytest.raises(NoTask) as error:
        workpiece(tmp_path, NAME)
    assert any(said in str(problem) for problem in error.value.problems)


def test_a_solution_may_not_lie_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "a" / "exercises").mkdir(parents=True)
    (tmp_path / "a" / "solutions").symlink_to(lessons_dir() / "solutions")
    for name in (f"{NAME}.toml", f"{NAME}.py"):
        (tmp_path / "a" / "exercises" / name).write_bytes((lessons_dir() / "exercises" / name).read_bytes())
    with pytest.raises(NoTask, match="leads out of its folder"):
        workpiece(tmp_path / "a", NAME)


# ── comparing ───────────────────────────────────────────────────────────────────────────────────────────────────────

TREES = st.recursive(
    st.floats(-1e6, 1e6) | st.integers(-1000, 1000), lambda inner: st.lists(inner, max_size=4), max_leaves=12)
FOREIGN = st.recursive(
    st.none() | st.booleans() | st.text(max_size=5) | st.floats() | st.integers() | st.dictionaries(
        st.text(max_size=2), st.integers(), max_size=2),
    lambda inner: st.lists(inner, max_size=4), max_leaves=12)  # fmt: skip


@given(TREES)
def test_what_is_wanted_is_accepted(want: object) -> None:
    assert difference(want, want, 0, 0) == ""
    assert difference(want, json.loads(json.dumps(want)), 0, 0) == ""


@given(TREES, FOREIGN)
def test_only_equal_numbers_are_accepted(want: object, got: object) -> None:
    said = difference(want, got, 0, 0)
    assert bool(said) == (json.dumps(want) != json.dumps(got) and not _alike(want, got))
    assert not FORBIDDEN.search(said + shown(got) + pattern(want, got, 0))


def test_a_known_mistake_that_overflows_is_compared_too() -> None:
    assert difference(["inf", 1.0], ["inf", 1.0], 0, 0) == ""
    assert difference(["inf", 1.0], [0.0, 1.0], 0, 0) == "result[0] is wrong"


def _alike(one: object, other: object) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    return type(one) in (int, float) and type(other) in (int, float) and one == other


def test_patterns() -> None:
    assert pattern([1.0, 2.0], [-1.0, -2.0], 1e-6) == "every number has the wrong sign"
    assert pattern([1.0, 2.0], [2.0, 4.0], 1e-6) == "every number is 2 times what it should be"
    assert pattern([1.0, 2.0], [0.0, 0.0], 1e-6) == "every number is 0"
    assert pattern([1.0, 2.0], [2.0, 3.0], 1e-6) == ""
    assert pattern([1.0, 2.0], [1.0], 1e-6) == ""


# ── in a class ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _hand_in(folder: Path, source: str, table: str = "", name: str = f"{NAME}.py") -> None:
    folder.mkdir()
    (folder / "answers.toml").write_text(f'format = 1\nlesson = "{LESSON}"\n{table}')
    (folder / name).write_text(source)


def test_code_beside_answer_files(tmp_path: Path) -> None:
    handed, lessons = tmp_path / "class", course([lessons_dir()], tmp_path / "index")
    handed.mkdir()
    _hand_in(handed / "a-right", PIECE.solution)
    _hand_in(handed / "b-named", PIECE.solution, '[exercises]\nwrite = "mine.py"\n', "mine.py")
    _hand_in(handed / "c-half", PIECE.mutated(PIECE.task.mutant[0]))
    _hand_in(handed / "d-starter", PIECE.starter)
    _hand_in(handed / "e-out", "", '[exercises]\nwrite = "../a-right/perceptron-update.py"\n')
    _hand_in(handed / "f-link", "", name="other.py")
    (handed / "f-link" / f"{NAME}.py").symlink_to(lessons_dir() / "solutions" / f"{NAME}.py")
    _hand_in(handed / "g-gone", "", '[exercises]\nwrite = "gone.py"\n')
    _hand_in(handed / "h-unknown", "", "[exercises]\nwrit = 'x.py'\n", name="other.py")
    _hand_in(handed / "i-loop", "while True: pass")
    with Pool() as pool:
        cache = tmp_path / "cache"
        cache.mkdir()
        found = grade_all(submissions([handed]), lessons, pool=pool, jobs=2, cache=cache)
        rows = {sheet.name[0]: next(row for row in sheet.rows if row.question == STEP) for sheet in found}
        assert {name: (row.outcome, row.earned) for name, row in rows.items()} == {
            "a": ("right", 3.0), "b": ("right", 3.0), "c": ("wrong", 1.5), "d": ("unanswered", 0.0),
            "e": ("ungradable", 0.0), "f": ("ungradable", 0.0), "g": ("ungradable", 0.0), "h": ("unanswered", 0.0),
            "i": ("wrong", 0.0),
        }  # fmt: skip
        assert "leads out" in rows["e"].said and "label y is missing" in rows["c"].said
        assert next(sheet for sheet in found if sheet.name[0] == "h").trouble
        assert grade_all(submissions([handed]), lessons, pool=pool, cache=cache) == found
        (handed / "a-right" / f"{NAME}.py").write_text(PIECE.starter)
        again = grade_all(submissions([handed]), lessons, pool=pool, cache=cache)
        assert again[0] != found[0] and again[1:] == found[1:], "a cache that looks at the code"


def test_untrusted_refuses_where_a_layer_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DLTUI_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(jail, "LAYERS", (*jail.LAYERS, "a layer nobody has"))
    _hand_in(tmp_path / "one", PIECE.solution)
    assert main(["grade", str(tmp_path / "one"), "--untrusted"]) == 2
    assert "no a layer nobody has" in capsys.readouterr().err
    assert main(["grade", str(tmp_path / "one"), "--min-score", "0"]) == 0
    assert "isolation: weak" in capsys.readouterr().err


# ── the command ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_from_start_to_solution(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DLTUI_HOME", str(tmp_path / "home"))
    place = f"{LESSON}/{STEP}"
    assert main(["exercise", "check", place]) == 2
    assert "no such file" in capsys.readouterr().err
    assert main(["exercise", "start", place]) == 0
    assert main(["exercise", "start", place]) == 2
    assert "--force starts again" in capsys.readouterr().err
    file = work_file(LESSON, NAME)
    assert main(["exercise", "check", place, "--hints", "1"]) == 1
    out = capsys.readouterr().out
    assert "✗ score" in out and "hint 1" in out and "expected" in out
    assert main(["exercise", "solution", place]) == 1
    assert "def update" not in capsys.readouterr().out
    file.write_text(f"{MARK}{place}\n{PIECE.solution}")
    assert main(["exercise", "check", str(file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["verdict"]["outcome"] == "right" and told["solution"] == PIECE.solution
    assert main(["exercise", "watch", str(file)]) == 0
    assert main(["exercise", "solution", str(file)]) == 0
    assert "def update" in capsys.readouterr().out
    (tmp_path / "bare.py").write_text(PIECE.solution)
    assert main(["exercise", "check", str(tmp_path / "bare.py")]) == 2
    assert main(["exercise", "check", str(tmp_path / "bare.py"), "--to", "x.py"]) == 2
    assert main(["exercise", "check", f"{LESSON}/rule"]) == 2
    assert "is no exercise; its exercises are write" in capsys.readouterr().err
