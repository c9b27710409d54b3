"""A GAN as tutorials write it: two optimisers, the discriminator's loss on real and on made rows apart."""

from __future__ import annotations

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from dltui.engine.adversarial import Adversarial
from dltui.engine.assembly import assemble
from dltui.lesson.layers import LeakyRelu, Linear, Relu
from dltui.lesson.records import Experiment, Optimizer

RING = Experiment(
    id="bench", title="ring", data="ring8", loss="gan", noise=4, steps=600, batch=128, show=["d_loss", "g_loss"],
    model=[Linear(out=64), Relu(), Linear(out=64), Relu(), Linear(out=2)],
    adversary=[Linear(out=64), LeakyRelu(slope=0.2), Linear(out=64), LeakyRelu(slope=0.2), Linear(out=1)],
    optimizer=Optimizer(kind="adam", lr=0.001, betas=[0.5, 0.99]),
)  # fmt: skip


def textbook(asked: Experiment) -> None:
    session = assemble(asked, "cpu").session
    assert isinstance(session, Adversarial) and asked.batch is not None
    rows, _ = session.batches.first(10**9)
    loader = DataLoader(TensorDataset(rows), batch_size=asked.batch, shuffle=True, drop_last=True)
    generator, judge = session.model, session.game.model
    for network in (generator, judge):
        for parameter in network.parameters():
            parameter.data, parameter.grad = parameter.data.clone(), None
    ours, theirs = (torch.optim.Adam(network.parameters(), lr=asked.optimizer.lr, betas=(0.5, 0.99))
                    for network in (generator, judge))  # fmt: skip
    entropy, done = nn.BCEWithLogitsLoss(), 0
    real, made, losses = torch.ones(asked.batch, 1), torch.zeros(asked.batch, 1), []
    while done < session.steps:
        for (x,) in loader:
            theirs.zero_grad()
            by_real = entropy(judge(x), real)
            by_real.backward()
            fake = generator(torch.randn(len(x), asked.noise))
            by_made = entropy(judge(fake.detach()), made)
            by_made.backward()
            theirs.step()
            ours.zero_grad()
            fooled = entropy(judge(fake), real)
            fooled.backward()
            ours.step()
            losses.append((by_real.item() + by_made.item(), fooled.item()))
            done += 1
            if done == session.steps:
                break
