"""The signs that a formula may hold: glyph, class, ASCII and spoken forms.

Glyphs are chosen among those that common terminal fonts have: no script or double-struck capitals outside Unicode's
first plane.
"""

from __future__ import annotations

from types import MappingProxyType

from dltui.plot.formula.tree import Kind, Symbol


def sign(glyph: str, kind: Kind = "ord", plain: str = "", said: str = "", limits: bool = False) -> Symbol:
    """A symbol whose ASCII and spoken forms are the glyph itself unless given."""
    return Symbol(glyph, kind, plain or glyph, said or plain or glyph, limits)


_GREEK = """
    alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ lambda λ mu μ
    nu ν xi ξ omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi φ varphi φ chi χ psi ψ
    omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω"""

# Four words per sign: command, glyph, ASCII, spoken (`_` stands for a space).
_SIGNS: dict[Kind, str] = {
    "ord": r"""
        partial ∂ d partial          nabla ∇ grad nabla           infty ∞ inf infinity        ell ℓ l ell
        hbar ℏ hbar h-bar            emptyset ∅ {} the_empty_set  forall ∀ forall for_all
        exists ∃ exists there_is     neg ¬ not not                lnot ¬ not not              top ⊤ T top
        bot ⊥ _|_ bottom
        vdots ⋮ : and_so_on_down     ddots ⋱ \ and_so_on_diagonally
        prime ′ ' prime              angle ∠ angle angle          degree ° deg degrees        star ⋆ * star
        % % % percent                # # # number                 $ $ $ dollar                & & & and
        _ _ _ underscore             vert | | bar                 Vert ‖ || double_bar        | ‖ || double_bar
        checkmark ✓ ok check         dagger † + dagger            backslash \ \ backslash     imath i i i
        jmath j j j                  Re ℜ Re real_part_of         Im ℑ Im imaginary_part_of
        square □ [] square           triangle △ triangle triangle""",
    "inner": """
        dots … ... and_so_on         ldots … ... and_so_on        dotsc … ... and_so_on
        cdots ⋯ ... and_so_on        dotsb ⋯ ... and_so_on""",
    "bin": r"""
        cdot · * times               times × x times              odot ⊙ .* elementwise_times
        oplus ⊕ (+) circle_plus      otimes ⊗ (x) circle_times    ominus ⊖ (-) circle_minus
        pm ± +- plus_or_minus        mp ∓ -+ minus_or_plus        div ÷ / divided_by          ast ∗ * star
        circ ∘ o composed_with       bullet • * bullet            cup ∪ u union               cap ∩ n intersected_with
        setminus \ \ without         land ∧ and and               wedge ∧ and and             lor ∨ or or
        vee ∨ or or                  bmod mod mod modulo""",
    "rel": r"""
        le ≤ <= is_at_most           leq ≤ <= is_at_most          ge ≥ >= is_at_least         geq ≥ >= is_at_least
        ne ≠ != is_not_equal_to      neq ≠ != is_not_equal_to     approx ≈ ~= is_about        equiv ≡ == is_identical_to
        propto ∝ ~ is_proportional_to                             sim ∼ ~ is_distributed_as   simeq ≃ ~= is_about
        cong ≅ ~= is_congruent_to    doteq ≐ := is_defined_as     coloneqq := := is_defined_as
        ll ≪ << is_much_less_than    gg ≫ >> is_much_greater_than lt < < is_less_than
        gt > > is_greater_than       in ∈ in in                   notin ∉ not_in not_in       ni ∋ contains contains
        subset ⊂ subset is_a_subset_of                            subseteq ⊆ subset is_a_subset_of
        supset ⊃ superset is_a_superset_of                        supseteq ⊇ superset is_a_superset_of
        to → -> goes_to              rightarrow → -> goes_to      longrightarrow ⟶ --> to     mapsto ↦ |-> maps_to
        leftarrow ← <- becomes       gets ← <- becomes            longleftarrow ⟵ <-- becomes
        leftrightarrow ↔ <-> corresponds_to                       hookrightarrow ↪ -> into
        Rightarrow ⇒ => implies      implies ⇒ => implies         Leftarrow ⇐ <= follows_from
        iff ⇔ <=> if_and_only_if     Leftrightarrow ⇔ <=> if_and_only_if
        uparrow ↑ ^ up               downarrow ↓ v down           nearrow ↗ / up              searrow ↘ \ down
        perp ⊥ _|_ is_perpendicular_to                            mid | | given               parallel ‖ || parallel""",
    "open": """
        lfloor ⌊ floor( floor_of     lceil ⌈ ceil( ceiling_of     { { { open_brace            lbrace { { open_brace
        langle ⟨ < open_angle        lvert | | bar                lVert ‖ || double_bar       lbrack [ [ open_square""",
    "close": """
        rfloor ⌋ ) end_floor         rceil ⌉ ) end_ceiling        } } } close_brace           rbrace } } close_brace
        rangle ⟩ > close_angle       rvert | | bar                rVert ‖ || double_bar       rbrack ] ] close_square
        """,
    "punct": "colon : : colon",
}

_FUNCTIONS = "sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh exp log ln lg arg det dim ker deg hom sgn"
_LIMIT_FUNCTIONS = "lim max min sup inf Pr gcd argmax argmin limsup liminf"
_SAID = {
    "ln": "natural log", "lim": "the limit", "argmax": "arg max", "argmin": "arg min", "sgn": "sign",
    "det": "determinant", "inf": "infimum", "sup": "supremum", "Pr": "probability", "limsup": "the upper limit",
    "liminf": "the lower limit",
}  # fmt: skip
_BIG = {
    "sum": ("∑", "sum", "the sum"), "prod": ("∏", "prod", "the product"), "coprod": ("∐", "coprod", "the coproduct"),
    "bigcup": ("⋃", "union", "the union"), "bigcap": ("⋂", "intersection", "the intersection"),
    "bigoplus": ("⊕", "oplus", "the direct sum"),
}  # fmt: skip
_INTEGRALS = {
    "int": ("∫", "int", "the integral"), "iint": ("∬", "iint", "the double integral"),
    "oint": ("∮", "oint", "the contour integral"),
}  # fmt: skip


def _table() -> dict[str, Symbol]:
    table: dict[str, Symbol] = {}
    words = iter(_GREEK.split())
    for name, glyph in zip(words, words, strict=True):
        plain = name.removeprefix("var")
        table[name] = sign(glyph, "ord", plain, plain if plain.islower() else f"capital {plain.lower()}")
    for kind, rows in _SIGNS.items():
        words = iter(rows.split())
        for name, glyph, plain, said in zip(words, words, words, words, strict=True):
            table[name] = sign(glyph, kind, plain, said.replace("_", " "))
    for name in _FUNCTIONS.split():
        table[name] = sign(name, "fn", "", _SAID.get(name, ""))
    for name in _LIMIT_FUNCTIONS.split():
        glyph = name[:3] + " " + name[3:] if len(name) > 3 and name != "gcd" else name
        table[name] = sign(glyph, "fn", glyph, _SAID.get(name, ""), limits=True)
    for names, limits in ((_BIG, True), (_INTEGRALS, False)):
        for name, (glyph, plain, said) in names.items():
            table[name] = sign(glyph, "big", plain, said, limits)
    return table


COMMANDS = MappingProxyType(_table())
"""Command without its backslash -> symbol."""

CHARACTERS = MappingProxyType({
    "+": sign("+", "bin", said="plus"), "-": sign("−", "bin", "-", "minus"), "−": sign("−", "bin", "-", "minus"),
    "*": sign("∗", "bin", "*", "star"), "=": sign("=", "rel", said="equals"),
    "<": sign("<", "rel", said="is less than"), ">": sign(">", "rel", said="is greater than"),
    ":": sign(":", "rel", said="colon"),
    "(": sign("(", "open", said="open bracket"), ")": sign(")", "close", said="close bracket"),
    "[": sign("[", "open", said="open square"), "]": sign("]", "close", said="close square"),
    ",": sign(",", "punct"), ";": sign(";", "punct"), "!": sign("!", "close", said="factorial"),
    "?": sign("?", "close", said="question mark"), "/": sign("/", said="over"), "|": sign("|", said="bar"),
    ".": sign(".", said="point"), '"': sign('"', said="quote"), "@": sign("@", said="at"),
})  # fmt: skip
"""Characters that stand for themselves or, such as the hyphen, for a better sign."""

GLYPHS = MappingProxyType({s.glyph: s for s in COMMANDS.values() if not s.glyph.isascii()})
"""Signs that an author typed themselves, such as σ or ≤."""
