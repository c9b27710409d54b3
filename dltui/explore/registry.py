"""The explorers by name. numpy is loaded with the first one that starts, not before."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from dltui.explore.checked import unknown
from dltui.explore.explorer import Explorer, SettingError
from dltui.lesson.records import Explorer as Step
from dltui.text import clean

EXPLORERS: Mapping[str, str] = MappingProxyType({
    "activation": "dltui.explore.activation:Activation",
    "backprop": "dltui.explore.backprop:Backprop",
    "borders": "dltui.explore.borders:Borders",
    "codes": "dltui.explore.codes:Codes",
    "convolution": "dltui.explore.convolution:Convolution",
    "deep": "dltui.explore.deep:DeepNet",
    "descent": "dltui.explore.descent:Descent",
    "drag": "dltui.explore.drag:Drag",
    "field": "dltui.explore.field:Field",
    "gan": "dltui.explore.gan:Gan",
    "gates": "dltui.explore.gates:Gates",
    "latent": "dltui.explore.latent:Latent",
    "logistic": "dltui.explore.logistic:Logistic",
    "losses": "dltui.explore.losses:Losses",
    "network": "dltui.explore.network:Network",
    "perceptron": "dltui.explore.perceptron:Perceptron",
    "pooling": "dltui.explore.pooling:Pooling",
    "reparametrised": "dltui.explore.reparametrised:Reparametrised",
    "shift": "dltui.explore.shift:Shift",
    "softmax": "dltui.explore.softmax:Softmax",
    "subspace": "dltui.explore.subspace:Subspace",
    "unit": "dltui.explore.unit:OneUnit",
    "recall": "dltui.explore.recall:Recall",
    "unrolled": "dltui.explore.unrolled:Unrolled",
})
"""Name in a lesson -> module:class"""


def start(name: str, settings: Mapping[str, Any]) -> Explorer:
    """The explorer of that name in its first state. Raises SettingError for a name or setting that does not exist."""
    if name not in EXPLORERS:
        raise unknown("explorer", name, EXPLORERS)
    module, _, kind = EXPLORERS[name].partition(":")
    explorer: type[Explorer] = getattr(importlib.import_module(module), kind)
    return explorer.start(settings)


def check(step: Step) -> list[str]:
    """Why the explorer of a step does not start with its settings, or which controls it does not have; none if well."""
    try:
        state = start(step.explorer, step.settings)
    except SettingError as error:
        return [str(error)]
    names = [control.name for control in state.controls()]
    return [str(unknown("control", name, names)) for name in step.controls if name not in names]


def refusal(error: SettingError, file: str) -> str:
    """What stands in the place of an explorer that does not start. `file`: that of its lesson."""
    why = str(error)
    told = f"This explorer does not start: {why}{'' if why.endswith('?') else '.'}"
    return clean(f"{told} The mistake is in the lesson file: dltui lint {file} says where.", lines=False)
