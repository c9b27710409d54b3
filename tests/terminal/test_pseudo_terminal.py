"""The real program in a real pseudo-terminal, engine and all."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hostile import engines, lessons, until
from pseudo import Terminal

from dltui.journal.folder import runs
from dltui.journal.run import Run

DLTUI = [sys.executable, "-m", "dltui"]
ROOT = Path(__file__).parent.parent.parent


def lab(home: Path, *words: str, size: tuple[int, int] = (120, 40), **env: str) -> Terminal:
    return Terminal([*DLTUI, *words], size=size, cwd=ROOT, env={"DLTUI_HOME": str(home), **env})


def start_training(terminal: Terminal, *, key: str = "t", guess: str = "", steps: str) -> None:
    """Commit to a guess, or skip it, and train."""
    terminal.until("Your guess first")
    terminal.press("t")
    terminal.until("Commit to a number")
    terminal.press(*guess, "enter")
    terminal.until(f"You said {guess}" if guess else "No guess this time")
    terminal.press(key)
    terminal.until(steps)


def start_one_step(terminal: Terminal, guess: str = "") -> None:
    """Where the run waits then, it waits for ever; one that goes on may be over before anybody looks."""
    start_training(terminal, key=".", guess=guess, steps="‖ paused")


def test_the_main_road(tmp_path: Path) -> None:
    """Open a lesson, step, train, see the curve, answer a question, leave, come back to the same place."""
    with lab(tmp_path) as terminal:
        terminal.until("From a line to the logistic unit")
        terminal.press("down", "down", "enter")
        terminal.until("1/15")
        for step in range(2, 7):
            terminal.press("n")
            terminal.until(f"{step}/15")
        start_training(terminal, steps="✓ done 500/500")
        assert "accuracy 1" in terminal.text
        assert "the model at step" in terminal.text
        terminal.quiet(2.0)  # idle means no byte
        terminal.press("n")
        terminal.until("Question 1 of")
        terminal.press("0.34657", "enter")
        terminal.until("✓")
        terminal.press("q")
        terminal.until("lessons done")
        terminal.press("q")
        assert terminal.wait() == 0
        assert terminal.left_on() == []
    with lab(tmp_path) as terminal:
        terminal.until("7/15")
        terminal.until("✓")
        terminal.press("ctrl+c")
        assert terminal.wait() == 0


def test_a_signal_while_a_run_goes_on_leaves_a_clean_terminal_and_no_process(tmp_path: Path) -> None:
    with lab(tmp_path, "lab/long", "--lessons", str(lessons(tmp_path / "good"))) as terminal:
        terminal.until("t train")
        terminal.press("t")
        terminal.until("kept")
        terminal.press("K")
        terminal.until("stops with a checkpoint when the lab closes")
        assert engines(tmp_path)
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.wait() == 128 + signal.SIGTERM
        assert terminal.left_on() == []
        assert terminal.cooked
        until(lambda: not engines(tmp_path), "the engine is gone")
    (summary,) = runs(tmp_path / "state")
    assert (summary.state, bool(summary.checkpoint)) == ("stopped", True)


def test_a_lost_connection_ends_the_screen_and_leaves_a_run_that_can_be_resumed(tmp_path: Path) -> None:
    with lab(tmp_path, "mlp-xor/spiral") as terminal:
        start_one_step(terminal)
        terminal.hang_up()
        until(lambda: terminal.process.poll() is not None, "the screen is gone")
        until(lambda: not engines(tmp_path), "the engine is gone")
    (summary,) = runs(tmp_path / "state")
    assert (summary.state, summary.step) == ("stopped", 1)


def test_a_killed_screen_loses_nothing_and_the_run_resumes_in_the_next_sitting(tmp_path: Path) -> None:
    with lab(tmp_path, "mlp-xor/spiral") as terminal:
        start_one_step(terminal, guess="0.5")
        terminal.process.kill()
        terminal.process.wait()
        until(lambda: not engines(tmp_path), "the engine is gone")
    (summary,) = runs(tmp_path / "state")
    assert summary.state == "stopped"
    assert summary.checkpoint
    steps = Run.read(summary.folder).series["loss"].steps
    assert steps == list(range(1, summary.step + 1))
    with lab(tmp_path, "mlp-xor/spiral") as terminal:
        terminal.until("■ stopped")
        terminal.press(" ")
        terminal.until("✓ done 600/600")
        terminal.press("q")
        terminal.until("lessons done")
        terminal.press("q")
        terminal.wait()
    whole = Run.read(summary.folder)
    assert whole.series["loss"].steps == list(range(1, 601))


def test_a_killed_engine_is_told_and_t_starts_a_fresh_one(tmp_path: Path) -> None:
    with lab(tmp_path, "mlp-xor/spiral") as terminal:
        start_one_step(terminal)
        (pid,) = engines(tmp_path)
        os.kill(pid, signal.SIGKILL)
        terminal.until("SIGKILL")
        terminal.until("✗ lost")
        terminal.press("t")
        terminal.until("✓ done 600/600")
        assert engines(tmp_path) != [pid]


def test_an_error_in_a_handler_is_a_sentence_a_file_and_exit_code_70(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom dltui.tui.course import CourseScreen\n"
        "def boom(self): raise RuntimeError('a \\x1b[31mred\\x1b[0m wire')\n"
        "CourseScreen.action_search = boom\nfrom dltui.cli import main\nsys.exit(main([]))"
    )
    with Terminal([sys.executable, "-c", code], cwd=ROOT, env={"DLTUI_HOME": str(tmp_path)}) as terminal:
        terminal.until("logistic")
        terminal.press("/")
        assert terminal.wait() == 70
        assert terminal.left_on() == []
        assert terminal.cooked
        assert "dltui met an error of its own" in terminal.text
        assert "Traceback" not in terminal.text
    (crash,) = (tmp_path / "state").glob("crash-*.txt")
    assert "RuntimeError" in crash.read_text()


def test_resizing_redraws_and_too_small_says_so(tmp_path: Path) -> None:
    with lab(tmp_path, "perceptron-sgd/five-updates") as terminal:
        terminal.until("31 of 50")
        terminal.resize(40, 12)
        terminal.until("too small")
        terminal.resize(80, 24)
        terminal.until("tab")
        for columns in (30, 200, 61, 99, 100, 120):
            terminal.resize(columns, 20 + columns % 17)
            terminal.pump(0.01)
        terminal.resize(120, 40)
        terminal.until("31 of 50")


def test_text_with_escapes_in_a_lesson_cannot_reach_the_terminal(tmp_path: Path) -> None:
    evil = tmp_path / "evil"
    evil.mkdir()
    (evil / "90-evil.toml").write_text(
        'format = 1\nid = "evil"\ntitle = "Evil \\u001b]52;c;aGk=\\u0007 \\u009b31m"\nminutes = 1\ngoals = ["x"]\n'
        '[[step]]\nkind = "read"\nid = "a"\ntitle = "a"\ntext = "\\u001b[2J [@click=app.quit]x[/]"\n'
    )
    with lab(tmp_path, "--lessons", str(evil)) as terminal:
        terminal.until("✗")
        terminal.press("down", "down", "down", "enter")
        terminal.quiet()
        assert b"]52;c" not in terminal.raw
        assert b"\xc2\x9b31m" not in terminal.raw
        assert b"\x1b[31m" not in terminal.raw


def plain(home: Path, *words: str, text: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """Without a terminal."""
    base = {key: value for key, value in os.environ.items() if key != "PYTHONWARNINGS"}
    return subprocess.run([*DLTUI, *words], cwd=ROOT, input=text, capture_output=True, text=True, check=False,
                          env={**base, "DLTUI_HOME": str(home), **env})


def test_a_pipe_plays_the_first_lesson_and_exits_0(tmp_path: Path) -> None:
    done = plain(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "From a line to the logistic unit" in done.stdout
    assert "done at step" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_answers_from_a_pipe_are_judged(tmp_path: Path) -> None:
    done = plain(tmp_path, "perceptron-sgd/score", "--plain", text="99\n1\nq\n")
    assert "Right." in done.stdout
    assert "Not right." in done.stdout
    assert done.returncode == 0


def test_a_dumb_terminal_gets_lines(tmp_path: Path) -> None:
    with lab(tmp_path, "basics-logistic/values", TERM="dumb") as terminal:
        terminal.until("your answer")
        assert b"\x1b[?1049h" not in terminal.raw
        terminal.press("ctrl+c")
        assert terminal.wait() == 130


def test_headless_training_prints_what_its_journal_holds(tmp_path: Path) -> None:
    """That two processes measure the same is tested where engines are."""
    done = plain(tmp_path, "train", "mlp-xor/train-xor", "--set", "steps=60", "--seed", "7", "--json")
    assert done.returncode == 0
    told = json.loads(done.stdout)
    run = Run.read(tmp_path / "state" / "runs" / told["run"])
    assert (told["state"], told["steps"], told["final"]) == ("done", 60, run.final)
    assert run.series["loss"].steps == list(range(1, 61))


@pytest.mark.parametrize(("words", "code", "said"), [
    (["nowhere"], 2, "no lesson"),
    (["mlp-xor/trian-xor"], 2, "train-xor"),
    (["train", "mlp-xor/train-xor", "--set", "lr=fast"], 2, "lr"),
    (["train", "mlp-xor/train-xor", "--set", "lrr=1"], 2, "lr"),
    (["lint", "nowhere.toml"], 2, "no such"),
    (["--lessons", "/nowhere", "list"], 2, "no such folder"),
])
def test_bad_requests_are_one_clear_line(tmp_path: Path, words: list[str], code: int, said: str) -> None:
    done = plain(tmp_path, *words)
    assert done.returncode == code, done.stdout + done.stderr
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_an_unwritable_state_folder_is_said_and_does_not_stop_the_lab(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    with lab(tmp_path, "mlp-xor/train-xor") as terminal:
        start_training(terminal, steps="✓ done 500/500")
        terminal.press("q")
        terminal.until("nothing will be remembered")
    assert (tmp_path / "state").read_text().startswith("a file")
