"""Hundreds of kills at random moments: what survives, and what is lost.

    PYTHONPATH=. python tests/bench/kills.py --screens 200 --workers 200

The exit code is 1 if anything was wrong.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent.parent / "terminal"))

from campaign import Findings, kill_screens, kill_workers


def report(what: str, found: Findings, seconds: float) -> None:
    print(f"{found.kills} kills of {what}: {found.events} lines looked for, {found.attached} times taken up again,"
          f" {len(found.wrong)} wrong, {seconds:.0f} s", flush=True)  # fmt: skip
    for line in found.wrong:
        print(f"  {line}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--screens", type=int, default=200)
    parser.add_argument("--workers", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    wrong = 0
    for what, count, kill in (("screens", options.screens, kill_screens), ("engines", options.workers, kill_workers)):
        if count:
            with tempfile.TemporaryDirectory() as home:
                began = time.monotonic()
                found = kill(Path(home), count, Random(options.seed), lambda line: print(line, file=sys.stderr))
            report(what, found, time.monotonic() - began)
            wrong += len(found.wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
