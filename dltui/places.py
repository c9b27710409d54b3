"""Where things lie: lessons and assets of the package, and the user's own folders.

State, data, config and cache follow the XDG base directory rules under `dltui`; the variable DLTUI_HOME puts all four
into one folder. Nothing is ever written beside the installed package.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_PACKAGE = Path(__file__).resolve().parent
_PROBE = bytes(4096)
"""What a place must have room for to count as writable: one block."""


class State(NamedTuple):
    """Where runs and progress go in this session."""

    folder: Path
    remembered: bool
    """False: a temporary folder, gone after the next restart of the machine if not sooner."""
    why: str
    """One sentence for a banner; empty if remembered."""


def state_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """Runs and progress."""
    return _user_dir(environ, "state", "XDG_STATE_HOME", ".local/state")


def data_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """The user's own lessons."""
    return _user_dir(environ, "data", "XDG_DATA_HOME", ".local/share")


def config_dir(environ: Mapping[str, str] = os.environ) -> Path:
    return _user_dir(environ, "config", "XDG_CONFIG_HOME", ".config")


def keys_file(environ: Mapping[str, str] = os.environ) -> Path:
    """The learner's own keys, if there are any."""
    return config_dir(environ) / "keys.toml"


def cache_dir(environ: Mapping[str, str] = os.environ) -> Path:
    return _user_dir(environ, "cache", "XDG_CACHE_HOME", ".cache")


def lessons_dir(package: Path = _PACKAGE) -> Path:
    """The lessons of the checkout the package runs from, else those that were installed with it."""
    return _shipped(package, "lessons")


def assets_dir(package: Path = _PACKAGE) -> Path:
    """The data sets of the checkout the package runs from, else those that were installed with it."""
    return _shipped(package, "assets")


def ensure(folder: Path) -> Path:
    """Make the folder, private to the user, with all that it lies in; raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        with suppress(PermissionError):  # writable but not ours, as in some containers: as private as it was
            folder.chmod(0o700)
    return folder


def usable_state(environ: Mapping[str, str] = os.environ) -> State:
    """The state folder if it can be written to, else a private temporary one and why; never raises OSError."""
    wanted = state_dir(environ)
    cause = trouble(wanted)
    if not cause:
        return State(wanted, True, "")
    refused = f"{_shown(wanted)} cannot be written ({cause})"
    for folder in _temporary(environ):
        if _is_private(folder) and not trouble(folder):
            return State(folder, False, f"This session will not be remembered: {refused}.")
    return State(wanted, False, f"Nothing can be saved: {refused}, nor can any temporary folder.")


def trouble(folder: Path) -> str:
    """Why no file can be made and filled in the folder, in a few words; empty if one can."""
    try:
        probe = ensure(folder) / f".probe-{os.urandom(6).hex()}"
        try:
            probe.write_bytes(_PROBE)
        finally:
            probe.unlink(missing_ok=True)
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""


def _user_dir(environ: Mapping[str, str], name: str, variable: str, default: str) -> Path:
    if home := environ.get("DLTUI_HOME"):
        return Path(home).absolute() / name
    base = Path(environ.get(variable, ""))
    return (base if base.is_absolute() else _home(environ) / default) / "dltui"


def _home(environ: Mapping[str, str]) -> Path:
    home = Path(environ.get("HOME") or os.path.expanduser("~"))  # noqa: PTH111  (Path.home raises where there is none)
    return home if home.is_absolute() else Path(os.devnull)  # nothing lies below it, so it counts as not writable


def _temporary(environ: Mapping[str, str]) -> Iterator[Path]:
    """Folders of this user in the places for temporary files. Their names stay the same from session to session, so
    that a run can be found again after a lost connection; the second of each is for when someone else took the first.
    """
    uid = os.getuid() if hasattr(os, "getuid") else 0
    for base in (environ.get("XDG_RUNTIME_DIR"), "/dev/shm", environ.get("TMPDIR"), environ.get("TEMP"), "/tmp"):
        if base and Path(base).is_dir():
            yield Path(base).absolute() / f"dltui-{uid}"
            yield Path(base).absolute() / f"dltui-{uid}-{os.urandom(6).hex()}"


def _is_private(folder: Path) -> bool:
    """Make a folder where others may make theirs; False if what is there is not ours alone."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        ours = not hasattr(os, "getuid") or (found.st_uid == os.getuid() and not found.st_mode & 0o077)
        return stat.S_ISDIR(found.st_mode) and ours
    except OSError:
        return False
    return True


def _shipped(package: Path, name: str) -> Path:
    root = package.parent
    if (root / "pyproject.toml").is_file() and (root / name).is_dir():
        return root / name
    return package / name


def _shown(folder: Path) -> str:
    """The path comes from the environment: nothing in it may reach the terminal as a command."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in str(folder))
