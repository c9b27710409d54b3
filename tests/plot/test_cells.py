from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from dltui.plot.cells import Grid, changed, from_sgr, segments, shortened, text_width, to_rich, to_text

RED, BLUE = Style(color="red"), Style(color="blue")


def written(text: str, width: int = 8) -> str:
    grid = Grid(width, 1)
    grid.put(0, 0, text)
    return "".join(grid.chars[0])


def test_text_is_cut_at_the_borders() -> None:
    grid = Grid(4, 2)
    assert grid.put(2, 0, "abc") == 5
    grid.put(-1, 1, "xyz")
    grid.put(0, 7, "below")
    assert to_text(grid) == "  ab\nyz"


def test_nothing_that_moves_the_cursor_gets_into_a_cell() -> None:
    assert written("\x1b[2J\n\u202e\x9b") == "?[2J??? "


def test_double_width_characters_take_two_cells() -> None:
    assert written("日a", 4) == "日a "
    assert text_width("日a") == 3


def test_half_a_double_width_character_is_no_character() -> None:
    grid = Grid(5, 1)
    grid.put(0, 0, "日本")
    grid.put(1, 0, "x")  # the right half of the first
    assert to_text(grid) == " x本"
    grid.put(2, 0, "y")  # the left half of the second
    assert to_text(grid) == " xy"
    grid.put(4, 0, "日")  # only half of it fits
    assert to_text(grid) == " xy"


def test_accents_stay_on_their_letter_and_cannot_pile_up() -> None:
    assert written("e\u0301x", 3) == "e\u0301x "
    assert len(written("e" + 50 * "\u0301", 1)) == 4


@given(st.text(max_size=12), st.integers(0, 10), st.integers(-3, 12))
def test_every_row_keeps_its_width(text: str, width: int, x: int) -> None:
    grid = Grid(width, 1)
    grid.put(0, 0, "日本語日本語")
    grid.put(x, 0, text)
    assert cell_len("".join(grid.chars[0])) == width


def test_shortened() -> None:
    assert shortened("momentum", 8) == "momentum"
    assert shortened("momentum", 5) == "mome…"
    assert shortened("momentum", 5, ascii=True) == "mome~"
    assert shortened("日本語", 4) == "日…"
    assert shortened("momentum", 0) == ""


def test_segments_merge_runs_of_one_style() -> None:
    grid = Grid(6, 1)
    grid.put(0, 0, "ab", RED)
    grid.put(2, 0, "cd", RED)
    grid.put(4, 0, "ef", BLUE)
    assert [(part.text, part.style) for part in segments(grid, 0)] == [("abcd", RED), ("ef", BLUE)]


def test_paste_cuts_what_lies_outside() -> None:
    small, large = Grid(3, 2), Grid(4, 3)
    small.put(0, 0, "abc", RED)
    small.put(0, 1, "def")
    large.paste(small, -1, -1)
    large.paste(small, 2, 2)
    large.paste(small, 9, 9)
    assert to_text(large) == "ef\n\n  ab"
    assert large.styles[2] == [None, None, RED, RED]


def test_paint_adds_to_the_style() -> None:
    grid = Grid(2, 1)
    grid.put(0, 0, "a", RED)
    grid.paint(0, 0, Style(bgcolor="white"))
    grid.paint(5, 5, RED)
    assert grid.styles[0] == [Style(color="red", bgcolor="white"), None]


def test_sgr_becomes_styles() -> None:
    grid = from_sgr("\x1b[0mab\x1b[38;5;17mcd\x1b[0m\n\x1b[1;38;2;1;2;3;41mx\x1b[0my", 5, 3)
    assert to_text(grid) == "abcd\nxy\n"
    assert grid.styles[0] == [None, None, Style(color="color(17)"), Style(color="color(17)"), None]
    assert grid.styles[1][0] == Style(color="rgb(1,2,3)", bgcolor="color(1)", bold=True)
    assert grid.styles[1][1] is None


def test_sgr_codes_can_be_given_other_styles() -> None:
    grid = from_sgr("\x1b[38;5;17mab\x1b[0mc", 3, 1, {"38;5;17": RED})
    assert grid.styles[0] == [RED, RED, None]
    assert from_sgr("\x1b[38;5;17mab", 2, 1, {"38;5;17": Style()}).styles == [[Style(), Style()]]


def test_sgr_text_is_cut_to_the_size() -> None:
    assert to_text(from_sgr("abcdef\nx\ny", 3, 2)) == "abc\nx"


@given(st.lists(st.sampled_from(["\x1b[", "m", ";", "38", "48", "2", "5", "1", "999", "x", "\n"]), max_size=30))
def test_any_codes_can_be_read(parts: list[str]) -> None:
    grid = from_sgr("".join(parts), 6, 2)
    assert [len(row) for row in grid.chars] == [6, 6]


def test_changed_spans() -> None:
    old, new = Grid(40, 3), Grid(40, 3)
    new.put(2, 0, "a")
    new.put(15, 0, "b")  # 12 cells between: one span
    new.put(29, 0, "c")  # 13 cells between: another
    new.put(5, 2, " ", RED)  # only the style differs
    assert changed(old, new) == [(2, 0, 14), (29, 0, 1), (5, 2, 1)]
    assert changed(new, new) == []
    assert changed(old, new, gap=0)[:2] == [(2, 0, 1), (15, 0, 1)]


def test_everything_has_changed_without_an_old_frame_of_this_size() -> None:
    assert changed(None, Grid(4, 2)) == [(0, 0, 4), (0, 1, 4)]
    assert changed(Grid(5, 2), Grid(4, 2)) == [(0, 0, 4), (0, 1, 4)]


def test_changed_spans_hold_whole_double_width_characters() -> None:
    old, new = Grid(6, 1), Grid(6, 1)
    old.put(1, 0, "日")
    new.put(2, 0, "x")
    assert changed(old, new) == [(1, 0, 2)]
    new.put(1, 0, "本")
    assert changed(old, new) == [(1, 0, 2)]


@given(
    st.lists(st.tuples(st.integers(0, 29), st.integers(0, 2), st.sampled_from("ab日")), max_size=20),
    st.integers(0, 14),
)
def test_repainting_the_changed_spans_gives_the_new_frame(puts: list[tuple[int, int, str]], gap: int) -> None:
    old, new = Grid(30, 3), Grid(30, 3)
    for index, (x, y, char) in enumerate(puts):
        (old, new)[index % 2].put(x, y, char, RED if index % 3 else None)
    for x, y, width in changed(old, new, gap):
        old.chars[y][x : x + width] = new.chars[y][x : x + width]
        old.styles[y][x : x + width] = new.styles[y][x : x + width]
    assert old == new


def test_rich_text_holds_the_same_cells() -> None:
    grid = Grid(4, 2)
    grid.put(0, 0, "ab", RED)
    text = to_rich(grid)
    assert text.plain == "ab  \n    "
    assert [(span.start, span.end, span.style) for span in text.spans] == [(0, 2, RED)]
