"""What a classifier says of rows it has not learned from: its mistakes, its confusions, the maps it makes of a row."""

from __future__ import annotations

import torch
from torch import Tensor

from dltui.engine.session import Session
from dltui.engine.views.subject import Look, Subject, grey, number, room_for, small, traced
from dltui.journal.events import Snapshot
from dltui.journal.picture import Picture

ROWS = 1000
WRONG, RIGHT = 12, 6
MAPS = 8
"""Of each layer."""
MOST_CLASSES = 20


def mistakes(subject: Subject) -> Look:
    """The surest of the wrong answers, then the least sure of the right ones."""
    x, y = subject.held_out(ROWS)
    pixels = small(x).cpu()

    def look(session: Session) -> Snapshot:
        taken, sure = _answers(session, x)
        wrong = (taken != y).nonzero()[:, 0]
        right = (taken == y).nonzero()[:, 0]
        most = room_for(pixels.shape[1:])
        groups = {f"wrong, the surest of {len(wrong)}": wrong[sure[wrong].argsort(descending=True)][:WRONG],
                  f"right, the least sure of {len(right)}": right[sure[right].argsort()][:RIGHT]}  # fmt: skip
        pictures: list[Picture] = []
        for group, rows in groups.items():
            for row in rows[:most].tolist():
                said = f"{int(y[row])}→{int(taken[row])} {_share(float(sure[row]))}"
                pictures.append(grey(pixels[row], group=group, name=said))
        note = f"{len(wrong)} of {len(y)} wrong; below each: label → answer, its probability"
        return Snapshot(step=session.step, view="mistakes", pictures=pictures, note=note)

    return look


def _answers(session: Session, x: Tensor) -> tuple[Tensor, Tensor]:
    """(n, …) -> the class (n,) that each row is taken for, and how sure of it the model is (n,)."""
    outputs = session.outputs(x)
    taken = session.objective.classes(outputs)
    if outputs.shape[1] > 2 or session.objective.kind == "cross_entropy":
        shares = outputs.softmax(1) if session.objective.kind == "cross_entropy" else outputs.clamp(0, 1)
        return taken, shares.nan_to_num(nan=0.0).max(1).values
    one = session.objective.probability(outputs).nan_to_num(nan=0.5)
    return taken, torch.maximum(one, 1 - one)


def _share(value: float) -> str:
    return f"{value:.2f}".removeprefix("0")


def confusion(subject: Subject) -> Look:
    """How often each class was taken for each."""
    x, y = subject.held_out(ROWS)
    size = min(MOST_CLASSES, subject.data.classes)

    def look(session: Session) -> Snapshot:
        taken = session.objective.classes(session.outputs(x))
        known = (y < size) & (taken >= 0) & (taken < size)
        counts = torch.bincount(y[known] * size + taken[known], minlength=size * size)
        return Snapshot(
            step=session.step, view="confusion", shape=[size, size], values=[float(count) for count in counts.tolist()],
            names=[str(place) for place in range(size)],
            note=f"{int((taken == y).sum())} of {len(y)} right; rows: label, columns: answer",
        )

    return look


def features(subject: Subject) -> Look:
    """What each layer makes of one picture: its maps, after the activation that follows it."""
    x = subject.held_out(1)[0]

    def look(session: Session) -> Snapshot:
        pictures = [grey(small(x)[0], group="the picture")]
        steps = [(layer, maps) for layer, maps in traced(session, x) if maps.dim() == 4]
        block: list[str] = []
        for place, (layer, maps) in enumerate(steps):
            block.append(_kind(layer))
            if place + 1 < len(steps) and steps[place + 1][1].shape == maps.shape:
                continue  # an activation follows: its maps are what the next layer sees
            drawn = small(maps.transpose(0, 1))[: min(MAPS, room_for(maps.shape[2:]))]
            group = f"{' + '.join(block)} {'×'.join(map(str, maps.shape[1:]))}"
            pictures += [grey(each, group=group) for each in drawn]
            block = []
        top = max((float(maps.max()) for _, maps in steps), default=0.0)
        return Snapshot(step=session.step, view="features", pictures=pictures,
                        note=f"each map from its lowest (dark) to its highest; the highest of all is {number(top, 3)}")

    return look


def _kind(layer: torch.nn.Module) -> str:
    kind = type(layer).__name__
    return {"Conv2d": "conv", "MaxPool2d": "max pool", "AvgPool2d": "average pool", "BatchNorm2d": "batch norm",
            "ConvTranspose2d": "conv transpose"}.get(kind, kind.lower())  # fmt: skip
