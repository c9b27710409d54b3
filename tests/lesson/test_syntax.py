"""What may stand in an expression, and where the caret points if something else does."""

import ast
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dltui.lesson.syntax import ExpressionError, column, parse


@pytest.mark.parametrize(
    "source, at, sentence",
    [
        ("", 0, "an expression is needed"),
        ("  ", 0, "an expression is needed"),
        ("2*", 2, "missing after `*`"),
        ("1 if 2 else", 11, "missing after `else`"),
        ("1 + (2", 4, "`(` is never closed"),
        ("(1]", 2, "closes a bracket that is not open"),
        ("1)", 1, "closes a bracket that is not open"),
        ("2x", 1, "write 2*x"),
        ("x.y", 1, "a point belongs to a number"),
        ("(1).__class__", 3, "a point belongs to a number"),
        ("x^2", 1, "**"),
        ("x = 5", 2, "`=` cannot stand here"),
        ("1 2", 2, "`2` cannot stand here"),
        ("lambda: 1", 6, "`:` is no part"),
        ("(lambda x: x)(1)", 9, "`:` is no part"),
        ("{1}", 0, "`{` is no part"),
        ("[x for x in [1]]", 0, "loops are no part"),
        ("sum(x for x in [1])", 3, "loops are no part"),
        ("max(*[1, 2])", 4, "`*` stands between two values"),
        ("f'{x}'", 0, "no letter before"),
        ("b'x'", 0, None),
        ("'a\\x00'", 0, "no backslash"),
        ("1 + 'a", 4, "closed by the sign that opened it"),
        ("1 in [1]", 0, "`in` is no part"),
        ("1 is 1", 0, "compare with =="),
        ("(yield)", 1, "`yield` is no part"),
        ("1 @ 2", 2, "`@` is no part"),
        ("1 << 2", 0, "`lshift` is no part"),
        ("~1", 0, "`~` is no part"),
        ("2 + \u200b1", 4, "an invisible character"),
        ("σ + 2x", 5, "write 2*x"),
        ("x" * 401, 0, "at most 400 characters"),
        ("1," * 199 + "1", 0, "at most 200 parts"),
        ("-" * 120 + "1", 0, "at most 100 levels"),
        ("(" * 199 + "1" + ")" * 199, 0, None),
        ("[" * 199 + "]" * 199, 0, "levels"),
    ],
)
def test_refusals(source: str, at: int, sentence: str | None) -> None:
    try:
        parse(source)
    except ExpressionError as error:
        assert sentence is None or sentence in error.message
        assert error.column == at
        assert error.pointed().splitlines()[-1] == " " * at + "^"
    else:
        assert sentence is None


@settings(deadline=None)
@given(st.text(st.sampled_from("0123456789.eExyσ+-*/%<>=!()[],'\" ifelsnotadr_\\:@{}\t\n\x00\u2028"), max_size=60))
@example("1if 2else 3")
@example("0777")
@example("1__0")
@example("'\\d'")
@example("-\u20280")
def test_any_text_is_a_tree_or_a_sentence(source: str) -> None:
    """Never a warning of Python's (an error here), never another exception."""
    try:
        tree = parse(source)
    except ExpressionError as error:
        assert error.message
        assert 0 <= error.column <= len(error.source)
    else:
        assert all(0 <= column(source, node) <= len(source) for node in ast.walk(tree))


def test_the_deepest_tree_parses_below_a_deep_caller() -> None:
    def below(frames: int) -> ast.expr:
        return below(frames - 1) if frames else parse("1" + "+1" * 99)

    assert isinstance(below(sys.getrecursionlimit() // 2), ast.BinOp)


def test_columns_count_characters() -> None:
    source = "  α + β"
    tree = parse(source)
    assert isinstance(tree, ast.BinOp)
    assert column(source, tree.right) == source.index("β")


def test_columns_count_wide_blanks_once() -> None:
    source = "\u2028α\u2028+\u2003β"
    tree = parse(source)
    assert isinstance(tree, ast.BinOp)
    assert column(source, tree.right) == source.index("β")
