"""What it costs to grade one answer file and to list the course, against `python -c pass`; and a class of 300.

    python tests/bench/grading.py [rounds]

Each round runs both commands once, in turns; processor time of the whole process counts, best of the rounds.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
ANSWERS = """format = 1
lesson = "basics-logistic"
learner = "{name}"
[answers]
at-zero = "1/2"
mirror = "0.119"
backwards = "ln(9)"
decision-point = "-b/w"
slope-at-zero = "0.25"
"""


def seconds(words: list[str], env: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *words], env=env, cwd=ROOT, stdout=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        env |= {"DLTUI_HOME": f"{folder}/home", "PYTHONPATH": str(ROOT)}
        one = Path(folder) / "one.toml"
        one.write_text(ANSWERS.format(name="ada"))
        grade = ["-m", "dltui", "grade", str(one)]
        seconds(grade, env)  # bytecode and the index of lessons
        commands = [["-c", "pass"], ["-c", "import msgspec"], ["-m", "dltui", "list"], grade]
        turns = [[seconds(words, env) for words in commands] for _ in range(rounds)]
        bare, library, listed, graded = (1e3 * min(column) for column in zip(*turns, strict=True))
        print(f"python -c pass {bare:.0f} ms; import msgspec alone {library:.0f} ms: {library / bare:.1f}x")
        print(f"dltui list {listed:.0f} ms: {listed / bare:.1f}x, goal 80 ms")
        print(f"dltui grade of one answer file {graded:.0f} ms: {graded / bare:.1f}x, goal 5x")
        handed = Path(folder) / "class"
        handed.mkdir()
        for number in range(300):
            (handed / f"{number:03}.toml").write_text(ANSWERS.format(name=number))
        began = time.monotonic()
        cpu = seconds(["-m", "dltui", "grade", str(handed)], env)
        print(f"300 answer files: {cpu:.1f} s of processor time, {time.monotonic() - began:.1f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
