"""What a hostile world puts in the way, and how to start the program in it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from pseudo import PATIENCE, Terminal

from dltui.text import FORBIDDEN

ROOT = Path(__file__).parent.parent.parent
DLTUI = [sys.executable, "-m", "dltui"]
WHOLE = ROOT / "tests" / "lesson" / "data" / "whole.toml"
OSC = "\x1b]52;c;aGk=\x07"
"""Writes to the clipboard of terminals that allow it."""

CALM = """
format = 1
id = "calm"
title = "Nothing to train"
minutes = 1
goals = ["read on"]

[[step]]
kind = "read"
id = "text"
title = "A text – with “letters”"
text = '''
The unit σ, with $\\frac{1}{1 + e^{-x}} \\le 1$ … and more.
'''

[[step]]
kind = "explore"
id = "unit"
title = "The unit"
explorer = "logistic"
"""
LAB = """
format = 1
id = "lab"
title = "Trials"
minutes = 1
goals = ["survive"]

[[step]]
kind = "experiment"
id = "long"
title = "A long run"
data = "spiral"
model = [{ layer = "linear", out = 8 }, { layer = "tanh" }, { layer = "linear", out = 1 }]
loss = "binary_cross_entropy"
optimizer = { kind = "adam", lr = 0.01 }
steps = 1_000_000
show = ["loss", "regions"]

[[step]]
kind = "experiment"
id = "huge"
title = "A model of five terabytes"
data = "xor"
model = [{ layer = "linear", out = 1_000_000 }, { layer = "relu" }, { layer = "linear", out = 500_000 },
         { layer = "relu" }, { layer = "linear", out = 1 }]
loss = "binary_cross_entropy"
optimizer = { kind = "adam", lr = 0.01 }
steps = 10
show = ["loss"]

[[step]]
kind = "experiment"
id = "wild"
title = "A run that diverges"
data = "hours"
model = [{ layer = "linear", out = 1 }]
loss = "mse"
optimizer = { kind = "sgd", lr = 1000 }
steps = 500
show = ["loss"]

[[step]]
kind = "experiment"
id = "digits"
title = "Digits"
data = "digits"
model = [{ layer = "flatten" }, { layer = "linear", out = 10 }]
loss = "cross_entropy"
optimizer = { kind = "adam", lr = 0.01 }
steps = 2
batch = 32
show = ["loss"]
"""


def lessons(folder: Path) -> Path:
    """A folder with the lessons `calm` and `lab`."""
    folder.mkdir()
    (folder / "50-calm.toml").write_text(CALM)
    (folder / "60-lab.toml").write_text(LAB)
    return folder


def troubled(folder: Path) -> dict[str, str]:
    """Fill a folder with files that are no lessons; by name, a piece of the sentence that each should get."""
    folder.mkdir()
    wrong: dict[str, tuple[str | bytes, str]] = {
        "10-key.toml": (CALM.replace("text = ", "tekst = "), "did you mean “text”?"),
        "11-dotted.toml": (".".join("a" * 20_000) + " = 1\n", "at most 16 parts"),
        "12-nested.toml": ("x = " + "[" * 100_000, "nested more than 32 deep"),
        "13-tables.toml": ("x = " + "{a=" * 5_000, "nested more than 32 deep"),
        "14-digits.toml": ("x = " + "1" * 5_000, "too many digits"),
        "15-large.toml": ("#" * 300 * 1024, "at most 256 KiB"),
        "16-latin.toml": (b"title = '\xff'", "no UTF-8"),
        "17-zeros.toml": (bytes(1000), "neither key = value"),
        "18-empty.toml": ("", "format is missing"),
        "19-raw.toml": (f"title = '{OSC}'", "19-raw.toml:1:"),
    }
    for name, (content, _) in wrong.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    expected = {name: sentence for name, (_, sentence) in wrong.items()}
    os.mkfifo(folder / "20-pipe.toml")
    (folder / "21-folder.toml").mkdir()
    with socket.socket(socket.AF_UNIX) as unix:
        here = os.open(folder, os.O_RDONLY)
        try:
            unix.bind(f"/proc/self/fd/{here}/22-socket.toml")  # the real path may be too long for a socket
        finally:
            os.close(here)
    (folder / "23-device.toml").symlink_to("/dev/zero")
    (folder / "24-outside.toml").symlink_to("/etc/passwd")
    (folder / "25-circle.toml").symlink_to("25-circle.toml")
    (folder / os.fsdecode(b"26-\xff\x1b[2J.toml")).write_text("x = 1")
    expected |= dict.fromkeys(("20-pipe.toml", "21-folder.toml", "22-socket.toml"), "no regular file")
    expected |= dict.fromkeys(("23-device.toml", "24-outside.toml"), "leads out of its folder")
    expected |= {"25-circle.toml": "cannot be read", "26-": "NN-id.toml"}
    return expected


def poisoned(folder: Path) -> Path:
    """A lesson with terminal escapes in every one of its texts, ids and words."""
    folder.mkdir()
    text = re.sub(r'"([^"\n]+)"', r'"\1\\u001b]52;c;aGk="', WHOLE.read_text())
    text = re.sub(r"'''\n([^']+)'''", "'''\n\\1\x9b31m'''", text)
    (folder / "70-whole.toml").write_text(text)
    (folder / f"71-{OSC}.toml").write_text(CALM)
    return folder


def run(home: Path, *words: str, shell: str = "", text: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """The program without a terminal, or a line of `shell` in which DLTUI is the program."""
    command = ["sh", "-c", shell.replace("DLTUI", " ".join(DLTUI))] if shell else [*DLTUI, *words]
    done = subprocess.run(
        command, cwd=ROOT, input=text.encode(), capture_output=True, check=False, timeout=PATIENCE,
        env=environment(home, env),
    )  # fmt: skip
    said = [part.decode(env.get("PYTHONIOENCODING", "utf-8"), "strict") for part in (done.stdout, done.stderr)]
    assert "Traceback" not in said[0] + said[1], said
    for part in said:
        found = FORBIDDEN.search(part)
        assert found is None, part[max(0, found.start() - 80) : found.start() + 80]
    return subprocess.CompletedProcess(command, done.returncode, *said)


def screen(home: Path, *words: str, code: str = "", shell: str = "", **env: str) -> Terminal:
    """The program in a terminal, after some lines of code of its own, or started by a line of `shell`."""
    command = [*DLTUI, *words]
    if code:
        command = [sys.executable, "-c", f"import sys\n{code}\nfrom dltui.cli import main\nsys.exit(main({words!r}))"]
    if shell:
        command = ["sh", "-c", shell.replace("DLTUI", " ".join(command))]
    return Terminal(command, cwd=ROOT, env={"DLTUI_HOME": str(home), **env})


def environment(home: Path, more: dict[str, str]) -> dict[str, str]:
    base = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "PYTHONWARNINGS", "COLUMNS")}
    return {**base, "DLTUI_HOME": str(home), **more}


def engines(home: Path) -> list[int]:
    """Worker processes that write below `home`, zombies left out."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if b"dltui.engine" in words and any(word.startswith(str(home).encode()) for word in words) and state != "Z":
            found.append(int(entry.name))
    return found


def until(condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.02)


def stop(pid: int) -> None:
    """As if it hung."""
    os.kill(pid, signal.SIGSTOP)


def stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def namespaces() -> bool:
    """Whether a mount of our own is possible here."""
    try:
        mount = ["unshare", "-Urm", "mount", "-t", "tmpfs", "none", "/mnt"]
        made = subprocess.run(mount, capture_output=True, check=False)
    except OSError:
        return False
    return made.returncode == 0
