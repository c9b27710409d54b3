"""Bubblewrap around a zygote, where there is one that works: namespaces of its own, with no network, no other processes
and of the file system only what an interpreter needs. The layers of `confine` hold inside of it as they do without."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

NAME = "bwrap"
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/alternatives")
"""What programs and libraries of the system need; what is not there is passed over."""


def found() -> str:
    """The program; empty where there is none."""
    return (shutil.which(NAME) or "") if sys.platform == "linux" else ""


def around(program: str, command: Sequence[str], readable: Sequence[Path], environment: Mapping[str, str]) -> list[str]:
    """The words of a command that runs another one inside, which may read these folders and the system's, and has this
    environment. File descriptors that are handed on stay open."""
    places = dict.fromkeys([*SYSTEM, *map(str, readable)])
    words = [program, "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--chdir", "/",
             "--dev", "/dev", "--proc", "/proc"]  # fmt: skip
    for place in places:
        words += ["--ro-bind-try", place, place]
    words.append("--clearenv")
    for name, value in environment.items():
        words += ["--setenv", name, value]
    return [*words, "--", *command]


def interpreter(root: Path) -> list[Path]:
    """Where this Python and its packages are, and our own code: not the lessons beside it, where solutions lie."""
    folders = [sys.prefix, sys.base_prefix, *(path for path in sys.path if path.endswith("-packages"))]
    return [*map(Path, folders), Path(sys.executable).resolve().parent, root / "dltui"]
