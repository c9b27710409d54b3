"""`dltui doctor`."""

from __future__ import annotations

import argparse

from dltui.commands.place import found_course
from dltui.plain.waiting import waiting


def run(options: argparse.Namespace) -> int:
    with waiting("importing PyTorch"):
        from dltui.plain.doctor import examine
    return examine(found_course(options), device=options.device, as_json=options.json)
