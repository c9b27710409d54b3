"""The explorers by name. numpy is loaded with the first one that starts, not before."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from dltui.explore.checked import unknown
from dltui.explore.explorer import Explorer

EXPLORERS: Mapping[str, str] = MappingProxyType({
    "backprop": "dltui.explore.backprop:Backprop",
    "borders": "dltui.explore.borders:Borders",
    "convolution": "dltui.explore.convolution:Convolution",
    "deep": "dltui.explore.deep:DeepNet",
    "gates": "dltui.explore.gates:Gates",
    "gan": "dltui.explore.gan:Gan",
    "logistic": "dltui.explore.logistic:Logistic",
    "network": "dltui.explore.network:Network",
    "pooling": "dltui.explore.pooling:Pooling",
    "perceptron": "dltui.explore.perceptron:Perceptron",
})
"""Name in a lesson -> module:class"""


def start(name: str, settings: Mapping[str, Any]) -> Explorer:
    """The explorer of that name in its first state. Raises SettingError for a name or setting that does not exist."""
    if name not in EXPLORERS:
        raise unknown("explorer", name, EXPLORERS)
    module, _, kind = EXPLORERS[name].partition(":")
    explorer: type[Explorer] = getattr(importlib.import_module(module), kind)
    return explorer.start(settings)
