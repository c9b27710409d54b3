"""`dltui gradcheck`: what it says, where it says it, and with which exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import dltui
from dltui.cli import main

FILE = '''
import torch
from torch import nn

print("loaded")
example_inputs = (torch.linspace(-1, 1, 6, dtype=torch.float64).view(2, 3), torch.ones(3, dtype=torch.float64))

def right(x, w):
    print("called")
    return (x @ w).tanh()

class Masked(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * (x < 0)

def forward(x, w):
    return x @ w

def backward(g, x, w):
    return torch.outer(g, w), 2 * (x.T @ g)

pair = (forward, backward)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)

    def forward(self, x):
        return self.fc(x).tanh()

class Sized(nn.Module):
    def __init__(self, size):
        super().__init__()

net = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
net_inputs = lambda: {"input": torch.randn(5, 3)}
number_inputs = 7
number = 3
Masked_inputs = torch.tensor([-1.0, 0.5, 2.0], dtype=torch.float64)

def power(x, exponent=2, *, scale):
    return scale * x ** exponent

def many(*xs):
    return sum(x.sin() for x in xs)

def broken(x, w):
    y = x * 2
    return y @ y

def leaves(x, w):
    raise SystemExit("bye")

TURNS = iter(range(10**9))

def flips(x, w):
    return (x * w.sum()).sum() + next(TURNS) * x.sum()

def odd(x, w):
    raise ValueError("\\x1b[2J")
'''


def line(part: str) -> str:
    """`kernels.py:12`"""
    return f"kernels.py:{1 + FILE[: FILE.index(part)].count(chr(10))}"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "kernels.py").write_text(FILE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def gradcheck(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit code, stdout, stderr."""
    try:
        code = main(["gradcheck", *words])
    except SystemExit as left:
        code = int(left.code or 0)
    return (int(code), *capsys.readouterr())


@pytest.mark.parametrize(
    "words",
    [
        ["kernels.py:right"], ["kernels.py:right", "--dtype", "float32"], ["kernels.py:right", "--mode", "sample"],
        ["kernels.py:right", "--mode", "directional"], ["kernels.py:Net", "--input", "x=randn(4,3)"],
        ["kernels.py:net"], ["kernels.py:net", "--mode", "modular", "--dtype", "float64"],
        ["kernels.py:power", "--input", "x=rand(3)", "--input", "scale=0.5"],
        ["kernels.py:many", "--input", "a=randn(2)", "--input", "b=randn(2)"],
        ["kernels.py:power", "--input", "x=rand(3)", "--input", "scale=tensor(2.)", "--input", "exponent=3"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_right_gradients_exit_with_0(words: list[str], folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = gradcheck(capsys, *words)
    assert code == 0, out + err
    assert out.startswith("right  ")
    assert "elements agree" in out.splitlines()[0]


def test_the_report_has_a_row_for_each_tensor_the_cause_and_what_it_took(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = gradcheck(capsys, "kernels.py:pair")
    lines = out.splitlines()
    assert code == 1
    assert lines[0] == "wrong  3 of 9 elements wrong, in w"
    assert lines[1].split("  ")[0] == "tensor"
    assert lines[2].split()[:3] == ["x", "2×3", "ok"]
    assert lines[3].split()[:4] == ["w", "3", "WRONG", "×3"]
    assert "2.000" in lines[4]
    assert "forward passes in" in lines[-1]
    assert err == "loaded\n", "what the file prints is no part of the report"


@pytest.mark.parametrize("place", ["kernels.py:Masked", "kernels.py:pair", "kernels.py:forward,backward"])
def test_wrong_gradients_exit_with_1(place: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = gradcheck(capsys, place)
    assert (code, out.split()[0]) == (1, "wrong")


def test_json_is_one_line_of_data_and_nothing_else(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = gradcheck(capsys, "kernels.py:right", "--json")
    assert out.count("\n") == 1
    found = json.loads(out)
    assert (code, found["title"], found["verdict"]) == (0, "kernels.py:right", "right")
    assert [tensor["name"] for tensor in found["tensors"]] == ["x", "w"]
    assert "called" in err


def test_quiet_is_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = gradcheck(capsys, "kernels.py:pair", "-q")
    assert code == 1
    assert out.count("\n") == 1
    assert out.startswith("kernels.py:pair: wrong, 3 of 9 elements wrong, in w")


def test_equal_seeds_give_equal_reports(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def worst(seed: str) -> object:
        words = ["kernels.py:Net", "--input", "x=randn(4,3)", "--json", "--seed", seed]
        return json.loads(gradcheck(capsys, *words)[1])["tensors"]

    assert worst("3") == worst("3") != worst("4")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere.py:f"], "nowhere.py: no such file; expected FILE.py:NAME or LESSON/STEP"),
        (["kernels.py"], "expected kernels.py:NAME, or kernels.py:FORWARD,BACKWARD; there is right, Masked,"),
        (["kernels.py:rihgt"], "kernels.py has no 'rihgt': did you mean right?"),
        (["kernels.py:a,b,c"], "kernels.py has no 'a'"),
        (["kernels.py:number"], "kernels.py:number is of type int: expected a function,"),
        (["kernels.py:Sized"], "Sized(size) needs arguments: write sized = Sized(…) into kernels.py"),
        (["kernels.py:Net"], "example_inputs in kernels.py do not fit Net(x): too many positional arguments"),
        (["kernels.py:right", "--input", "x=randn(2,3)"], "--input does not fit right(x, w): missing a required"),
        (["kernels.py:right", "--input", "x=rnd(2)"], "--input x: 'rnd' makes no tensor here: did you mean rand?"),
        (["kernels.py:right", "--input", "randn(2)"], "--input randn(2): expected ARGUMENT=VALUE, such as x="),
        (["kernels.py:right", "--mode", "slow"], "invalid choice: 'slow'"),
        (["kernels.py:right", "--budget", "nan"], "'nan' is no number from 0.001 upwards"),
        (["kernels.py:right", "--seed", "-1"], "'-1' is no whole number from 0 upwards"),
        (["mlp-xor/nothing"], "the lesson mlp-xor has no step"),
        (["mlp-xor/by-hand-quiz"], "mlp-xor/by-hand-quiz has no gradient; there is one in no-bend, train-xor,"),
        (["mlp-xor/train-xor", "--input", "x=randn(2)"], "--input is for FILE.py:NAME"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_command_line_exits_with_2_and_says_what_was_expected(
    words: list[str], said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = gradcheck(capsys, *words)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_inputs_that_are_missing_are_asked_for_by_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "bare.py").write_text("def f(x, w, p=2):\n    return x * w\n")
    code, _, err = gradcheck(capsys, "bare.py:f")
    assert code == 2
    assert "f needs inputs: give --input x=randn(2,3) --input w=randn(2,3), or write f_inputs = …" in err
    (folder / "bare.py").write_text("f = abs\nf_inputs = 'nonsense'\n")
    code, _, err = gradcheck(capsys, "bare.py:f")
    assert code == 2
    assert "f_inputs in bare.py is of type str: expected a tensor, a tuple of arguments" in err


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import torch\n1 / 0\n", "own.py:2: ZeroDivisionError: division by zero"),
        ("def f(x)\n", "own.py:1: SyntaxError: expected ':'"),
        ("\x00", "own.py: "),
        ("import nowhere_to_be_found\n", "own.py:1: ModuleNotFoundError"),
        ("\n\nexit()\n", "own.py:3: SystemExit"),
        ("from helper import f\n", "helper.py:2: NameError: name 'undefined' is not defined"),
        ("def f(x):\n    return x\ndef f_inputs():\n    raise KeyError('k')\n", "own.py:4: KeyError: 'k'"),
        ("import torch\nclass f(torch.nn.Module):\n  def __init__(self):\n    [][1]\n", "own.py:4: IndexError"),
        ("raise ValueError('\\x1b[2J')", "own.py:1: ValueError: \N{REPLACEMENT CHARACTER}[2J"),
    ],
)
def test_a_file_that_fails_exits_with_4_and_is_told_by_its_line(
    source: str, said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "helper.py").write_text("f = 1\nundefined\n")
    (folder / "own.py").write_text(source)
    before = list(sys.path)
    code, out, err = gradcheck(capsys, "own.py:f")
    sys.modules.pop("helper", None)
    assert (code, out) == (4, "")
    assert err.startswith(f"dltui: {said}")
    assert err.count("\n") == 1
    assert sys.path == before


def test_imports_are_found_beside_the_file_and_leave_nothing_there(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = folder / "inside"
    inside.mkdir()
    (inside / "neighbour_of_f.py").write_text("def f(x):\n    return x.exp()\n")
    (inside / "torch.py").write_text("from neighbour_of_f import f\nimport dataclasses\n"
                                     "@dataclasses.dataclass\nclass D:\n    x: int\n")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # of the neighbour, which is an ordinary import
    assert gradcheck(capsys, "inside/torch.py:f", "--input", "x=randn(3)")[0] == 0
    assert sorted(path.name for path in inside.iterdir()) == ["neighbour_of_f.py", "torch.py"]
    assert "checked:torch" not in sys.modules


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("broken", ["inconclusive", "the forward raised RuntimeError", f"raised at {line('return y @ y')}"]),
        ("leaves", [f"{line('SystemExit')}: SystemExit: bye"]),
        ("odd", ["inconclusive", f"raised at {line('raise ValueError')}"]),
        ("flips", ["inconclusive", "not deterministic"]),
    ],
)
def test_what_cannot_be_judged_exits_with_4(
    name: str, said: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = gradcheck(capsys, f"kernels.py:{name}")
    assert code == 4
    assert all(each in out + err for each in said), out + err
    assert "\x1b" not in out + err
    assert "Traceback" not in out + err


def test_a_backward_that_raises_is_told_by_its_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "own.py").write_text("def f(x):\n    return x\n\ndef b(g, x):\n    return g / None\n")
    code, out, _ = gradcheck(capsys, "own.py:f,b", "--input", "x=randn(3)")
    assert code == 1
    assert "raised at own.py:5" in out


def test_a_step_of_a_lesson_is_checked_at_its_start(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = gradcheck(capsys, "mlp-xor/train-xor")
    assert code == 0
    assert out.startswith("right  all 33 elements agree")
    assert [line.split()[0] for line in out.splitlines()[2:6]] == ["0.weight", "0.bias", "2.weight", "2.bias"]


def test_each_round_of_a_bug_hunt_has_its_report_and_the_worst_is_the_exit_code(
    hunt: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = gradcheck(capsys, "hunt/hunt", "--lessons", str(hunt))
    assert code == 1
    assert "round 1 of 2: missing-mean in layer 0" in out
    assert "round 2 of 2: an honest backward" in out
    code, out, _ = gradcheck(capsys, "hunt/hunt", "--lessons", str(hunt), "--json")
    reports = [json.loads(line) for line in out.splitlines()]
    assert [report["verdict"] for report in reports] == ["wrong", "right"]
    assert reports[0]["title"] == "hunt/hunt round 1"


def test_a_step_that_cannot_be_checked_exits_with_4(hunt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = gradcheck(capsys, "hunt/large", "--lessons", str(hunt))
    assert (code, out) == (4, "")
    assert "hunt/large cannot be checked: the model has" in err


def test_the_tour_shows_reports_asks_what_is_wrong_and_then_lets_the_checker_speak(
    hunt: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = hunt / "answers"
    answers.write_text("It was summed\nIt was summed\nNothing\n")
    with answers.open() as given:
        monkeypatch.setattr(sys, "stdin", given)
        assert main(["hunt/hunt", "--plain", "--lessons", str(hunt)]) == 0
    out = capsys.readouterr().out
    first, second = out.split("round 1 of 2")[1].split("round 2 of 2")
    assert first.index("WRONG") < first.index("What is wrong?") < first.index("Right.") < first.index("The checker: ")
    assert "missing-mean" not in out
    assert first.index("0.weight: error ÷ tolerance") < first.index("# more") < first.index("What is wrong?")
    assert "error ÷ tolerance" not in second, "nothing is wrong there"
    assert "Not right. No, it was not." in second
    assert second.index("Not right.") < second.index("Right. ")
    assert "This cannot be checked: the model has" in out.split("2/2 Too large")[1]


def test_the_real_command(folder: Path) -> None:
    env = os.environ | {"PYTHONPATH": str(Path(dltui.__file__).parent.parent), "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([sys.executable, "-m", "dltui", "gradcheck", "kernels.py:pair"], cwd=folder, env=env,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "w       3      WRONG x3" in done.stdout
    assert "±" not in done.stdout and "+-" in done.stdout
    assert not (folder / "__pycache__").exists()


@pytest.fixture
def hunt(tmp_path: Path) -> Path:
    """A folder with one lesson."""
    option = '{{ text = "{}", {} }}'
    summed = [option.format("It was summed", "ok = true"), option.format("Nothing", 'why = "Look again."')]
    honest = [option.format("It was summed", 'why = "No, it was not."'), option.format("Nothing", "ok = true")]
    step = '\n[[step]]\nid = "{}"\ntitle = "{}"\nkind = "gradient"\ndata = "xor"\nbatch = 4\nloss = "cross_entropy"\n'
    layers = 'model = [{{ layer = "linear", out = {} }}, {{ layer = "tanh" }}, {{ layer = "linear", out = 2 }}]\n'
    (tmp_path / "01-hunt.toml").write_text("".join([
        'format = 1\nid = "hunt"\ntitle = "Hunt"\nminutes = 1\ngoals = ["find it"]\n',
        step.format("hunt", "Hunt"), layers.format(4),
        f'[[step.rounds]]\nbug = "missing-mean"\nlayer = 0\noptions = [{", ".join(summed)}]\n',
        f'[[step.rounds]]\nbug = "none"\noptions = [{", ".join(honest)}]\n',
        step.format("large", "Too large"), layers.format(4096 * 10),
    ]))  # fmt: skip
    return tmp_path
