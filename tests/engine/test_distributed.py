from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import torch

from dltui.engine import headless
from dltui.engine.assembly import assemble
from dltui.engine.control import Control
from dltui.engine.device import DeviceError
from dltui.engine.distributed import Ranks, World, leads, world
from dltui.engine.spread import spread, spreadable
from dltui.engine.train import train
from dltui.journal.events import Failed
from dltui.journal.run import Run
from dltui.lesson.layers import BatchNorm, Flatten, Linear, Relu
from dltui.lesson.records import Experiment

Make = Callable[..., Experiment]
CODE = """
import sys, msgspec
from pathlib import Path
from dltui.engine import headless
from dltui.lesson.change import read
done = headless.run(read(msgspec.json.decode(sys.argv[2].encode())), "lesson", Path(sys.argv[1]))
assert done.state == "done", done.message
"""


def test_torchrun_tells_a_process_its_place() -> None:
    assert world({}) is None
    assert world({"RANK": "0", "WORLD_SIZE": "1"}) is None
    assert world({"RANK": "x", "WORLD_SIZE": "2"}) is None
    assert world({"RANK": "3", "WORLD_SIZE": "4", "LOCAL_RANK": "1"}) == World(3, 4, 1)
    assert leads({})
    assert not leads({"RANK": "1", "WORLD_SIZE": "2"})


def test_each_process_gets_a_gpu_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    team = Ranks(World(3, 4, 1), Control())
    assert team.device("auto", 1e9) == "cpu"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert team.device("auto", 1e9) == team.device("cuda", 10) == "cuda:1"
    assert team.device("auto", 10) == "cpu"
    with pytest.raises(DeviceError, match="4 processes cannot share the device"):
        team.device("cuda:0", 1e9)
    with pytest.raises(DeviceError, match="process 3 has no GPU of its own: there are 2 here"):
        Ranks(World(3, 4, 3), Control()).device("cuda", 1e9)


class Alone:
    """A team whose other half is played: it sums what it has seen."""

    def __init__(self, rank: int) -> None:
        self.rank, self.size = rank, 2
        self.seen: list[tuple[torch.Tensor, float]] = []

    def sum(self, grads: torch.Tensor, loss: float) -> float:
        self.seen.append((grads.clone(), loss))
        return loss


@pytest.mark.parametrize("batch", [64, 63, 2])
def test_the_parts_of_all_add_up_to_the_gradient_of_the_batch(digits: Make, batch: int) -> None:
    experiment = digits(model=[Flatten(), Linear(out=20), Relu(), Linear(out=10)], batch=batch)
    whole = assemble(experiment, "cpu").session
    x, y = whole.batches.take()
    loss = whole.objective.loss(whole.model(x), y)
    loss.backward()
    halves = []
    for rank in (0, 1):
        team = Alone(rank)
        spread(assemble(experiment, "cpu").session, team=team).advance(1, lambda: False)
        halves.append(team.seen[0])
    torch.testing.assert_close(halves[0][0] + halves[1][0], whole.flat.grads, rtol=1e-4, atol=1e-6)
    assert halves[0][1] + halves[1][1] == pytest.approx(loss.item(), rel=1e-5)


def test_two_processes_do_not_draw_the_same_noise(digits: Make) -> None:
    sessions = [spread(assemble(digits(), "cpu").session, team=Alone(rank)) for rank in (0, 1)]
    first, second = (session.noise.states["cpu"] for session in sessions)
    assert not torch.equal(first, second)
    state = sessions[0].state()
    sessions[1].restore(state)
    assert not torch.equal(sessions[1].noise.states["cpu"], first)
    sessions[0].restore(state)
    assert torch.equal(sessions[0].noise.states["cpu"], first)


def test_what_needs_the_whole_batch_is_not_divided(digits: Make) -> None:
    normed = assemble(digits(model=[Flatten(), Linear(out=9), BatchNorm(), Linear(out=10)]), "cpu").session
    assert spreadable(normed, 2) == "batch normalisation needs the whole batch at once"
    assert spreadable(assemble(digits(batch=1), "cpu").session, 2) == "a batch has only 1 rows"
    team = Ranks(World(1, 2, 1), Control())
    (event,) = train(digits(batch=1), lesson="l", run="r", team=team)
    assert isinstance(event, Failed)
    assert event.message == "2 processes cannot share a batch: a batch has only 1 rows"


def test_two_processes_train_as_one_would_and_the_first_alone_writes(digits: Make, tmp_path: Path) -> None:
    experiment = digits(model=[Flatten(), Linear(out=20), Relu(), Linear(out=10)], epochs=2)
    code = tmp_path / "code.py"
    code.write_text(CODE)
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", str(code)]
    words = [str(tmp_path / "runs" / "two"), msgspec.json.encode(experiment).decode()]
    environ = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run([*launch, *words], capture_output=True, text=True, timeout=600, env=environ, check=False)
    assert done.returncode == 0, done.stderr
    alone = headless.run(experiment, "lesson", tmp_path / "one")
    two = Run.read(tmp_path / "runs" / "two")
    assert (two.state, two.device_reason, two.step) == ("done", "2 processes, gloo", alone.step)
    assert len(list((tmp_path / "runs").iterdir())) == 1
    for step in range(1, alone.steps + 1):
        (_, ours), (_, theirs) = two.series["loss"].at(step), alone.series["loss"].at(step)  # type: ignore[misc]
        assert ours == pytest.approx(theirs, rel=1e-3, abs=1e-5), step
    assert two.final["accuracy"] == pytest.approx(alone.final["accuracy"], abs=0.005)
