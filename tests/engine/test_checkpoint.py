from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from dltui.engine.assembly import assemble
from dltui.engine.checkpoint import FILE, About, Checkpoint, CheckpointError, load, save, verify
from dltui.engine.session import Session
from dltui.lesson.layers import BatchNorm, Linear, Tanh
from dltui.lesson.records import Experiment, Optimizer

Make = Callable[..., Experiment]


def trained(experiment: Experiment, steps: int = 5) -> Session:
    session = assemble(experiment, "cpu").session
    session.advance(steps, lambda: False)
    return session


def test_everything_that_changes_in_training_comes_back(digits: Make, tmp_path: Path) -> None:
    session = trained(digits(optimizer=Optimizer(kind="rmsprop", lr=0.01, momentum=0.5)), steps=23)
    state = session.state()
    save(tmp_path / FILE, Checkpoint(state, "abc", 1.5))
    loaded = load(tmp_path / FILE)
    assert (loaded.digest, loaded.seconds, loaded.state.step, loaded.state.position) == ("abc", 1.5, 23, 23 % 20)
    assert loaded.state.tensors.keys() == state.tensors.keys()
    for name, tensor in state.tensors.items():
        assert torch.equal(loaded.state.tensors[name], tensor), name
    assert {"optimizer.square", "optimizer.velocity", "random.cpu", "random.order", "parameter.0.weight"} <= set(
        state.tensors
    )
    verify(loaded, "abc", session.shapes())
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_averages_of_batch_norm_are_part_of_it(xor: Make) -> None:
    session = trained(xor(model=[Linear(out=4), BatchNorm(), Tanh(), Linear(out=2)]))
    assert session.state().tensors["buffer.1.num_batches_tracked"].item() == 5


def test_a_checkpoint_of_something_else_is_refused(xor: Make, tmp_path: Path) -> None:
    save(tmp_path / FILE, Checkpoint(trained(xor()).state(), "abc", 0.0))
    loaded = load(tmp_path / FILE)
    with pytest.raises(CheckpointError, match="belongs to another experiment"):
        verify(loaded, "abd", trained(xor()).shapes())
    wider = trained(xor(model=[Linear(out=9), Tanh(), Linear(out=2)]))
    with pytest.raises(CheckpointError, match="optimizer.mean is 64 float32 there, 96 float32 here"):
        verify(loaded, "abc", wider.shapes())
    plain = trained(xor(optimizer=Optimizer(kind="sgd", lr=0.1)))
    with pytest.raises(CheckpointError, match="optimizer.count is one float32 there, missing here"):
        verify(loaded, "abc", plain.shapes())


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="there is no checkpoint"):
        load(tmp_path / FILE)


def test_a_damaged_file_is_one_sentence(xor: Make, tmp_path: Path) -> None:
    save(tmp_path / FILE, Checkpoint(trained(xor()).state(), "abc", 0.0))
    whole = (tmp_path / FILE).read_bytes()
    halves = [whole[:-1], whole[: len(whole) // 2], whole.replace(b"abc", b"\xff{")]
    for spoiled in (b"", b"PK\x03\x04", b"\0" * 100, *halves):
        (tmp_path / FILE).write_bytes(spoiled)
        with pytest.raises(CheckpointError, match=r"damaged or not one of dltui's"):
            load(tmp_path / FILE)


def test_another_format_and_foreign_archives_are_refused(tmp_path: Path) -> None:
    about = msgspec.json.encode(About(99, "abc", 1, 0, 0.0, "2.13"))
    np.savez(tmp_path / FILE, about=np.frombuffer(about, np.uint8))
    with pytest.raises(CheckpointError, match="has format 99, this dltui reads 1"):
        load(tmp_path / FILE)
    np.savez(tmp_path / FILE, x=np.zeros(3))
    with pytest.raises(CheckpointError, match="not one of dltui's"):
        load(tmp_path / FILE)
    np.savez(tmp_path / FILE, about=np.frombuffer(about, np.uint8), x=np.array(["text"]))
    with pytest.raises(CheckpointError, match="not one of dltui's"):
        load(tmp_path / FILE)


def test_whoever_reads_the_old_one_is_not_disturbed(xor: Make, tmp_path: Path) -> None:
    save(tmp_path / FILE, Checkpoint(trained(xor()).state(), "old", 0.0))
    before = (tmp_path / FILE).read_bytes()
    with (tmp_path / FILE).open("rb") as reader:
        save(tmp_path / FILE, Checkpoint(trained(xor(), steps=9).state(), "new", 0.0))
        assert reader.read() == before
    assert load(tmp_path / FILE).digest == "new"


def test_a_failed_write_leaves_the_old_one(xor: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path / FILE, Checkpoint(trained(xor()).state(), "old", 0.0))

    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        save(tmp_path / FILE, Checkpoint(trained(xor()).state(), "new", 0.0))
    assert load(tmp_path / FILE).digest == "old"
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
