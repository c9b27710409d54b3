"""`dltui schema`."""

from __future__ import annotations

import argparse
import json

from dltui.commands.exits import Exit
from dltui.lesson.schema import schema


def run(options: argparse.Namespace) -> int:
    print(json.dumps(schema(), indent=1))
    return Exit.FINE
