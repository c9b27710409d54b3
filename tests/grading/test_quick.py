"""What grading one answer file does not load. Times are told by `tests/bench/grading.py`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SLOW = {"typing_extensions", "inspect", "dataclasses", "hashlib", "difflib", "queue", "json", "xml.etree.ElementTree",
        "dltui.lesson.load", "dltui.lesson.share", "dltui.lesson.positions", "dltui.grading.jail",
        "dltui.grading.reports", "dltui.lesson.tasks"}  # fmt: skip
"""Each costs more than judging a question."""
ANSWERS = """format = 1
lesson = "basics-logistic"
learner = "ada"
[answers]
at-zero = "1/2"
backwards = "ln(9)"
decision-point = "-b/w"
true-statements = "a"
"""
CODE = f"""
import sys
from dltui.cli import main
code = main(sys.argv[1:])
print(*sorted({SLOW!r} & set(sys.modules)), code, file=sys.stderr)
import typing_extensions
"""


def test_one_answer_file_pays_for_nothing_else(tmp_path: Path) -> None:
    handed = tmp_path / "one.toml"
    handed.write_text(ANSWERS)
    for _ in range(2):  # the first fills the index of lessons
        ran = subprocess.run([sys.executable, "-c", CODE, "grade", str(handed)], cwd=ROOT, text=True, check=True,
                             capture_output=True, env={**os.environ, "DLTUI_HOME": str(tmp_path / "home")})  # fmt: skip
    assert ran.stdout.count("✓") == 3 and ran.stderr.split() == ["1"]
