"""Two networks that train against each other, as the loop that a textbook would print."""

from __future__ import annotations

from dltui.lesson.records import Experiment
from dltui.lesson.source_optimizer import clip_code, optimizer_code

NOISE_SEED = 1 << 32
"""Added to the seed for the noise, as the engine does."""


def game_code(
    experiment: Experiment, discriminator: str, steps: int, shuffle: str, order: str, batches: str
) -> list[str]:
    """Everything behind the generator, block by block. The last three are the lines that make batches; empty: every
    step takes all rows."""
    rule = experiment.adversary_optimizer or experiment.optimizer
    seed = experiment.seed
    before = [
        f"torch.manual_seed({seed + 1})\n{discriminator}\ntorch.manual_seed({seed + NOISE_SEED})  # for the noise",
        f"{optimizer_code(experiment.optimizer, steps, 'g_', 'generator')}\n"
        f"{optimizer_code(rule, steps, 'd_', 'discriminator')}",
    ]
    before += [shuffle, batches, "rows = batches()"] if batches else []
    loop = [f"for step in range({steps}):", *_indented(_judging(experiment) + _fooling(experiment))]
    return [*before, "\n".join(loop), 'print(f"d_loss {d_loss:.4f}, g_loss {g_loss:.4f}")']


def _judging(experiment: Experiment) -> list[str]:
    label = 1 - experiment.label_smoothing
    rule = experiment.adversary_optimizer or experiment.optimizer
    real = "x[next(rows)]" if experiment.batch else "x"
    lines = [
        f"real = {real}",
        "with torch.no_grad():  # the generator does not learn from this",
        f"    fake = generator(torch.randn(len(real), {experiment.noise})).view_as(real)",
        "scores = discriminator(torch.cat([real, fake]))",
        f"labels = torch.cat([torch.full((len(real), 1), {label!r}), torch.zeros(len(real), 1)])",
        "d_loss = 2 * nn.functional.binary_cross_entropy_with_logits(scores, labels)",
        "d_optimizer.zero_grad()",
        "d_loss.backward()",
        *clip_code(rule, "discriminator"),
        "d_optimizer.step()",
    ]
    return _several(lines, experiment.d_steps) + (["d_scheduler.step()"] if rule.schedule != "constant" else [])


def _fooling(experiment: Experiment) -> list[str]:
    if experiment.loss == "gan_saturating":
        loss = "g_loss = -nn.functional.softplus(score).mean()  # log(1 - D), the minimax game"
    else:
        loss = "g_loss = nn.functional.softplus(-score).mean()  # -log D: fooled is good"
    lines = [
        f"fake = generator(torch.randn(len(real), {experiment.noise}))",
        "score = discriminator(fake.view_as(real))  # does not learn now",
        loss,
        "g_optimizer.zero_grad()",
        "g_loss.backward()",
        *clip_code(experiment.optimizer, "generator"),
        "g_optimizer.step()",
    ]
    lines = _several(lines, experiment.g_steps)
    return lines + (["g_scheduler.step()"] if experiment.optimizer.schedule != "constant" else [])


def _several(lines: list[str], times: int) -> list[str]:
    return lines if times == 1 else [f"for _ in range({times}):", *_indented(lines)]


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]
