from __future__ import annotations

from collections.abc import Callable
from itertools import count

import torch

from dltui.engine import session as sessions
from dltui.engine.assembly import assemble
from dltui.engine.session import Session
from dltui.lesson.layers import BatchNorm, Dropout, Linear, Tanh
from dltui.lesson.records import Experiment

Make = Callable[..., Experiment]


def fresh(experiment: Experiment) -> Session:
    return assemble(experiment, "cpu").session


def never() -> bool:
    return False


def test_it_goes_as_far_as_it_is_told(digits: Make) -> None:
    session = fresh(digits())
    assert len(session.advance(7, never)) == session.step == 7
    calls = count(1)
    assert len(session.advance(100, lambda: next(calls) == 3)) == 3
    assert session.step == 10


def test_the_way_through_the_engine_of_autograd_is_backward(digits: Make) -> None:
    """The fast loop calls what `loss.backward()` calls in the end; the loop for GPUs calls `backward` itself."""
    fast, plain = fresh(digits()), fresh(digits())
    with plain.noise:
        slow = plain._advance(25, never)
    assert fast.advance(25, never) == slow
    assert torch.equal(fast.flat.values, plain.flat.values)


def test_on_a_gpu_losses_after_the_first_bad_one_are_dropped(xor: Make) -> None:
    session = fresh(xor())
    session.advance(3, never)
    with torch.no_grad():
        session.flat.values.fill_(float("nan"))
    losses = session._advance(9, never)
    assert len(losses) == 1
    assert losses[0] != losses[0]


def test_a_loss_that_is_not_finite_changes_nothing(xor: Make) -> None:
    session = fresh(xor())
    session.batches.last[0].fill_(float("inf"))
    before = session.state()
    losses = session.advance(9, never)
    assert len(losses) == 1
    assert session.step == 0
    after = session.state()
    assert all(torch.equal(tensor, after.tensors[name]) for name, tensor in before.tensors.items())
    assert not session.flat.grads.any()


def test_outputs_neither_train_nor_draw(xor: Make) -> None:
    session = fresh(xor(model=[Linear(out=8), BatchNorm(), Tanh(), Dropout(p=0.5), Linear(out=2)]))
    before = session.state()
    x = session.batches.last[0]
    assert torch.equal(session.outputs(x), session.outputs(x))
    assert session.model.training
    after = session.state()
    assert all(torch.equal(tensor, after.tensors[name]) for name, tensor in before.tensors.items())


def test_many_rows_go_through_in_parts(xor: Make, monkeypatch: object) -> None:
    session = fresh(xor(model=[Linear(out=8), Tanh(), Linear(out=2)]))
    x = torch.rand(2 * sessions.EVALUATED_AT_ONCE + 3, 2)
    found = session.outputs(x)
    assert found.shape == (len(x), 2)
    torch.testing.assert_close(found[-3:], session.outputs(x[-3:]))


def test_a_state_is_a_copy_and_brings_everything_back(digits: Make) -> None:
    session = fresh(digits())
    session.advance(9, never)
    state = session.state()
    first = session.advance(30, never)
    session.restore(state)
    assert session.step == 9
    assert session.advance(30, never) == first
