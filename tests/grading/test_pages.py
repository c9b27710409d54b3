"""Where large pages fit, from lists of mappings as the kernel writes them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dltui.grading.pages import MAPS, SIZE, places

LISTED = """\
555555554000-555555a00000 rw-p 00000000 00:00 0                          [heap]
7f0000000000-7f0000400000 rw-p 00000000 00:00 0
7f0000500000-7f0000600000 rw-p 00000000 00:00 0
7f0000800000-7f0000c00000 r--p 00000000 00:00 0 
7f0001000000-7f0001400000 rw-p 00000000 08:01 77                         /usr/lib/a library.so
7f0002000000-7f0002400000 rw-s 00000000 00:00 0
7ffffff00000-7ffffffff000 rw-p 00000000 00:00 0                          [stack]
"""


def test_whole_pages_of_memory_that_is_written() -> None:
    assert list(places(LISTED)) == [0x555555600000, 0x555555800000, 0x7F0000000000, 0x7F0000200000]


@pytest.mark.skipif(not MAPS.exists(), reason="not Linux")
def test_what_is_in_large_pages_is_what_it_was() -> None:
    code = ("from dltui.grading.pages import enlarge\nheld = bytearray(range(256)) * 65536\nnumber = enlarge()\n"
            "assert held == bytearray(range(256)) * 65536\nprint(number)")  # fmt: skip
    ran = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], capture_output=True, text=True,
                         check=True)  # fmt: skip
    assert int(ran.stdout) >= 0 and SIZE == 2**21, "none, where the kernel is older"
