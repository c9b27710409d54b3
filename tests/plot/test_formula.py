from __future__ import annotations

import pytest

from dltui.plot.formula import FormulaError, ascii_line, block, check, line, spoken


def rows(tex: str, width: int | None = None, *, ascii: bool = False) -> list[str]:
    return str(block(tex, width, ascii=ascii)).split("\n")


# ── what is wrong ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("tex", "said"),
    [
        (r"\frca{1}{2}", r"character 1: unknown command \frca — did you mean \frac?"),
        (r"a + \simga", r"character 5: unknown command \simga — did you mean \sigma?"),
        (r"\qqqqqqqqq", r"character 1: unknown command \qqqqqqqqq"),
        (r"\begin{bmatrx} 1 \end{bmatrx}", "character 8: unknown environment bmatrx — did you mean bmatrix?"),
        (r"\frac{1}", r"character 9: \frac needs something here: a sign or a {…}"),
        (r"x^", "character 3: ^ needs something here: a sign or a {…}"),
        (r"x^a^b", "character 4: two superscripts on one sign; put them into one group: ^{…}"),
        (r"x_a_b", "character 4: two subscripts on one sign; put them into one group: _{…}"),
        (r"{a", "character 1: this { is never closed"),
        (r"\text{a", "character 6: this { is never closed"),
        (r"a}", "character 2: a } without its {"),
        (r"{a & b}", "character 4: expected the } of the { at character 1"),
        (r"\left( a", r"character 1: this \left has no \right; \right. closes it without a bracket"),
        (r"a \right)", r"character 3: \right without its \left"),
        (r"\end{cases}", r"character 1: \end without its \begin"),
        (r"\left a \right)", r"character 7: \left needs a bracket, such as ( [ \{ | or . , not a"),
        (r"\sqrt[3 x", r"character 1: the [ of this root is never closed"),
        (r"a & b", r"character 3: & stands only inside \begin{aligned}, cases or a matrix"),
        (r"a \\ b", r"character 3: \\ stands only inside \begin{aligned}, cases or a matrix"),
        (r"\begin{cases} a", r"character 1: \begin{cases} is never closed by \end{cases}"),
        (r"\begin{cases} a \end{matrix}", r"character 22: \end{matrix} where \end{cases} was expected"),
        (r"\begin{array}{l|r} a", "character 15: the columns of an array are letters such as {lcr}, not {l|r}"),
        (r"50 %", r"character 4: % would start a comment; write \%"),
        (r"a # b", r"character 3: # alone means nothing in a formula; write \#"),
        ("a 漢", r"character 3: the character 漢 cannot stand in a formula; in words: \text{漢}"),
        (r"\text{a \sigma}", r"character 7: words hold no commands; close the words before the \ "),
        (r"\text{}", "character 7: no words in this {}"),
        ("a\\", r"character 2: a lone \ at the end; \\ starts a new row, \{ is a brace"),
        (r"\not{ab}", r"character 1: \not needs one sign, such as \not="),
        ("x" * 2001, "character 2001: a formula of 2001 characters; at most 2000 are set"),
        ("{" * 41 + "}" * 41, "character 41: more than 40 groups inside one another"),
    ],
)
def test_an_error_names_the_place_and_what_to_do(tex: str, said: str) -> None:
    assert check(tex) == said.strip()


def test_an_error_knows_its_place() -> None:
    with pytest.raises(FormulaError) as caught:
        block(r"1 + \fraac{1}{2}")
    assert caught.value.position == 4


def test_an_eaten_backslash_is_explained() -> None:
    said = check("\theta")
    assert said is not None
    assert "U+0009" in said
    assert "'''" in said


@pytest.mark.parametrize("character", ["\x1b", "\u202e", "\u200b", "\ufe0f", "\u0301"])
def test_characters_that_cannot_be_seen_are_refused(character: str) -> None:
    assert check(f"a{character}b")
    assert check(f"\\text{{a{character * 2}b}}")


@pytest.mark.parametrize(
    "tex", ["", " ", "{}", "x_{}", r"\frac{}{}", r"\begin{matrix}\end{matrix}", r"\left.\right.", "'", "^2"]
)
def test_empty_parts_are_no_error(tex: str) -> None:
    assert check(tex) is None
    assert block(tex).lines
    assert spoken(tex) is not None


# ── what is set ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_fraction_stands_on_its_bar() -> None:
    made = block(r"\sigma(z) = \frac{1}{1+e^{-z}}")
    assert str(made).split("\n") == ["          1", "σ(z) = ───────", "       1 + e⁻ᶻ"]
    assert (made.baseline, made.width, made.height) == (1, 14, 3)


def test_the_outer_bar_is_the_longer_one() -> None:
    assert rows(r"\frac{\frac{a}{b}}{c}") == [" a", " ─", " b", "───", " c"]


@pytest.mark.parametrize(
    ("tex", "made"),
    [
        (r"w \leftarrow w + \eta\, y\, x", "w ← w + η y x"),
        (r"x_1^2 + h_{t-1} + W^\top + \sigma'(z)", "x₁² + hₜ₋₁ + Wᵀ + σ′(z)"),
        (r"-a - -b", "−a − −b"),
        (r"\max(a, -1)", "max(a, −1)"),
        (r"y \log p", "y log p"),
        (r"x = \pm 1", "x = ±1"),
        (r"3 \times 3", "3 × 3"),
        (r"1{,}000", "1,000"),
        (r"\hat y, \bar x, \tilde h, \dot x", "ŷ, x̄, h̃, ẋ"),
        (r"\mathbb{R}^{m \times n}", "ℝᵐˣⁿ"),
        (r"\mathrm{Var}(x)", "Var(x)"),
        (r"a \not= b \not\in C", "a ≠ b ∉ C"),
        (r"\sqrt{n} + \sqrt 2", "√n + √2"),
        (r"\tfrac12 x", "½x"),
        (r"a \quad b \, c", "a   b c"),
        (r"\{x : x > 0\}", "{x : x > 0}"),
    ],
)
def test_what_fits_into_one_row_stays_in_one(tex: str, made: str) -> None:
    assert rows(tex) == [made]


def test_scripts_without_characters_of_their_own_get_rows() -> None:
    assert rows("e^{z_i}") == [" zᵢ", "e"]
    assert rows("W_f x") == ["W x", " f"]
    assert rows("W_f^2") == ["W²", " f"]


def test_long_scripts_get_a_row_too() -> None:
    assert rows("e^{-(b+wx)}") == [" −(b+wx)", "e"]


def test_limits_stand_above_and_below_in_a_display_and_beside_elsewhere() -> None:
    assert rows(r"\sum_{i=1}^{n} x_i") == [" n", " ∑  xᵢ", "i=1"]
    assert rows(r"\frac{\sum_{i=1}^{n} x_i}{n}")[0] == "∑ᵢ₌₁ⁿ xᵢ"


def test_wide_limits_leave_no_hole() -> None:
    assert rows(r"E = -\sum_{m \in \text{wrong}} y_m") == ["E = − ∑  yₘ", "   m∈wrong"]


def test_limits_never_touch_what_is_beside_them() -> None:
    assert rows(r"\frac{1}{N} \sum_{n=1}^{N} x_n")[2] == "N  n=1"


@pytest.mark.parametrize(
    ("left", "right", "edge"),
    [("(", ")", "⎛⎜⎝"), ("[", "]", "⎡⎢⎣"), (r"\{", r"\}", "⎧⎨⎩"), (r"\lfloor", r"\rfloor", "⎢⎢⎣"), ("|", "|", "│││")],
)
def test_brackets_grow_with_their_content(left: str, right: str, edge: str) -> None:
    assert "".join(row[0] for row in block(rf"\left{left} \frac{{a}}{{b}} \right{right}").lines) == edge


def test_brackets_around_mere_scripts_stay_small() -> None:
    assert rows(r"\left( W_f x \right)") == ["(W x)", "  f"]


def test_numbers_in_a_matrix_are_aligned_at_the_right() -> None:
    assert rows(r"\begin{bmatrix} -1 & 0 \\ 2 & 10 \end{bmatrix}") == ["⎡ −1   0 ⎤", "⎣  2  10 ⎦"]


def test_aligned_rows_stand_on_their_relations() -> None:
    assert rows(r"\begin{aligned} a &= b + c \\ aa &= d \end{aligned}") == [" a = b + c", "aa = d"]


def test_a_minus_never_runs_into_a_bar() -> None:
    assert rows(r"-\frac{b}{w}")[1] == "− ─"


def test_bold_letters_are_plain_unless_asked_for() -> None:
    assert rows(r"\mathbf{w}^\top \mathbf{x}") == ["wᵀ x"]
    assert block(r"\mathbf{w}", bold=True).lines == ("𝐰",)


def test_ascii_is_ascii() -> None:
    made = rows(r"\hat y = \sigma\left(\frac{\sum_i w_i x_i}{\sqrt n}\right) \ge \tfrac12", ascii=True)
    assert "".join(made).isascii()
    assert rows(r"\frac{1}{2}", ascii=True) == ["1", "-", "2"]


# ── what is broken ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_wide_formulas_break_before_relations() -> None:
    assert rows("y = b + wx = 3 + 2x", 12) == ["y = b + wx", "  = 3 + 2x"]


def test_and_before_operations_if_they_must() -> None:
    assert rows("y = aaaa + bbbb + cccc", 12) == ["y = aaaa", "    + bbbb", "    + cccc"]


def test_wide_spaces_become_new_rows() -> None:
    assert rows(r"a = b, \qquad c = d", 10) == ["a = b,", "c = d"]


def test_what_fits_is_not_broken() -> None:
    assert len(rows("y = b + wx", 10)) == 1


def test_aligned_rows_break_one_by_one() -> None:
    made = rows(r"\begin{aligned} a &= bbbb + cccc \\ d &= e \end{aligned}", 10)
    assert made == ["a = bbbb", "    + cccc", "", "d = e"]


# ── in one line and in words ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("tex", "made"),
    [
        (r"\frac{1}{1+e^{-x}}", "1/(1 + e⁻ˣ)"),
        (r"\frac{\partial E}{\partial w}", "∂E/∂w"),
        (r"\frac{\partial^2 E}{\partial w^2}", "∂²E/∂w²"),
        (r"\frac{1}{2x}", "1/(2x)"),
        (r"\frac{a}{b} c", "(a/b) c"),
        (r"w - \eta \frac{\partial E}{\partial w}", "w − η ∂E/∂w"),
        (r"\frac{a}{b} \odot c", "(a/b) ⊙ c"),
        (r"\log \frac{q}{p}", "log(q/p)"),
        (r"\frac{a+b}{c}", "(a + b)/c"),
        (r"\frac{(a+b)(c+d)}{(e+f)}", "(a + b)(c + d)/(e + f)"),
        (r"\frac{|a-b|}{\max(a,b)}", "|a − b|/max(a, b)"),
        (r"\frac{\frac{a}{b}}{\frac{c}{d}}", "(a/b)/(c/d)"),
        (r"\left(\frac{a}{b}\right)^2", "(a/b)²"),
        (r"{\frac{a}{b}}^2", "(a/b)²"),
        (r"{a+b}^2", "(a + b)²"),
        (r"e^{z_i}", "e^(zᵢ)"),
        (r"a_{i_j}", "a_(iⱼ)"),
        (r"p_{\text{data}}(x)", "p_data(x)"),
        (r"\sqrt{x+1} \sqrt[3]{x}", "√(x + 1)³√x"),
        (r"\sqrt{x_i^2}", "√(xᵢ²)"),
        (r"\sum_{i=1}^{n} x_i", "∑ᵢ₌₁ⁿ xᵢ"),
        (r"\lim_{h \to 0} x", "lim_(h→0) x"),
        (r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}", "[1, 2; 3, 4]"),
        (r"x \xrightarrow{f} y", "x ─f→ y"),
    ],
)
def test_one_line_says_the_same(tex: str, made: str) -> None:
    assert line(tex) == made


@pytest.mark.parametrize(
    ("tex", "made"),
    [
        (r"\sigma(z) \le 10^{-3}", "sigma(z) <= 10^(-3)"),
        (r"\alpha\beta x", "alpha beta x"),
        (r"\frac{\partial E}{\partial W_1}", "dE/dW_1"),
        (r"\hat y_i \cdot \tilde h", "y_hat_i * h_tilde"),
        (r"\lfloor \frac{n}{2} \rfloor", "floor(n/2)"),
        (r"\text{Größe}", "Grosse"),
    ],
)
def test_ascii_has_names_for_signs(tex: str, made: str) -> None:
    assert ascii_line(tex) == made


@pytest.mark.parametrize(
    ("tex", "said"),
    [
        (r"\frac{1}{1+e^{-x}}", "1 over, 1 plus e to the power of minus x, end over"),
        (r"\frac{\partial E}{\partial w}", "partial E over partial w"),
        (r"h_{t-1}^2", "h sub, t minus 1, end sub squared"),
        (r"\sum_{i=1}^{n} x_i", "the sum from i equals 1 to n of x sub i"),
        (r"\lim_{h \to 0} f", "the limit as h goes to 0, of f"),
        (r"\sqrt{a+b}", "the square root of, a plus b, end root"),
        (r"W^\top x", "W transposed x"),
        (r"\begin{bmatrix} 1 & 2 \end{bmatrix}", "1 by 2 matrix, row 1: 1, 2; end matrix"),
    ],
)
def test_formulas_are_spoken(tex: str, said: str) -> None:
    assert spoken(tex) == said


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"\frac{1}{2x}", r"\frac{1}{2}x"),
        (r"\frac{a}{b+c}", r"\frac{a}{b}+c"),
        ("x^{a+b}", "x^a+b"),
        ("h_{t-1}", "h_t-1"),
        (r"\sqrt{a+b}", r"\sqrt{a}+b"),
        ("x_{ij}", "x_i j"),
        ("{a+b}^2", "a+b^2"),
    ],
)
def test_words_tell_apart_what_is_not_the_same(one: str, other: str) -> None:
    assert spoken(one) != spoken(other)
    assert line(one) != line(other)
    assert ascii_line(one) != ascii_line(other)
