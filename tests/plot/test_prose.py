from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from dltui.plot.prose import LOOKS, plain, prose

FRACTION = r"$$\sigma(z) = \frac{1}{1+e^{-z}}$$"


def styled(text: Text, part: str) -> str:
    """The styles that lie on the first place of `part`, in words."""
    at = text.plain.index(part)
    return " ".join(str(span.style) for span in text.spans if span.start <= at < span.end)


def test_paragraphs_are_wrapped_at_words() -> None:
    assert plain("one two three four\nfive\n\nsix", 10) == "one two\nthree four\nfive\n\nsix"


def test_lines_are_even_and_the_last_word_is_not_alone() -> None:
    assert plain("aaaa bbbb cccc dddd eeee", 19) == "aaaa bbbb cccc\ndddd eeee"
    assert plain("to see where w and x go", 12).split("\n")[0] == "to see where"


def test_no_line_more_than_need_be() -> None:
    assert plain("aaaa bbbb cccc dddd", 19) == "aaaa bbbb cccc dddd"


def test_a_formula_in_the_line_is_never_broken() -> None:
    assert plain(r"so $y = b + wx$, and", 12) == "so\ny = b + wx,\nand"


def test_unless_it_is_wider_than_the_line() -> None:
    assert plain(r"so $y = b + wx + aaa + bbb$", 12) == "so y = b\n+ wx + aaa\n+ bbb"


def test_markdown_reads_nothing_into_formulas() -> None:
    assert plain(r"$a_1 * b_2$ and $c_1 * d_2$, *so* $x^*$", 60) == "a₁ ∗ b₂ and c₁ ∗ d₂, so x*"
    assert plain(r"**bold $w_j$** and *soft $x_j$*", 60) == "bold wⱼ and soft xⱼ"


def test_displays_stand_apart_and_indented() -> None:
    made = plain(f"A unit is {FRACTION} and no more.", 60)
    formula = [" " * 14 + "1", "    σ(z) = ───────", " " * 11 + "1 + e⁻ᶻ"]
    assert made.split("\n") == ["A unit is", "", *formula, "", "and no more."]


def test_displays_too_wide_to_break_fall_back_to_the_line() -> None:
    made = plain(r"$$\frac{aaaaaaaaaa + bbbbbbbbbb}{c}$$", 16)
    assert "─" not in made
    assert max(map(len, made.split("\n"))) <= 16


def test_a_formula_that_cannot_be_set_stays_as_it_is() -> None:
    assert plain(r"so $\frca{1}{2}$ and $$\foo$$", 60) == "so $\\frca{1}{2}$ and\n\n    $$\\foo$$"


def test_dollars_and_code_hold_no_formulas() -> None:
    assert plain(r"from \$5 to \$6, `$x$`", 60) == "from $5 to $6, $x$"


def test_quotes_are_asides_with_a_bar() -> None:
    made = plain("> **Not so:** the loss\n> falls.", 20)
    assert made == "▎ Not so: the loss\n▎ falls."
    assert plain("> a", 20, ascii=True) == "| a"


def test_lists_hang() -> None:
    assert plain("- one two three\n- four\n  - five\n\nsix", 14) == " • one two\n   three\n • four\n    – five\n\nsix"
    assert plain("9. nine\n10. ten eleven", 12) == "  9. nine\n 10. ten\n     eleven"


def test_loose_lists_have_air() -> None:
    assert plain("- one\n\n- two", 20) == " • one\n\n • two"


def test_a_display_in_a_list_is_part_of_its_point() -> None:
    made = plain("- so $$\\frac{a}{b}$$\n- next", 44)
    assert made.split("\n") == [" • so", "", "       a", "       ─", "       b", "", " • next"]


def test_tables_are_aligned() -> None:
    made = plain("| step | $E(w)$ |\n|:--|--:|\n| 1 | 32.35 |\n| 2 | 7.69 |", 60)
    assert made.split("\n") == ["step   E(w)", "───────────", "1     32.35", "2      7.69"]


def test_numbers_stand_on_their_points_unless_the_author_says_otherwise() -> None:
    made = plain("| a | loss |\n|---|---|\n| x | 32.35 |\n| y | −.5 |\n| z | 7 |", 60)
    assert made.split("\n") == ["a   loss", "────────", "x  32.35", "y   −.5", "z   7"]


def test_wide_tables_wrap_their_cells() -> None:
    made = plain("| a | b |\n|---|---|\n| one two three | four five six |", 16)
    assert made.split("\n") == ["a        b", "────────────────", "one two  four", "three    five", "         six"]


def test_listings_keep_their_spaces() -> None:
    assert plain("```python\nif x:\n    y = '$a$'  # b\n```", 40) == "  if x:\n      y = '$a$'  # b"


def test_long_lines_of_a_listing_go_on_below() -> None:
    made = plain("```\n" + "x" * 30 + "\n```", 20)
    assert made.replace("\n", "").replace(" ", "") == "x" * 30
    assert max(map(len, made.split("\n"))) <= 20


def test_python_is_coloured() -> None:
    made = prose("```python\ndef f(x):  # why\n    return 'if' + 1.5\n```", 60)
    assert styled(made, "def") == LOOKS["dark"]["keyword"]
    assert styled(made, "# why") == LOOKS["dark"]["comment"]
    assert styled(made, "'if'") == LOOKS["dark"]["string"]
    assert styled(made, "1.5") == LOOKS["dark"]["number"]


def test_links_show_where_they_lead_and_lead_nowhere() -> None:
    made = prose("see [the paper](https://doi.org/10.1037/h0042519) [here](javascript:x)", 80)
    assert made.plain == "see the paper (https://doi.org/10.1037/h0042519) [here](javascript:x)"
    assert all("link" not in str(span.style) for span in made.spans)


def test_parts_have_their_styles() -> None:
    made = prose("# Title\n\nsome **strong** *soft* `code` $x_f$ **both $y_f$**", 60)
    dark = LOOKS["dark"]
    assert styled(made, "Title") == dark["heading"]
    assert styled(made, "strong") == dark["strong"]
    assert styled(made, "soft") == dark["emphasis"]
    assert styled(made, "code") == dark["code"]
    assert styled(made, "x_f") == dark["formula"]
    assert styled(made, "y_f") == f"{dark['strong']} {dark['formula']}"


def test_bold_letters_of_formulas_are_bold() -> None:
    made = prose(r"so $\mathbf{w} \cdot x$", 60)
    assert made.plain == "so w · x"
    assert styled(made, "w").endswith("bold")
    assert not styled(made, "x").endswith("bold")


def test_themes_and_looks_change_styles_only() -> None:
    text = "# a\n\n> **b** $c$"
    assert prose(text, 40, theme="light").plain == prose(text, 40).plain
    assert not re.search("#[0-9a-f]{6}", str(prose(text, 40, theme="none").spans))
    assert styled(prose(text, 40, look={"formula": "red"}), "c") == "red"


def test_quotation_marks_are_set() -> None:
    assert plain('"so", it\'s $x$', 40) == "“so”, it’s x"
    assert plain('"so", it’s', 40, ascii=True) == '"so", it\'s'


def test_ascii_has_no_other_characters() -> None:
    text = f"# “Größe” → ≤\n\n- a $\\sigma^2$ —\n\n> b\n\n---\n\n{FRACTION}\n\n| a |\n|---|\n| µ |"
    made = plain(text, 50, ascii=True)
    assert made.isascii()
    assert "1 + e" in made


def test_spoken_formulas_are_words() -> None:
    assert plain(r"so $\frac{1}{2x}$ is $$w^2$$", 60, spoken=True) == "so 1 over, 2 x, end over is\n\n    w squared"


def test_terminal_escapes_and_markup_do_nothing() -> None:
    made = prose("[bold red]x[/] \x1b[2J $a$ [link=https://evil]y[/link]", 60)
    assert "\x1b" not in made.plain
    assert "[bold red]x[/]" in made.plain
    console = Console(width=80, color_system=None, force_terminal=False)
    with console.capture() as capture:
        console.print(made)
    assert "[bold red]x[/]" in capture.get()


def test_private_characters_are_no_formulas() -> None:
    assert plain("\ue000 $x$ \ue001", 40) == "\ufffd x \ufffd"


def test_html_and_pictures_are_words() -> None:
    assert "<b>" in plain("<b>a</b> ![alt](x.png)", 60)


sources = st.one_of(
    st.text(max_size=80),
    st.lists(
        st.sampled_from(
            ["word ", "long-word-of-some-length ", "**b** ", "*e* ", "`c d` ", "$w_j x$ ", "$\\frca$ ",
             "$$\\frac{a+b}{c}$$", "\n", "\n\n", "- ", "  - ", "1. ", "> ", "# ", "```python\ndef f(): pass\n",
             "| a | b |\n|--|-:|\n| c | $x$ |\n", "```\n", "---\n", "\\$", "[t](https://a.b/c) ", "漢字 ", "é ", "\t"]
        ),
        max_size=25,
    ).map("".join),
)  # fmt: skip


@settings(deadline=None)
@given(sources, st.integers(8, 70))
def test_no_text_is_wider_than_asked_or_an_error(text: str, width: int) -> None:
    for line in prose(text, width).plain.split("\n"):
        assert cell_len(line) <= width or width < 16  # lists in quotes in lists need some cells
    plain(text, width, ascii=True)
    plain(text, width, spoken=True)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text("abcdefgh", min_size=1, max_size=12), max_size=30), st.integers(20, 60))
def test_no_word_gets_lost(words: list[str], width: int) -> None:
    assert plain(" ".join(words), width).split() == words


@pytest.mark.parametrize(
    "text", ["", "\n", " ", "$", "$$", "$$$$", "**", "> ", "- ", "```", "| a |\n|---|", "\\", "[a](", "#"]
)
def test_scraps_are_no_errors(text: str) -> None:
    assert isinstance(prose(text, 40), Text)
