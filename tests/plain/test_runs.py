from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from dltui.journal.events import Failed, Finished, Started
from dltui.journal.folder import JOURNAL, path
from dltui.journal.writer import Writer
from dltui.lesson.change import digest
from dltui.lesson.comparison import Shard, compared, shard, variants
from dltui.lesson.find import Course, course
from dltui.lesson.layers import Linear, Tanh
from dltui.lesson.records import Experiment, Optimizer
from dltui.places import lessons_dir, state_dir
from dltui.plain.order import OrderError, share
from dltui.plain.runs import NoSuchRuns, chosen, listed, merged

NOWHERE = Course(entries=())


def experiment() -> Experiment:
    made = Experiment(id="train", title="XOR", data="xor", model=[Linear(out=8), Tanh(), Linear(out=2)],
                      loss="cross_entropy", optimizer=Optimizer(kind="adam", lr=0.05), steps=300)  # fmt: skip
    return compared(made, {"lr": [0.1, 0.2, 0.3]}, seeds=2)


def started(made: Experiment, variant: int = 0, lesson: str = "lesson") -> Started:
    return Started(run="r", lesson=lesson, step_id=made.id, experiment=msgspec.to_builtins(made), digest=digest(made),
                   seed=made.seed, device="cpu", device_reason="", threads=1, torch="", steps=300, parameters=1,
                   variant=variant)  # fmt: skip


def shard_of(name: str, made: Experiment, number: int, count: int, shift: float = 0.0) -> Path:
    """The journal of a shard, as if trained: the accuracy of variant v is v / 10; the fourth variant diverged."""
    folder = path(state_dir(), name)
    folder.mkdir(parents=True)
    with Writer(folder / JOURNAL) as writer:
        writer.append(started(made))
        for variant, each in Shard(number, count).of(list(enumerate(variants(made), 1))):
            writer.append(started(each, variant))
            if variant == 4:
                writer.append(Failed(step=7, reason="diverged", message="It diverged.", variant=4))
            else:
                writer.append(Finished(step=300, reason="done", seconds=1.0, final={"accuracy": variant / 10 + shift},
                                       variant=variant))  # fmt: skip
        writer.append(Finished(step=300, reason="done", seconds=1.0, final={}))
    return folder


def test_shards_come_together_in_one_table() -> None:
    shard_of("1-one", experiment(), 1, 2)
    table = merged(state_dir(), [], NOWHERE, as_json=False).splitlines()
    assert table[1].split() == ["lr", "0.1", "1/2", "accuracy", "0.1"]
    assert table[-1] == "3 of 6 variants are in none of 1 runs"
    shard_of("2-two", experiment(), 2, 2)
    table = merged(state_dir(), ["1-one", "2-two"], NOWHERE, as_json=False).splitlines()
    assert [line.split("  ")[0].strip() for line in table[1:4]] == ["lr 0.1", "lr 0.2", "lr 0.3"]
    assert table[1].endswith("2/2            accuracy 0.15 ± 0.071")
    assert "1/2, 1 failed  accuracy 0.3" in table[2]
    assert table[-1] == "6 variants from 2 runs"
    told = json.loads(merged(state_dir(), [], NOWHERE, as_json=True))
    assert [each["state"] for each in told["variants"]] == ["done"] * 3 + ["diverged"] + ["done"] * 2
    assert told["settings"][0]["result"]["accuracy"]["n"] == 2
    assert told["missing"] == []


def test_of_a_variant_that_was_trained_twice_the_later_counts() -> None:
    shard_of("1-old", experiment(), 1, 1, shift=5.0)
    shard_of("2-new", experiment(), 1, 2)
    told = json.loads(merged(state_dir(), [], NOWHERE, as_json=True))
    assert [each["final"].get("accuracy") for each in told["variants"]] == [0.1, 5.2, 0.3, None, 0.5, 5.6]


def test_only_shards_of_one_comparison_go_together() -> None:
    shard_of("1-one", experiment(), 1, 2)
    shard_of("2-other", msgspec.structs.replace(experiment(), steps=200), 2, 2)
    assert merged(state_dir(), [], NOWHERE, as_json=False).endswith("3 of 6 variants are in none of 1 runs")
    with pytest.raises(NoSuchRuns, match="1-one is of another experiment than 2-other"):
        merged(state_dir(), ["2-other", "1-one"], NOWHERE, as_json=False)
    with pytest.raises(NoSuchRuns, match="nothing names no run"):
        chosen(state_dir(), ["nothing"])


def test_a_folder_from_another_machine_is_named_by_its_path(tmp_path: Path) -> None:
    folder = shard_of("1-one", experiment(), 1, 2)
    away = tmp_path / "elsewhere"
    folder.rename(away)
    assert [each.run for each in chosen(state_dir(), [str(away)])] == ["elsewhere"]
    assert "1 runs" in merged(state_dir(), [str(away)], NOWHERE, as_json=False)


def test_the_list_tells_what_was_changed_of_the_lesson() -> None:
    assert listed(state_dir(), [], NOWHERE, as_json=False) == "no runs yet"
    lessons = course([lessons_dir()])
    step = next(step for entry in lessons.entries if entry.lesson for step in entry.lesson.step
                if isinstance(step, Experiment))  # fmt: skip
    lesson = next(entry.id for entry in lessons.entries if entry.lesson and step in entry.lesson.step)
    changed = msgspec.structs.replace(step, optimizer=msgspec.structs.replace(step.optimizer, lr=0.125), seed=3)
    folder = path(state_dir(), "1-one")
    folder.mkdir(parents=True)
    with Writer(folder / JOURNAL) as writer:
        writer.append(started(changed, lesson=lesson))
        writer.append(Finished(step=300, reason="done", seconds=1.0, final={"loss": 0.25}))
    (row,) = json.loads(listed(state_dir(), [], lessons, as_json=True))
    assert row["settings"] == {"optimizer.lr": "0.125", "seed": "3"}
    head, line = listed(state_dir(), [], lessons, as_json=False).splitlines()
    assert head.split() == ["WHEN", "LESSON/STEP", "SETTINGS", "STATE", "RESULT", "RUN"]
    assert f"{lesson}/{step.id}" in line
    assert "loss 0.25" in line


@pytest.mark.parametrize("count", [1, 2, 4, 7])
def test_shards_share_everything_out_once(count: int) -> None:
    every = list(range(6))
    parts = [Shard(number, count).of(every) for number in range(1, count + 1)]
    assert sorted(sum(parts, [])) == every
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_a_shard_is_named_or_that_of_the_slurm_task() -> None:
    slurm = {"SLURM_ARRAY_TASK_ID": "7", "SLURM_ARRAY_TASK_COUNT": "4", "SLURM_ARRAY_TASK_MIN": "5"}
    assert share(experiment(), "", {}) is None
    assert share(experiment(), "", slurm) == Shard(3, 4)
    assert share(experiment(), "2/8", slurm) == shard("2/8") == Shard(2, 8)
    single = variants(experiment())[0]
    assert share(single, "", slurm) is None
    with pytest.raises(OrderError, match="nothing to share out"):
        share(single, "1/2", {})
    for wrong in ("0/2", "3/2", "2", "a/b", "1/9999", "-1/2", "1/2/3"):
        with pytest.raises(OrderError, match="--shard"):
            share(experiment(), wrong, {})
