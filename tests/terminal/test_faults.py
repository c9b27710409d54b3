"""The running program in a hostile world: every fault ends in a clear line and the right exit code, nothing is lost,
the terminal is as it was, and no process stays behind."""

from __future__ import annotations

import ctypes
import json
import os
import re
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hostile import (
    DLTUI,
    OSC,
    PATIENCE,
    ROOT,
    engines,
    environment,
    lessons,
    namespaces,
    poisoned,
    run,
    screen,
    stop,
    stopped,
    troubled,
    until,
)

from dltui.journal.folder import runs
from dltui.journal.run import Run

ENDING = [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT]
PAYLOAD = re.compile(rb"\x1b\]52;|\xc2\x9b31m|\x1b\[31m|\xe2\x80\xae")
"""What `poisoned` would send to a terminal."""


# ── lesson files ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_files_that_are_no_lessons_are_told_and_hide_nothing(tmp_path: Path) -> None:
    expected = troubled(tmp_path / "bad")
    words = ("--lessons", str(tmp_path / "bad"))
    listed = run(tmp_path, "list", *words)
    assert listed.returncode == 0
    assert "XOR, hidden layers" in listed.stdout
    linted = run(tmp_path, "lint", str(tmp_path / "bad"))
    assert linted.returncode == 3
    for name, sentence in expected.items():
        for said in (listed.stdout, linted.stdout):
            assert any(name in line and sentence in line for line in said.split("\n")), (name, said)
    assert "root:" not in linted.stdout
    states = {row["state"] for row in json.loads(run(tmp_path, "list", "--json", *words).stdout)}
    assert {"broken", "0/13"} <= states


@pytest.mark.parametrize("name", ["20-pipe.toml", "23-device.toml", "11-dotted.toml"])
def test_such_a_file_opened_by_name_is_refused(tmp_path: Path, name: str) -> None:
    troubled(tmp_path / "bad")
    opened = run(tmp_path, str(tmp_path / "bad" / name), "--plain")
    assert opened.returncode == 3
    assert len(opened.stderr.splitlines()) == 1


def test_no_escape_in_a_lesson_a_name_or_the_environment_comes_out_again(tmp_path: Path) -> None:
    """`run` looks for control characters in all that is written."""
    evil = poisoned(tmp_path / "evil")
    linted = run(tmp_path, "lint", str(evil))
    assert linted.returncode == 3
    poison = {number for number, line in enumerate((evil / "70-whole.toml").read_bytes().split(b"\n"), 1)
              if (b"u001b" in line or b"\xc2\x9b" in line) and b"print" not in line}
    assert {int(number) for number in re.findall(r"70-whole\.toml:(\d+):", linted.stdout)} == poison
    for words in (["list"], ["list", "--json"], ["--plain"]):
        run(tmp_path, *words, "--lessons", str(evil))
    assert run(tmp_path, f"lab{OSC}").returncode == 2
    assert run(tmp_path, "list", OSC).returncode == 2
    assert run(tmp_path, "--lessons", OSC).returncode == 2
    for setting in (f"lr={OSC}", f"{OSC}=1"):
        assert run(tmp_path, "train", "mlp-xor/train-xor", "--set", setting).returncode == 2
    home = tmp_path / f"home{OSC}"
    home.write_text("a file where the folder should be")
    told = run(home, "calm", "--plain", "--lessons", str(lessons(tmp_path / "good")), text="")
    assert "cannot be written" in told.stdout


def test_no_escape_reaches_the_screen(tmp_path: Path) -> None:
    with screen(tmp_path, "--lessons", str(poisoned(tmp_path / "evil"))) as terminal:
        terminal.until("✗")
        terminal.press(*["down"] * len(list((ROOT / "lessons").glob("*.toml"))))
        terminal.until("This file has errors")
        terminal.press("enter")
        terminal.quiet()
        assert PAYLOAD.search(terminal.raw) is None
        terminal.press("q")
        assert terminal.wait() == 0


# ── standard streams, encodings, terminals ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("shell", "code", "said"), [
    ("DLTUI list >&-", 0, ""),
    ("DLTUI nowhere 2>&-", 2, ""),
    ("DLTUI CALM >&-", 0, ""),
    ("DLTUI CALM <&-", 0, "Take it further"),
    ("DLTUI list >/dev/full", 1, "No space left on device"),
    ("DLTUI CALM >/dev/full", 1, "No space left on device"),
    ("{ DLTUI schema; echo $? >&2; } | head -n 1 >/dev/null", 0, "0"),
    ("yes | DLTUI mlp-xor/last --plain", 0, "Not counted."),
])  # fmt: skip
def test_streams_that_are_closed_full_or_endless(tmp_path: Path, shell: str, code: int, said: str) -> None:
    calm = f"calm --plain --lessons {lessons(tmp_path / 'good')}"
    done = run(tmp_path, shell=shell.replace("CALM", calm))
    assert done.returncode == code
    assert said in done.stdout + done.stderr
    assert bool(said) == bool(done.stdout + done.stderr)


@pytest.mark.parametrize("env", [
    {"PYTHONIOENCODING": "ascii"},
    {"PYTHONIOENCODING": "latin-1"},
    {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    {"LC_ALL": "xx_YY.ISO-8859-1"},
], ids=lambda env: "-".join(env.values()))  # fmt: skip
def test_encodings_without_the_letters_get_ascii(tmp_path: Path, env: dict[str, str]) -> None:
    done = run(tmp_path, "calm", "--plain", "--lessons", str(lessons(tmp_path / "good")), **env)
    assert done.returncode == 0, done.stderr
    assert "The unit" in done.stdout
    assert "\\u" not in done.stdout + done.stderr
    if "PYTHONIOENCODING" in env:
        assert "The unit sigma, with 1/(1 + e^(-x)) <= 1 ... and more." in done.stdout


@pytest.mark.parametrize("env", [
    {"TERM": ""}, {"TERM": "no-such-terminal"}, {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}, {"COLUMNS": "20"},
], ids=str)  # fmt: skip
def test_terminals_of_all_kinds_show_the_lab_and_are_given_back(tmp_path: Path, env: dict[str, str]) -> None:
    with screen(tmp_path, **env) as terminal:
        terminal.until("This terminal is too" if env.get("COLUMNS") == "20" else "From a line to the logistic unit")
        terminal.press("q")
        assert terminal.wait() == 0
        assert terminal.left_on() == []
        assert b"\\u2" not in terminal.raw
        assert terminal.cooked


def test_errors_sent_to_a_file_leave_the_screen_on_the_terminal(tmp_path: Path) -> None:
    with screen(tmp_path, shell=f"exec DLTUI 2>{tmp_path}/errors") as terminal:
        terminal.until("From a line to the logistic unit")
        terminal.press("q")
        assert terminal.wait() == 0
        assert terminal.left_on() == []
        assert terminal.cooked
    assert (tmp_path / "errors").read_text() == ""


# ── signals ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_before_the_screen_has_its_own_handlers(tmp_path: Path, number: signal.Signals) -> None:
    code = f"""
import os
from dltui.tui.app import LabApp
LabApp.on_mount = lambda self: os.kill(os.getpid(), {int(number)})"""
    with screen(tmp_path, code=code) as terminal:
        assert terminal.wait() == 128 + number
        assert terminal.left_on() == []
        assert terminal.cooked
        assert "Traceback" not in terminal.text


def test_a_screen_that_hangs_can_be_ended_and_gives_the_terminal_back(tmp_path: Path) -> None:
    code = """
import time
from dltui.tui.course import CourseScreen
CourseScreen.action_search = lambda self: time.sleep(10**6)"""
    with screen(tmp_path, code=code) as terminal:
        terminal.until("From a line to the logistic unit")
        terminal.quiet()
        terminal.press("/")
        terminal.quiet()
        assert not terminal.cooked
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.wait() == 143
        assert terminal.left_on() == []
        assert terminal.cooked
        until(lambda: not engines(tmp_path), "the engine is gone")


def test_a_signal_while_the_palette_is_open(tmp_path: Path) -> None:
    with screen(tmp_path) as terminal:
        terminal.until("From a line to the logistic unit")
        terminal.press("ctrl+p")
        terminal.until("Search")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.wait() == 143
        assert terminal.left_on() == []
        until(lambda: not engines(tmp_path), "the engine is gone")


LOADING = """
import os, sys, dltui.__main__ as start
load = start.import_module
def loading(name):
    os.write(1, b"\\n")
    return load(name)
start.import_module = loading
sys.argv[1:] = ["list"]
sys.exit(start.main())
"""


@pytest.mark.parametrize("delay", [0.0, 0.03, 0.1])
def test_ctrl_c_while_a_command_is_being_loaded(tmp_path: Path, delay: float) -> None:
    """Whenever it comes: an import that is interrupted by an exception may take the interpreter with it. Before, it
    would find Python at its own beginning, which is not ours to speak for."""
    with subprocess.Popen([sys.executable, "-c", LOADING], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=environment(tmp_path, {})) as process:
        assert process.stdout is not None
        assert os.read(process.stdout.fileno(), 1) == b"\n"
        select.select([process.stdout], [], [], delay)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode in (0, 130, -signal.SIGINT)
    assert errors == b""


@pytest.mark.parametrize("stopping", ["signal", "ctrl+z"])
def test_a_screen_survives_being_stopped_and_continued(tmp_path: Path, stopping: str) -> None:
    with screen(tmp_path) as terminal:
        terminal.until("From a line to the logistic unit")
        terminal.quiet()
        if stopping == "signal":
            terminal.process.send_signal(signal.SIGTSTP)
        else:
            terminal.press("\x1a")
        terminal.until_true(lambda: stopped(terminal.process.pid), "the shell's turn")
        assert terminal.cooked
        assert "alternate screen" not in terminal.left_on()
        before = len(terminal.raw)
        terminal.process.send_signal(signal.SIGCONT)
        terminal.until_true(lambda: b"logistic" in terminal.raw[before:], "the screen again")
        terminal.press("q")
        assert terminal.wait() == 0
        assert terminal.left_on() == []


def test_a_screen_comes_back_whichever_of_its_threads_hears_the_signal(tmp_path: Path) -> None:
    """The system chooses the thread; the one that waits for events must not sleep on."""
    with screen(tmp_path) as terminal:
        terminal.until("From a line to the logistic unit")
        terminal.quiet()
        terminal.process.send_signal(signal.SIGTSTP)
        terminal.until_true(lambda: stopped(terminal.process.pid), "the shell's turn")
        before = len(terminal.raw)
        threads = {int(task.name) for task in Path(f"/proc/{terminal.process.pid}/task").iterdir()}
        other = max(threads - {terminal.process.pid})
        assert ctypes.CDLL(None).tgkill(terminal.process.pid, other, signal.SIGCONT) == 0
        terminal.until_true(lambda: b"logistic" in terminal.raw[before:], "the screen again")
        terminal.press("q")
        assert terminal.wait() == 0


@pytest.mark.parametrize("deaf", [False, True])
def test_a_terminal_that_goes_takes_the_screen_along(tmp_path: Path, deaf: bool) -> None:
    """`deaf`: as under nohup, no signal tells it."""
    with screen(tmp_path, shell="trap '' HUP; exec DLTUI" if deaf else "exec DLTUI") as terminal:
        terminal.until("From a line to the logistic unit")
        until(lambda: engines(tmp_path), "an engine")
        terminal.hang_up()
        terminal.process.wait(PATIENCE)
        until(lambda: not engines(tmp_path), "the engine is gone")


# ── the command line ────────────────────────────────────────────────────────────────────────────────────────────────

COMMANDS = """
import resource, sys
from pathlib import Path
from dltui.cli import main
import dltui.engine.data as data
assets, mine, lessons = data.assets_dir(), Path(sys.argv[1]), sys.argv[2]
data.assets_dir = lambda: mine
def go(name, *words):
    print(f"== {name}", flush=True)
    print(f"== {name}", file=sys.stderr, flush=True)
    print("==", main(["train", *words, "--lessons", lessons]), flush=True)
sys.dont_write_bytecode = True  # under the limit on files below, Python would leave half of them behind
go("huge", "lab/huge", "--json")
go("wild", "lab/wild", "--json")
go("twice", "mlp-xor/train-xor", "--json", "--set", "lr=0.5", "--set", "steps=3", "--set", "lr=0.25")
go("device", "lab/long", "--device", "cuda:77")
go("missing", "lab/digits", "--json")
whole = (assets / "digits.npz").read_bytes()
(mine / "digits.npz").write_bytes(whole[: len(whole) // 2])
go("truncated", "lab/digits")
(mine / "digits.npz").write_bytes(whole.replace(b"\\x0f", b"\\x0e"))
go("tampered", "lab/digits")
(mine / "digits.npz").write_bytes(whole)
go("whole", "lab/digits", "--json")
before = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, before[1]))
go("full", "lab/long", "--json", "--set", "steps=4000")
resource.setrlimit(resource.RLIMIT_FSIZE, before)
go("ended", "lab/long", "--json")
"""


class Told(NamedTuple):
    """What the trainings above came to, by name."""

    state: Path
    codes: dict[str, int]
    out: dict[str, list[str]]
    errors: dict[str, list[str]]

    def result(self, name: str) -> dict[str, Any]:
        """All of stdout, which must be one line of JSON."""
        (line,) = self.out[name]
        found: dict[str, Any] = json.loads(line)
        return found


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """One process for all, because each would load PyTorch; SIGTERM comes in the last of its trainings."""
    home = tmp_path_factory.mktemp("trainings")
    (home / "assets").mkdir()
    words = [sys.executable, "-c", COMMANDS, str(home / "assets"), str(lessons(home / "good"))]
    with (home / "errors").open("w+") as errors, subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment(home, {})
    ) as process:  # fmt: skip
        until(lambda: process.poll() is not None or any(
            run.steps == 1_000_000 and run.state == "running" and run.step for run in runs(home / "state")
        ), "the last")
        assert process.poll() is None, (home / "errors").read_text()
        process.send_signal(signal.SIGTERM)
        out = process.communicate(timeout=PATIENCE)[0]
    part = re.compile(r"^== ([a-z]+)\n((?:(?!== ).*\n)*)(?:== (\d+)\n)?", re.MULTILINE)
    said, complaints = part.findall(out), part.findall((home / "errors").read_text())
    return Told(home / "state", {name: int(code) for name, _, code in said},
                {name: text.splitlines() for name, text, _ in said},
                {name: text.splitlines() for name, text, _ in complaints})


def test_what_cannot_be_trained_is_a_sentence(told: Told) -> None:
    assert {name for name, code in told.codes.items() if code == 0} == {"twice", "whole", "full"}
    assert {name for name, code in told.codes.items() if code == 1} == {
        "huge", "wild", "device", "missing", "truncated", "tampered"}
    assert "TB" in told.result("huge")["message"]
    assert told.result("wild")["state"] == "diverged"
    assert f"dltui: {told.result('wild')['message']}" in told.errors["wild"]
    assert "no device" in told.errors["device"][0]
    for name in ("missing", "truncated", "tampered"):
        (line,) = told.errors[name]
        assert "digits" in line
    assert told.result("whole")["state"] == "done"
    assert told.result("twice")["experiment"]["optimizer"]["lr"] == 0.25


def test_a_disk_that_fills_up_does_not_stop_a_training(told: Told) -> None:
    done = told.result("full")
    assert (done["state"], done["steps"]) == ("done", 4000)
    trouble = [line for line in told.errors["full"] if line.startswith("dltui: The disk is full: the journal")]
    assert ["is kept in memory" in line or "lacks its end" in line for line in trouble] == [True, True]
    steps = Run.read(told.state / "runs" / done["run"]).series["loss"].steps
    assert steps == list(range(1, len(steps) + 1)), "what was written can be read"


def test_a_training_that_is_told_to_end_leaves_a_checkpoint(told: Told) -> None:
    assert told.codes["ended"] == 130
    ended = told.result("ended")
    (summary,) = [run for run in runs(told.state) if run.run == ended["run"]]
    assert (summary.state, summary.checkpoint, summary.step) == ("stopped", "checkpoint.npz", ended["steps"])
    assert Run.read(summary.folder).series["loss"].steps == list(range(1, summary.step + 1))


# ── disks ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.skipif(not namespaces(), reason="no mounts for ordinary users here")
@pytest.mark.parametrize("options", ["size=4k,nr_inodes=3", "ro"])
def test_no_room_from_the_start_is_said_and_stops_nothing(tmp_path: Path, options: str) -> None:
    (tmp_path / "home").mkdir()
    mounted = f"unshare -Urm sh -c 'mount -t tmpfs -o {options} none {tmp_path}/home && exec DLTUI"
    lab = lessons(tmp_path / "good")
    told = run(tmp_path / "home", shell=f"{mounted} calm --plain --lessons {lab}'")
    assert told.returncode == 0, told.stderr
    assert "This session will not be remembered" in told.stdout
    with screen(tmp_path / "home", shell=f"{mounted}'") as terminal:
        terminal.until("nothing will be remembered")
        terminal.until("cannot be written")
        terminal.press("q")
        assert terminal.wait() == 0


@pytest.mark.parametrize("home", ["", "with a space"])
def test_a_home_of_any_kind(tmp_path: Path, home: str) -> None:
    env = environment(tmp_path, {"HOME": str(tmp_path), "DLTUI_HOME": home, "PYTHONPATH": str(ROOT)})
    env = {key: value for key, value in env.items() if not key.startswith("XDG_")}
    done = subprocess.run([*DLTUI, "calm", "--plain", "--lessons", str(lessons(tmp_path / "good"))], cwd=tmp_path,
                          env=env, capture_output=True, check=False)
    assert done.returncode == 0
    place = tmp_path / home / "state" if home else tmp_path / ".local" / "state" / "dltui"
    assert list((place / "progress").glob("*.jsonl"))


def test_damaged_journals_are_counted_and_the_rest_is_read(tmp_path: Path) -> None:
    lab = lessons(tmp_path / "good")
    assert run(tmp_path, "calm", "--plain", "--lessons", str(lab)).returncode == 0
    (journal,) = (tmp_path / "state" / "progress").iterdir()
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(os.urandom(500).replace(b"\n", b"") + b"\n" + b"".join(lines) + lines[0][:20])
    for name, content in (("20260101-000000-a-lab-long", None), ("20260101-000001-b-lab-long", os.urandom(5000))):
        folder = tmp_path / "state" / "runs" / name
        folder.mkdir(parents=True)
        if content is not None:
            (folder / "journal.jsonl").write_bytes(content)
    listed = run(tmp_path, "list", "--lessons", str(lab))
    assert "2 lines of the record of your progress cannot be read" in listed.stderr
    assert "calm                       1/2" in listed.stdout
    with screen(tmp_path, "lab/long", "--lessons", str(lab)) as terminal:
        terminal.until("A long run")
        terminal.until("t train")
        terminal.press("q")
        terminal.until("lessons done")
        terminal.press("q")
        assert terminal.wait() == 0


# ── the engine behind the screen ────────────────────────────────────────────────────────────────────────────────────


IMPATIENT = """
import dltui.tui.experiment.training as training, os, signal, dltui.tui.engine as engine
training.STALLED = 1.5
start, first = engine.Engine.start, []
def hanging(self):
    start(self)
    if not first:
        first.append(self.pid)
        os.kill(self.pid, signal.SIGSTOP)
engine.Engine.start = hanging
"""
"""The first engine hangs from its birth, and never comes so far as to train."""


def test_an_engine_that_dies_or_hangs_is_replaced_and_left(tmp_path: Path) -> None:
    with screen(tmp_path, "lab/long", "--lessons", str(lessons(tmp_path / "good")), code=IMPATIENT) as terminal:
        terminal.until("t train")
        until(lambda: engines(tmp_path), "an engine")
        (first,) = engines(tmp_path)
        terminal.press("t")
        terminal.until("importing PyTorch")
        os.kill(first, signal.SIGKILL)
        terminal.until("SIGKILL")
        terminal.press("t")
        until(lambda: any(summary.step for summary in runs(tmp_path / "state")), "a run")
        (second,) = engines(tmp_path)
        stop(second)
        terminal.until("No news from the engine")
        terminal.press("t")
        until(lambda: sum(bool(summary.step) for summary in runs(tmp_path / "state")) == 2, "another run")
        (third,) = engines(tmp_path)
        assert third != second
        stop(third)
        terminal.press("ctrl+c")
        assert terminal.wait() == 0
        assert terminal.left_on() == []
        assert engines(tmp_path) == []
    states = [summary.state for summary in runs(tmp_path / "state")]
    assert states == ["lost", "failed"], "one was left behind, the other was given up"


@pytest.mark.skipif(not namespaces(), reason="no mounts for ordinary users here")
def test_a_model_that_is_too_large_and_a_disk_that_is_full_for_a_while(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    words = ("lab/huge", "--lessons", str(lessons(tmp_path / "good")))
    ballast = "head -c 800000 /dev/zero >home/ballast"
    mounted = f"exec unshare -Urm sh -c 'mount -t tmpfs -o size=1m none home && {ballast} && exec DLTUI'"
    with screen(home, *words, shell=mounted.replace("home", str(home))) as terminal:
        terminal.until("t train")
        terminal.press("t")
        terminal.until("TB")
        terminal.until("failed · seed 0")
        terminal.press("p")
        terminal.until("A long run")
        terminal.until("t train")
        terminal.press("t")
        terminal.until("The disk is full")
        inside = Path(f"/proc/{terminal.process.pid}/root{home}")
        (inside / "ballast").unlink()
        terminal.until_gone("The disk is full")
        terminal.press("s")
        terminal.until("■ stopped")
        summary = runs(inside / "state")[0]
        steps = Run.read(summary.folder).series["loss"].steps
        assert steps == list(range(1, summary.step + 1)), "what waited in memory is there"
        terminal.press("ctrl+c")
        assert terminal.wait() == 0
