"""The stack of layers against PyTorch: sizes, weights, what a cell sees and on how many ways; and what is told."""

from __future__ import annotations

from math import prod

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from dltui.explore import field_words
from dltui.explore.explorer import SettingError, Slider
from dltui.explore.field import SIZES, Field
from dltui.explore.field_stack import STACKS, Layer, Stack
from dltui.plot.formula import line

layers = st.one_of(
    st.builds(Layer, st.just("conv"), st.integers(1, 5), st.integers(1, 3), st.integers(1, 3), st.integers(1, 4),
              st.booleans()),
    st.builds(Layer, st.just("pool"), st.integers(1, 3), st.integers(1, 3)),
)
stacks = st.builds(Stack, st.integers(1, 24), st.integers(1, 3), st.lists(layers, min_size=1, max_size=4).map(tuple))


def fitting(stack: Stack) -> Stack:
    try:
        assert stack.levels
    except ValueError:
        assume(False)
    return stack


def module(stack: Stack) -> nn.Sequential:
    found: list[nn.Module] = []
    for layer, below in zip(stack.layers, stack.levels, strict=False):
        found.append(
            nn.Conv2d(below.channels, layer.filters, layer.kernel, layer.stride, layer.padding, layer.dilation)
            if layer.kind == "conv" else nn.MaxPool2d(layer.kernel, layer.stride)
        )
    return nn.Sequential(*found)


def ways(stack: Stack, depth: int, cell: int) -> Tensor:
    """The gradient of one cell by the pixels, along one axis, all weights 1, pools as sums."""
    x = torch.zeros(1, 1, stack.size, dtype=torch.float64, requires_grad=True)
    y = x
    for layer in stack.layers[:depth]:
        weight = torch.ones(1, 1, layer.kernel, dtype=torch.float64)
        y = nn.functional.conv1d(y, weight, None, layer.stride, layer.padding, layer.dilation)
    y[0, 0, cell].backward()
    assert x.grad is not None
    return x.grad[0, 0]


@settings(max_examples=60, deadline=None)
@given(stacks)
def test_sizes_channels_and_weights_are_those_of_torch(stack: Stack) -> None:
    net, x = module(fitting(stack)), torch.zeros(1, stack.channels, stack.size, stack.size)
    for level, part in zip(stack.levels[1:], net, strict=True):
        x = part(x)
        assert x.shape[1:] == (level.channels, level.size, level.size)
        assert sum(each.numel() for each in part.parameters()) == level.parameters
        products = x.numel() * prod(part.weight.shape[1:]) if isinstance(part, nn.Conv2d) else 0
        assert products == level.multiplications
    last = stack.levels[-1]
    for end, inputs in zip(field_words.ENDS[1:], (last.channels * last.size**2, last.channels), strict=True):
        dense = sum(each.numel() for each in nn.Linear(inputs, 10).parameters())
        every = sum(each.numel() for each in net.parameters()) + dense
        assert field_words.weights_of(stack, end) == every


@settings(max_examples=60, deadline=None)
@given(stacks, st.integers(0, 3), st.integers(0, 99))
def test_the_ways_are_a_gradient_and_the_cone_is_where_it_is_not_zero(stack: Stack, depth: int, cell: int) -> None:
    fitting(stack)
    depth = min(depth, len(stack.layers) - 1) + 1
    cell %= stack.levels[depth].size
    gradient = ways(stack, depth, cell).numpy()
    np.testing.assert_allclose(stack.ways(depth, cell), gradient, atol=1e-6)
    seen = stack.seen(depth, cell)[0]
    assert seen == tuple(np.flatnonzero(gradient))
    # the formula speaks of the field before the border cuts it
    level = stack.levels[depth]
    if seen:
        middle, half = stack.place(depth, cell), (level.field - 1) / 2
        assert middle - half <= seen[0] and seen[-1] <= middle + half
        if middle - half >= 0 and middle + half < stack.size and not any(each.same for each in stack.layers):
            assert (seen[0], seen[-1]) == (middle - half, middle + half)


@pytest.mark.parametrize(("stack", "field"), [
    (("conv 3",) * 3, 7), (("conv 7",), 7), (("conv 3", "pool 2", "conv 3"), 8),
    (("conv 3", "pool 2", "conv 3", "pool 2"), 10), (("conv 3", "conv 3 d2", "conv 3 d4"), 15),
])  # fmt: skip
def test_fields_of_the_lesson(stack: tuple[str, ...], field: int) -> None:
    assert Stack(28, 1, tuple(map(Layer.read, stack))).levels[-1].field == field


@pytest.mark.parametrize("name", STACKS)
@pytest.mark.parametrize("size", ["16", "224"])
@pytest.mark.parametrize("end", field_words.ENDS)
def test_facts_fit_a_narrow_pane(name: str, size: str, end: str) -> None:
    state = Field.start({"stack": name, "size": size, "end": end, "channels": 3})
    for fact in state.facts():
        assert len(fact.label) <= 16 and len(fact.value) <= 46 and len(line(fact.tex)) <= 32
    assert state.said()


def test_a_layer_is_added_behind_the_one_in_hand_and_taken_away() -> None:
    state = Field.start({"stack": ["conv 3 f4", "pool 2"], "layer": 1}).acted("add")
    assert [each.title for each in state.stack.layers] == ["conv 3", "conv 3", "pool 2"]
    assert state.layer == 2 and state.here.filters == 4 and state.name == "own"
    assert [each.title for each in state.acted("remove").stack.layers] == ["conv 3", "pool 2"]


def test_what_does_not_fit_is_told_and_not_built() -> None:
    state = Field.start({"size": 8, "stack": ["conv 3", "conv 5"]})
    stays = state.changed("kernel", 7)
    assert stays.stack == state.stack and stays.said() == (
        "Layer 2, conv 7: a kernel of 7 does not fit into a size of 6.")
    pool = Field.start({"stack": ["pool 2"]})
    assert pool.changed("padding", "same").stack == pool.stack
    assert "make it a convolution" in pool.changed("filters", "16").said()


def test_a_pool_stays_tiled_and_turns_into_a_convolution() -> None:
    pool = Field.start({"stack": ["pool 2"]}).changed("kernel", 3)
    assert (pool.here.kernel, pool.here.stride) == (3, 3)
    assert pool.changed("kind", "conv").here == Layer()


def test_the_border_and_the_holes_are_told() -> None:
    corner = Field.start({"stack": ["conv 3 same"], "cell": 0})
    assert corner.said() == "Cell 0 of layer 1 sees pixels 0 to 1; 1 of its 3 lie beyond the border."
    assert "leaves holes" in Field.start({"stack": ["conv 3 d4"]}).said()
    assert "7×7" in Field.start({}).said()


def test_the_cone_fits_for_all_sizes() -> None:
    state = Field.start({"stack": "deep", "size": 224})
    for size in SIZES[2:]:
        state = state.changed("size", size)
        assert len(state.scenes()[0].items) <= 100
    cell = next(each for each in state.controls() if each.name == "cell")
    assert isinstance(cell, Slider)


@pytest.mark.parametrize(("settings", "message"), [
    ({"stack": ["conv"]}, "a layer is written as"), ({"stack": ["conv 0"]}, "kernel of 'conv 0' lies between 1 and 11"),
    ({"stack": ["conv 3 s0"]}, "stride s"), ({"stack": ["pool 2 f8"]}, "a kernel and a stride, nothing else"),
    ({"stack": ["conv 9"], "size": 8}, "does not fit"), ({"stack": []}, "1 to 8 layers, not 0"),
    ({"stack": [3]}, "not as '3'"), ({"stack": "threes"}, "no stack"), ({"layer": 4}, "layer lies between 1 and 3"),
    ({"cell": 22}, "cell lies between 0 and 21"), ({"size": 9}, "no size '9'"), ({"channels": 2}, "no channels"),
])  # fmt: skip
def test_bad_settings_are_sentences(settings: dict[str, object], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        Field.start(settings)
