"""What this machine has to offer, and what would become of each experiment on it."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
import time
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import msgspec
import torch

import dltui
from dltui.engine import inventory, memory
from dltui.engine.assembly import Misfit, planned
from dltui.engine.device import Choice, DeviceError
from dltui.engine.inventory import Gpu, Inventory, InventoryError
from dltui.grading import isolation
from dltui.lesson.find import Course, find
from dltui.lesson.layout import LayoutError
from dltui.lesson.records import Experiment
from dltui.places import cache_dir, config_dir, data_dir, keys_file, state_dir, trouble
from dltui.plain.streams import takes
from dltui.text import one_line

FINE, FAILED = 0, 1
PACKAGES = ("torch", "numpy", "textual", "rich", "plotext", "msgspec", "nvidia-ml-py")
TERMINAL = ("TERM", "COLORTERM", "NO_COLOR", "LANG", "LC_ALL", "SSH_CONNECTION", "TMUX", "TEXTUAL_DRIVER")
VARIABLES = ("CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "DLTUI_HOME", "DLTUI_DEVICES", "OMP_NUM_THREADS",
             "SLURM_JOB_ID", "SLURM_ARRAY_TASK_ID")


def examine(course: Course, *, device: str, as_json: bool) -> int:
    """Print everything; the exit code: 0 fine, 1 when something has to be put right."""
    began = time.monotonic()
    try:
        there, wrong = inventory.read(), ""
    except InventoryError as error:
        there, wrong = Inventory(), str(error)
    found: dict[str, Any] = {
        "versions": _versions(), "devices": _devices(there, wrong), "processor": _processor(),
        "variables": {name: one_line(os.environ[name], 200) for name in VARIABLES if name in os.environ},
        "isolation": msgspec.to_builtins(isolation.examined()), "folders": _folders(),
        "terminal": _terminal(), "experiments": list(_experiments(course, device, there)),
        "seconds": round(time.monotonic() - began, 3),
    }  # fmt: skip
    found["problems"] = list(_problems(found))
    print(json.dumps(found) if as_json else "\n".join(_lines(found)))
    return FAILED if found["problems"] else FINE


def _versions() -> dict[str, str]:
    told = {"dltui": dltui.__version__, "python": platform.python_version(), "system": platform.platform()}
    for name in PACKAGES:
        try:
            told[name] = version(name)
        except PackageNotFoundError:
            told[name] = "not installed"
    return told | {"torch": str(torch.__version__), "CUDA of torch": torch.version.cuda or "none"}


def _devices(there: Inventory, wrong: str) -> dict[str, Any]:
    return {"gpus": [msgspec.to_builtins(gpu) for gpu in there.gpus], "source": there.source, "note": there.note,
            "rehearsal": there.rehearsal, "problem": wrong}  # fmt: skip


def _processor() -> dict[str, Any]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {"cores": cores, "threads of torch": torch.get_num_threads(), "free": memory.free_bytes(torch.device("cpu")),
            "kind": platform.machine()}  # fmt: skip


def _folders() -> dict[str, Any]:
    """Looking for room makes those that are not there yet, as the first run would."""
    places = {"state": state_dir(), "data": data_dir(), "config": config_dir(), "cache": cache_dir()}
    return {name: {"path": one_line(str(place), 200), "problem": trouble(place), "bytes": _size(place)}
            for name, place in places.items()}  # fmt: skip


def _size(folder: Path) -> int:
    sizes = 0
    for place, _, files in os.walk(folder):
        for name in files:
            try:
                sizes += (Path(place) / name).lstat().st_size
            except OSError:  # gone since
                continue
    return sizes


def _terminal() -> dict[str, Any]:
    told: dict[str, Any] = {name: one_line(os.environ[name], 80) for name in TERMINAL if name in os.environ}
    columns, rows = shutil.get_terminal_size((0, 0))
    tty = {name: end is not None and end.isatty() for name, end in
           (("stdin", sys.__stdin__), ("stdout", sys.__stdout__), ("stderr", sys.__stderr__))}  # fmt: skip
    colours = 2 if "NO_COLOR" in os.environ else _colours()
    return told | {"columns": columns, "rows": rows, "terminal": tty, "encoding": sys.stdout.encoding,
                   "draws": takes(sys.stdout), "colours": colours}  # fmt: skip


def _colours() -> int:
    """As the terminal claims by its variables."""
    term = os.environ.get("TERM", "")
    if os.environ.get("COLORTERM", "").lower() in ("truecolor", "24bit") or "direct" in term:
        return 1 << 24
    return 256 if "256" in term else 2 if term in ("", "dumb") else 16


def _experiments(course: Course, device: str, there: Inventory) -> Iterator[dict[str, Any]]:
    for entry in course.entries:
        if entry.problems:
            yield {"lesson": entry.id, "step": "", "problem": one_line(str(entry.problems[0]), 200)}
        lesson = entry.lesson or (find(course, entry.id)[0].lesson if not entry.problems else None)
        for step in lesson.step if lesson is not None else ():
            if isinstance(step, Experiment):
                told: dict[str, Any] = {"lesson": entry.id, "step": step.id}
                try:
                    chosen, work = planned(step, device, inventory=there)
                    yield told | _chosen(chosen) | {"operations": work}
                except (Misfit, DeviceError, LayoutError) as error:
                    yield told | {"problem": one_line(str(error), 200)}


def _chosen(chosen: Choice) -> dict[str, str]:
    return {"device": chosen.name, "reason": chosen.reason}


def _problems(found: dict[str, Any]) -> Iterator[str]:
    if found["devices"]["problem"]:
        yield found["devices"]["problem"]
    for name, place in found["folders"].items():
        if place["problem"]:
            yield f"the {name} folder {place['path']} cannot be written: {place['problem']}"
    for told in found["experiments"]:
        if "problem" in told:
            yield f"{_place(told)}: {told['problem']}"


def _lines(found: dict[str, Any]) -> Iterator[str]:
    yield _row("versions", ", ".join(f"{name} {told}" for name, told in found["versions"].items()))
    processor = found["processor"]
    free = f", {memory.in_words(processor['free'])} free" if processor["free"] is not None else ""
    yield _row("processor", f"{processor['cores']} cores ({processor['kind']}){free}")
    devices = found["devices"]
    for gpu in devices["gpus"]:
        yield _row("GPU", _gpu(msgspec.convert(gpu, Gpu)))
    if not devices["gpus"]:
        yield _row("GPU", devices["note"] or "none")
    elif devices["note"] or devices["source"]:
        rehearsal = "rehearsal of " if devices["rehearsal"] else "told by "
        yield _row("", "; ".join(filter(None, (f"{rehearsal}{devices['source']}", devices["note"]))))
    yield _row("student code", _isolated(found["isolation"]))
    for name, value in found["variables"].items():
        yield _row("variable", f"{name}={value}")
    for name, place in found["folders"].items():
        state = place["problem"] or f"writable, {memory.in_words(place['bytes'])}"
        yield _row(f"{name} folder", f"{place['path']}: {state}")
    yield _row("keys", _keys())
    yield _row("terminal", _seen(found["terminal"]))
    yield from _table(found["experiments"])
    for problem in found["problems"]:
        yield _row("PROBLEM", problem)


def _keys() -> str:
    """The file is read by the lab alone, which has the list of actions."""
    file = one_line(str(keys_file()), 200)
    if os.access(keys_file(), os.F_OK):
        return f"{file}; dltui keys --check reads it"
    return f"the lab's own; dltui keys > {file} begins a file with others"


def _isolated(told: dict[str, Any]) -> str:
    names = [f"Landlock {told['landlock']}" if name == "landlock" else name for name, holds in told["layers"].items()
             if holds]  # fmt: skip
    missing = [f"no {name.removeprefix('no ')}" for name, holds in told["layers"].items() if not holds]
    parts = [", ".join(names), ", ".join(missing), told["note"], f"bubblewrap {told['bubblewrap']}"]
    return f"isolation {told['strength']}: {'; '.join(filter(None, parts))}"


def _gpu(gpu: Gpu) -> str:
    facts = [gpu.title]
    if gpu.total:
        free = "" if gpu.free is None else f"{memory.in_words(gpu.free)} free of "
        facts.append(f"{free}{memory.in_words(gpu.total)}")
    facts += [] if gpu.load is None else [f"{gpu.load:.0%} busy"]
    facts += [] if gpu.processes is None else [f"{gpu.processes} process{'' if gpu.processes == 1 else 'es'}"]
    return f"{gpu.name}: {', '.join(facts)}"


def _seen(terminal: dict[str, Any]) -> str:
    size = f"{terminal['columns']}x{terminal['rows']}" if terminal["columns"] else "size unknown"
    names = " ".join(f"{name}={terminal[name]}" for name in TERMINAL if name in terminal)
    ends = [name for name, is_terminal in terminal["terminal"].items() if is_terminal]
    draws = "draws in Unicode" if terminal["draws"] else "draws in ASCII"
    return (f"{size}, {terminal['colours']} colours, {terminal['encoding']} ({draws}),"
            f" a terminal on {', '.join(ends) or 'nothing'}; {names}")  # fmt: skip


def _table(experiments: list[dict[str, Any]]) -> Iterator[str]:
    """Neighbours that would go the same way for the same reason share a line."""
    ways: dict[tuple[str, str], list[str]] = {}
    for told in experiments:
        way = (told.get("device", "nowhere"), told.get("reason", told.get("problem", "")))
        size = f" ({told['operations']:.1e} operations a step)" if "operations" in told else ""
        ways.setdefault(way, []).append(f"{_place(told)}{size}")
    for (device, reason), names in ways.items():
        yield _row("trains on", f"{device} ({reason}):")
        yield from (f"{'':<16}{name}" for name in names)


def _place(told: dict[str, Any]) -> str:
    return "/".join(filter(None, (told["lesson"], told["step"])))


def _row(title: str, text: str) -> str:
    return f"{title:<16}{text}"
