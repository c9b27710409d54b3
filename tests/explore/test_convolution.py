"""The convolution explorer: what it says of sizes, fills in and sends back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from dltui.explore.convolution import Convolution
from dltui.explore.convolution_slide import FILTERS, IMAGES, PADDINGS, Slide
from dltui.explore.explorer import SettingError
from dltui.scene import Scene, Table

SLIDES = st.builds(
    Slide, st.sampled_from(list(IMAGES)), st.sampled_from(list(FILTERS)), st.sampled_from(PADDINGS),
    st.integers(1, 2), st.integers(1, 4), st.integers(1, 3), st.booleans(),
)


def tables(explorer: Convolution) -> dict[str, Table]:
    scene: Scene = explorer.scenes()[0]
    return {table.title.split(" ")[0]: table for table in scene.tables}


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def fact(explorer: Convolution, label: str) -> Any:
    return next(each for each in explorer.facts() if each.label == label)


def test_the_patch_gives_the_map_of_the_lesson() -> None:
    done = Convolution.start({"filled": True})
    assert texts(tables(done)["map"]) == [["3", "7", "-2", "-2"], ["4", "17", "4", "-9"], ["5", "21", "3", "-9"]]


def test_nine_products_make_one_cell() -> None:
    state = Convolution.start({})
    assert texts(tables(state)["map"])[0][0] == "?"
    for _ in range(9):
        state = state.acted("product")
    assert texts(tables(state)["map"])[0] == ["3", "·", "·", "·"]
    assert fact(state, "sum, row by row").value == "3"
    assert state.said() == "All 9 products: their sum is 3."


def test_the_window_slides_and_fills_in() -> None:
    state = Convolution.start({}).changed("column", 1).changed("row", 2)
    assert texts(tables(state)["map"]) == [["·", "7", "·", "·"], ["·", "·", "·", "·"], ["·", "21", "·", "·"]]
    assert state.said() == "Cell [2, 1] is 21: it sees rows 2–4 and columns 1–3."
    image = tables(state)["image"]
    marked = [(i, j) for i, row in enumerate(image.rows) for j, cell in enumerate(row) if cell.mark]
    assert marked == [(i, j) for i in (2, 3, 4) for j in (1, 2, 3)]


def test_the_floor_is_told_and_what_it_drops_is_faint() -> None:
    state = Convolution.start({"size_first": True}).changed("stride", 2)
    columns = fact(state, "columns")
    assert columns.value == "2" and r"\lfloor 1.5 \rfloor" in columns.tex
    assert "No window reaches the last column." in state.said()
    # with padding the last pixel is read again; what is left over then is padding alone
    assert "No window" not in state.changed("padding", "zeros").said()
    wide = Convolution.start({"padding": "zeros", "p": 2, "stride": 4})
    assert "No window reaches the last column." in wide.said()
    assert wide.said().endswith("Pixels between the places that are read are skipped.")
    roles = [[cell.role for cell in row] for row in tables(state)["image"].rows]
    assert all(row == ["text"] * 5 + ["faint"] for row in roles)


def test_a_filter_that_does_not_fit_is_told_and_not_set() -> None:
    state = Convolution.start({})
    stays = state.changed("dilation", 3)
    assert stays.slide == state.slide
    assert stays.said() == "A kernel of 3 with dilation 3 spans 7 and does not fit into a size of 5."
    with pytest.raises(SettingError, match="spans 7 and does not fit into a size of 5"):
        Convolution.start({"dilation": 3})
    for bad in ({"stride": 0}, {"p": -1}, {"stride": 1e9}, {"stride": 1.5}, {"padding": "same"}, {"filter": 3}):
        with pytest.raises(SettingError):
            Convolution.start(bad)


def test_zeros_make_edges_that_are_not_there_and_replicate_does_not() -> None:
    zeros = Convolution.start({"image": "flat", "padding": "zeros", "filled": True})
    columns = list(zip(*texts(tables(zeros)["map"]), strict=True))
    assert columns[0] == ("2", "3", "3", "3", "2") and columns[-1] == ("-2", "-3", "-3", "-3", "-2")
    replicate = zeros.changed("padding", "replicate")
    assert {text for row in texts(tables(replicate)["map"]) for text in row} == {"0"}


def test_flipping_is_true_convolution() -> None:
    state = Convolution.start({"image": "ramp", "filled": True})
    assert texts(tables(state)["map"])[0] == ["6", "6", "6"]
    assert texts(tables(state.changed("flip", "flipped"))["map"])[0] == ["-6", "-6", "-6"]


def test_changing_a_setting_empties_a_half_filled_map_and_fills_a_whole_one_anew() -> None:
    half = Convolution.start({}).acted("next").changed("stride", 2)
    assert not half.filled and half.terms == 0
    whole = Convolution.start({}).acted("all").changed("stride", 2)
    assert len(whole.filled) == 4


@settings(max_examples=80, deadline=None)
@given(SLIDES, st.sets(st.integers(0, 60)))
def test_map_and_gradients_agree_with_torch(slide: Slide, chosen: set[int]) -> None:
    try:
        height, width = slide.shape
    except ValueError:
        return
    x = torch.tensor(slide.pixels[None], requires_grad=True)
    w = torch.tensor(slide.weights[None].copy(), requires_grad=True)
    around = torch.zeros(0)
    if slide.mode == "symmetric":  # which torch has not: the pixels are picked by hand
        at = torch.tensor(slide.sources.ravel())
        flat = x.reshape(1, x.shape[1], -1)[:, :, at]
        around = flat.reshape(1, x.shape[1], *slide.sources.shape)
    else:
        mode = {"zeros": "constant"}.get(slide.mode, slide.mode)
        around = F.pad(x, [slide.p] * 4, mode=mode)
    expected = F.conv2d(around, w, stride=slide.stride, dilation=slide.dilation)[0, 0]
    np.testing.assert_allclose(slide.map, expected.detach().numpy(), atol=1e-9)
    cells = frozenset(cell for cell in chosen if cell < height * width)
    (expected * torch.tensor(slide.back(cells))).sum().backward()
    assert x.grad is not None and w.grad is not None
    np.testing.assert_allclose(slide.image_gradient(cells), x.grad[0].numpy(), atol=1e-9)
    np.testing.assert_allclose(slide.filter_gradient(cells), w.grad[0].numpy(), atol=1e-9)
    for cell in range(height * width):
        assert abs(slide.products(cell).sum() - slide.map[slide.place(cell)]) < 1e-9
