"""The lab in every terminal: 9 kinds, 6 locales or encodings, 5 sizes, and in each pair of them every way to end.

    PYTHONPATH=. python tests/bench/matrix.py [--jobs 2] [--part 1/3]

Prints each terminal in which something was wrong when it is found, and a table at the end. The exit code is 1 if
anything was wrong.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "terminal"))

from every import ENDINGS, LOCALES, SIZES, TERMS, Case, visit


def cases() -> list[Case]:
    """A size and a locale meet each ending in some terminal, and so do a size and a terminal: a Latin square."""
    found = []
    for index, (term, locale, size) in enumerate(product(TERMS, LOCALES, SIZES)):
        turn = TERMS.index(term) + list(LOCALES).index(locale) + SIZES.index(size)
        found.append(Case(term, locale, size, bare=index % 4 == 3, ending=ENDINGS[turn % len(ENDINGS)]))
    return found


def wrong(case: Case) -> str:
    """What is not as it should be; empty if all is."""
    with tempfile.TemporaryDirectory() as home:
        try:
            visit(case, Path(home))
        except AssertionError as error:
            print(f"{case}\n{error}\n", flush=True)
            return str(error) or "wrong"
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--part", default="1/1", metavar="I/N", help="only one of N parts")
    options = parser.parse_args()
    part, parts = map(int, options.part.split("/"))
    visited = cases()[part - 1 :: parts]
    begun = time.monotonic()
    with ThreadPoolExecutor(options.jobs) as pool:
        said = list(pool.map(wrong, visited))
    count = Counter((case.term, case.locale) for case in visited)
    bad = Counter((case.term, case.locale) for case, what in zip(visited, said, strict=True) if what)
    print("right of visited".ljust(16), *(locale.rjust(8) for locale in LOCALES))
    for term in TERMS:
        row = [f"{count[term, locale] - bad[term, locale]}/{count[term, locale]}".rjust(8) for locale in LOCALES]
        print((term or "unset").ljust(16), *row)
    print(f"{len(visited)} terminals, {bad.total()} wrong, {time.monotonic() - begun:.0f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
