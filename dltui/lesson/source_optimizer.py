"""Optimisers and schedules as lines of PyTorch."""

from __future__ import annotations

from dltui.lesson.records import Optimizer

NAMES = {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop", "adagrad": "Adagrad"}
WIDTH = 92
USUAL_BETAS = [0.9, 0.999]


def optimizer_code(chosen: Optimizer, steps: int, mark: str = "", model: str = "model") -> str:
    """The optimiser of `model` and its schedule, called `optimizer` and `scheduler`, or `d_optimizer` with the mark
    `d_`."""
    settings = [f"lr={chosen.lr!r}"]
    if chosen.kind in ("sgd", "rmsprop") and chosen.momentum:
        settings.append(f"momentum={chosen.momentum!r}")
    if chosen.nesterov:
        settings.append("nesterov=True")
    if chosen.kind in ("adam", "adamw") and chosen.betas != USUAL_BETAS:
        settings.append(f"betas={tuple(chosen.betas)!r}")
    if chosen.weight_decay or chosen.kind == "adamw":  # there PyTorch's own default is not 0
        settings.append(f"weight_decay={chosen.weight_decay!r}")
    line = f"{mark}optimizer = torch.optim.{NAMES[chosen.kind]}({model}.parameters(), {', '.join(settings)})"
    return line + _schedule(chosen, steps, mark)


def clip_code(chosen: Optimizer, model: str = "model") -> list[str]:
    """The line between backward and step that shortens the gradient; none without a limit."""
    return [] if chosen.clip is None else [f"nn.utils.clip_grad_norm_({model}.parameters(), {chosen.clip!r})"]


def _schedule(chosen: Optimizer, steps: int, mark: str) -> str:
    start = f"\n{mark}scheduler = torch.optim.lr_scheduler."
    which = f"{mark}optimizer"
    if chosen.schedule == "one_cycle":
        still = not chosen.cycle_momentum or not (chosen.kind.startswith("adam") or chosen.momentum)
        settings = [f"max_lr={chosen.lr!r}", f"total_steps={steps}", *(["cycle_momentum=False"] if still else [])]
        head, inside = f"{start}OneCycleLR(", f"{which}, {', '.join(settings)}"
        return f"{head}{inside})" if len(head + inside) < WIDTH else f"{head}\n    {inside}\n)"
    if chosen.schedule == "inverse":  # lr, lr/2, lr/3 …
        return f"{start}LambdaLR({which}, lambda step: 1 / (step + 1))"
    if chosen.schedule == "cosine":
        return f"{start}CosineAnnealingLR({which}, {steps})"
    if chosen.schedule == "step":
        return f"{start}MultiStepLR({which}, [{steps // 2}, {3 * steps // 4}])  # a tenth each time"
    return ""
