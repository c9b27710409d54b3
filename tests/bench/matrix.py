"""The lab in every terminal: 9 kinds, 6 locales or encodings, 5 sizes.

    PYTHONPATH=. python tests/bench/matrix.py [--jobs 2]

The exit code is 1 if anything was wrong.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "terminal"))

from every import LOCALES, SIZES, TERMS, Case, visit


def wrong(case: Case) -> str:
    """What is not as it should be; empty if all is."""
    with tempfile.TemporaryDirectory() as home:
        try:
            visit(case, Path(home))
        except AssertionError as error:
            return str(error)
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only each N-th combination")
    options = parser.parse_args()
    cases = [Case(*each, bare=index % 4 == 3) for index, each in enumerate(product(TERMS, LOCALES, SIZES))]
    cases = cases[:: options.every]
    begun = time.monotonic()
    with ThreadPoolExecutor(options.jobs) as pool:
        found = list(zip(cases, pool.map(wrong, cases), strict=True))
    bad = [(case, said) for case, said in found if said]
    for case, said in bad:
        print(f"{case}\n{said}\n")
    print(f"{len(cases)} terminals, {len(bad)} wrong, {time.monotonic() - begun:.0f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
