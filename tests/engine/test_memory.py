from __future__ import annotations

from pathlib import Path

import pytest
import torch

from dltui.engine.memory import cgroup_left, free_bytes, in_words


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (640, "640 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (9_960, "10 kB"), (21e9, "21 GB"),
     (999_600, "1.0 MB"), (5.07e12, "5.1 TB"), (74e15, "74 PB"), (7.4e19, "74 EB"), (3e24, "3000000 EB")],
)  # fmt: skip
def test_in_words(size: float, words: str) -> None:
    assert in_words(size) == words


def test_this_machine_has_some_memory() -> None:
    free = free_bytes(torch.device("cpu"))
    assert free is None or free > 1 << 20


def group(folder: Path, **files: object) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("_in_", ".DOT.").replace("__", ".").replace(".DOT.", "_in_")).write_text(f"{content}\n")


def proc(folder: Path, text: str) -> Path:
    (folder / "self").mkdir(parents=True)
    (folder / "self" / "cgroup").write_text(text)
    return folder


def test_version_2_takes_the_tightest_limit_on_the_way_up_and_counts_the_cache_as_free(tmp_path: Path) -> None:
    group(tmp_path / "cg" / "slice", memory__max=1000, memory__current=700, memory__stat="anon 5\ninactive_file 100")
    group(tmp_path / "cg" / "slice" / "job", memory__max="max", memory__current=600, memory__stat="inactive_file 0")
    here = proc(tmp_path / "proc", "0::/slice/job\n")
    assert cgroup_left(here, tmp_path / "cg") == 400


def test_version_1_and_a_path_that_is_the_hosts(tmp_path: Path) -> None:
    group(tmp_path / "cg" / "memory", memory__limit_in_bytes=5000, memory__usage_in_bytes=1000,
          memory__stat="inactive_file 7\ntotal_inactive_file 50")  # fmt: skip
    here = proc(tmp_path / "proc", "9:name=systemd:/\n4:memory:/docker/abc\n0::/\n")
    assert cgroup_left(here, tmp_path / "cg") == 4050


def test_no_limit_and_no_groups_are_none(tmp_path: Path) -> None:
    assert cgroup_left(tmp_path / "nothing", tmp_path) is None
    group(tmp_path / "cg", memory__max="max", memory__current=3, memory__stat="inactive_file 0")
    assert cgroup_left(proc(tmp_path / "proc", "0::/\n"), tmp_path / "cg") is None
