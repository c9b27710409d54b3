"""How well this machine can hold student code apart, layer by layer, for people to read."""

from __future__ import annotations

import sys

from msgspec import Struct

from dltui.grading import bubblewrap
from dltui.grading.confine import LAYERS, landlock_version
from dltui.grading.jail import Jail, NoJail

LIMITS = "limits of time and memory"


class Isolation(Struct, frozen=True):
    strength: str
    """strong: every layer holds, so that `--untrusted` grades; weak: some are missing; none: code cannot be run."""
    layers: dict[str, bool]
    """By name, whether it holds."""
    landlock: int
    """Version of the kernel's Landlock; 0: none. Connections are closed by it from 4 on, signals from 6 on; before,
    the list of calls closes them alone."""
    bubblewrap: str
    """`around it`, `not installed`, or why it is not used. A help, not a need."""
    note: str = ""


def examined() -> Isolation:
    """Start a jail and see what holds."""
    with Jail("numpy") as jail:
        try:
            missing = jail.missing()
        except NoJail as error:
            return Isolation("none", {}, 0, _wrapped(False), str(error))
        layers = {name: name not in missing for name in LAYERS} | {LIMITS: True}
        return Isolation("weak" if missing else "strong", layers, landlock_version(), _wrapped(jail.wrapped))


def _wrapped(used: bool) -> str:
    if used:
        return "around it"
    return "installed, but may not make namespaces here" if bubblewrap.found() else \
        "not installed" if sys.platform == "linux" else "only on Linux"
