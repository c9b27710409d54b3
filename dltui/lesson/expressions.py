"""A small safe language for keys, claims and formulas: Python's arithmetic on a whitelist, interpreted, never `eval`.

    conv_size(28, kernel=5, stride=2)      2*log(9)/w      [1, -1] - 0.5*[2, 1]      accuracy >= 0.96 and loss < 0.2

Numbers, lists, `+ - * / // % **`, comparisons, `and or not`, `a if c else b`, indexing from 0, calls of `functions`.
Lists: `+` and `-` between lists of one length, `*` and `/` by a number, element by element. A text can only be an
argument of a function that was handed in; it names something there.
What people type (`2x`, `x²`, `−1`) becomes an expression by `read`.
Size, nesting, powers and magnitudes are bounded, so that any source is computed or refused within milliseconds.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from types import BuiltinFunctionType, FunctionType, MappingProxyType
from typing import Any, NoReturn

from dltui.lesson.functions import CONSTANTS, FUNCTIONS
from dltui.lesson.notation import read
from dltui.lesson.syntax import ARITHMETIC, COMPARISONS, ExpressionError, Undefined, column, parse

__all__ = ["ExpressionError", "Undefined", "Value", "check", "evaluate", "names", "read"]

Value = float | int | list[Any]
Functions = Mapping[str, Callable[..., Any]]
NOTHING: Mapping[str, Any] = MappingProxyType({})

MOST_ELEMENTS = 10_000
LARGEST = 1e300
STARRED = 0x04 | 0x08
"""In the flags of code: takes *more or **named arguments."""
LARGEST_EXPONENT = 64
LARGEST_BASE = 10**6
"""The last two are for powers of whole numbers, whose digits would grow without end."""


def evaluate(source: str, variables: Mapping[str, Any] = NOTHING, functions: Functions = NOTHING) -> Value:
    """The value of `source`. `variables` and `functions` come on top of the language's own.

    Raises Undefined where there is no finite value and ExpressionError for everything else.
    """
    return _Evaluation(source, variables, functions).value()


def names(source: str) -> set[str]:
    """The variables in `source`: names that are neither called nor constants. Raises ExpressionError."""
    return {name.id for name in _variables(parse(source))} - CONSTANTS.keys()


def check(source: str, known: Iterable[str] = (), functions: Functions = NOTHING) -> str | None:
    """What is wrong with `source` when only the variables in `known` exist, or None. Computes nothing."""
    variables = set(known) | CONSTANTS.keys()
    callables = {**FUNCTIONS, **functions}
    try:
        tree = parse(source)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                _called(source, node, callables, variables)
        for name in _variables(tree):
            if name.id not in variables:
                _unknown(source, name, variables, callables)
    except ExpressionError as error:
        return error.message
    return None


def _variables(tree: ast.expr) -> Iterator[ast.Name]:
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return (node for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called)


def _unknown(source: str, name: ast.Name, variables: Iterable[str], functions: Functions) -> NoReturn:
    at = column(source, name)
    if name.id in functions:
        raise ExpressionError(f"{name.id} is a function: write {_form(name.id, functions)}", source, at)
    own = sorted(set(variables) - CONSTANTS.keys())
    known = f"; the names here are {', '.join(own[:12])}" if own else ""
    raise ExpressionError(f"unknown name {name.id}{_nearest(name.id, variables) or known}", source, at)


def _called(source: str, call: ast.Call, functions: Functions, variables: Iterable[str]) -> str:
    """The name of the function that is called, which is known and takes as many arguments under these names."""
    at = column(source, call)
    if not isinstance(call.func, ast.Name):
        raise ExpressionError("only a function can be called; a product is written with *", source, at)
    name = call.func.id
    if name not in functions:
        if name in variables:
            raise ExpressionError(f"{name} is no function; the product is written {name}*(…)", source, at)
        raise ExpressionError(f"unknown function {name}{_nearest(name, functions)}", source, at)
    if _fits(functions[name], call):
        return name
    taken = _signature(functions[name])
    for one in call.keywords:
        if one.arg not in taken.parameters:
            nearest = _nearest(str(one.arg), taken.parameters) or f"; it is called as {_form(name, functions)}"
            raise ExpressionError(f"{name} takes no {one.arg or '**'}{nearest}", source, column(source, one))
    try:
        taken.bind(*call.args, **{str(one.arg): one for one in call.keywords})
    except TypeError as error:
        raise ExpressionError(f"{name}: {error}; it is called as {_form(name, functions)}", source, at) from None
    return name


def _fits(function: Callable[..., Any], call: ast.Call) -> bool:
    """Whether a function plainly takes these arguments. False: it does not, or only `_signature` can tell."""
    plain = getattr(function, "__wrapped__", function)
    if isinstance(plain, BuiltinFunctionType):  # of one number, all that there are
        return function in FUNCTIONS.values() and len(call.args) == 1 and not call.keywords
    if not isinstance(plain, FunctionType) or plain.__code__.co_flags & STARRED or plain.__code__.co_kwonlyargcount:
        return False
    known = plain.__code__.co_varnames[: plain.__code__.co_argcount]
    given = [*known[: len(call.args)], *(one.arg for one in call.keywords)]
    needed = known[: len(known) - len(plain.__defaults__ or ())]
    return len(call.args) <= len(known) and len(set(given)) == len(given) and set(needed) <= set(given) <= set(known)


def _signature(function: Callable[..., Any]) -> Any:
    """What it takes, in full. The module that knows takes long to load: it is asked where something does not fit."""
    return import_module("inspect").signature(function)


def _nearest(name: str, known: Iterable[str]) -> str:
    close = import_module("difflib").get_close_matches(name, known, 1)
    return f" — did you mean {close[0]}?" if close else ""


def _form(name: str, functions: Functions) -> str:
    """`conv_size(size, kernel, stride=1, padding=0, dilation=1)`"""
    parts = []
    for part in _signature(functions[name]).parameters.values():
        default = "" if part.default in (part.empty, None) else f"={part.default}"
        parts.append(("*" if part.kind is part.VAR_POSITIONAL else "") + part.name + default)
    return f"{name}({', '.join(parts)})"


class _Evaluation:
    """One walk over one tree. Two frames per level, so that the deepest tree fits below a deep caller."""

    def __init__(self, source: str, variables: Mapping[str, Any], functions: Functions) -> None:
        self._tree = parse(source)
        self._source = source
        self._handed_in = functions
        self._functions = {**FUNCTIONS, **functions}
        self._variables = {name: self._plain(value, self._tree) for name, value in {**CONSTANTS, **variables}.items()}

    def value(self) -> Value:
        value: Value = self._of(self._tree)
        return value

    def _of(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name():
                if node.id not in self._variables:
                    _unknown(self._source, node, self._variables, self._functions)
                return self._variables[node.id]
            case ast.List() | ast.Tuple():
                return [self._of(element) for element in node.elts]
            case ast.BinOp():
                return self._binary(node, self._of(node.left), self._of(node.right))
            case ast.UnaryOp():
                return self._unary(node, self._of(node.operand))
            case ast.IfExp():
                return self._of(node.body if self._truth(node.test, self._of(node.test)) else node.orelse)
            case ast.BoolOp():
                stop = isinstance(node.op, ast.Or)
                return stop if any(self._truth(part, self._of(part)) is stop for part in node.values) else not stop
            case ast.Compare():
                return self._compared(node, [self._of(part) for part in (node.left, *node.comparators)])
            case ast.Subscript():
                return self._element(node, self._of(node.value), self._of(node.slice))
            case ast.Call():
                name = _called(self._source, node, self._functions, self._variables)
                arguments = [self._argument(name, one) for one in node.args]
                named = {str(one.arg): self._argument(name, one.value) for one in node.keywords}
                return self._call(node, name, arguments, named)
        return self._refuse(node, "this is no part of an expression")

    def _constant(self, node: ast.Constant) -> Any:
        if isinstance(node.value, str):
            self._refuse(node, "a text can only be an argument of a function that takes a name")
        if not isinstance(node.value, int | float):
            self._refuse(node, f"{node.value!r} is no number")
        return self._plain(node.value, node)

    def _argument(self, function: str, node: ast.expr) -> Any:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and function in self._handed_in:
            return node.value
        return self._of(node)

    def _call(self, node: ast.Call, name: str, arguments: list[Any], named: dict[str, Any]) -> Any:
        try:
            return self._plain(self._functions[name](*arguments, **named), node)
        except TypeError:
            self._refuse(node, f"these are no arguments for {_form(name, self._functions)}")
        except OverflowError:
            self._undefined(node, f"the value of {name} is too large")
        except ArithmeticError as error:
            self._undefined(node, str(error))
        except ExpressionError:
            raise
        except ValueError as error:
            return self._refuse(node, f"{name}: {error}")

    def _binary(self, node: ast.BinOp, left: Any, right: Any) -> Any:
        lists = isinstance(left, list), isinstance(right, list)
        match node.op, lists:
            case ast.Add() | ast.Sub(), (True, True):
                if len(left) != len(right):
                    self._refuse(node, f"lists of {len(left)} and {len(right)} elements have no sum and no difference")
                return [self._binary(node, one, other) for one, other in zip(left, right, strict=True)]
            case ast.Mult() | ast.Div(), (True, False):
                return [self._binary(node, one, right) for one in left]
            case ast.Mult(), (False, True):
                return [self._binary(node, left, other) for other in right]
            case ast.Mult(), (True, True):
                self._refuse(node, "two lists have several products: write dot(a, b) for the scalar product")
            case _, (False, False):
                return self._arithmetic(node, left, right)
        return self._refuse(node, "a list can be added to a list and multiplied or divided by a number, no more")

    def _arithmetic(self, node: ast.BinOp, left: float, right: float) -> float:
        power = isinstance(node.op, ast.Pow)
        whole = isinstance(left, int) and isinstance(right, int)
        if power and whole and (abs(right) > LARGEST_EXPONENT or abs(left) > LARGEST_BASE):
            self._refuse(node.right, f"whole numbers have powers up to {LARGEST_BASE} ** {LARGEST_EXPONENT}")
        try:
            value: float = self._plain(ARITHMETIC[type(node.op)](left, right), node.right)
        except ZeroDivisionError:
            self._undefined(node.right, "division by zero" if not power else "0 has no negative power")
        except OverflowError:
            self._undefined(node.right, "the value is too large")
        return value

    def _unary(self, node: ast.UnaryOp, value: Any) -> Any:
        if isinstance(node.op, ast.Not):
            return not self._truth(node.operand, value)
        if isinstance(value, list):
            return [self._unary(node, element) for element in value]
        return -value if isinstance(node.op, ast.USub) else +value

    def _truth(self, node: ast.expr, value: Any) -> bool:
        if isinstance(value, list):
            self._refuse(node, "a list is neither true nor false")
        return bool(value)

    def _compared(self, node: ast.Compare, values: list[Any]) -> bool:
        try:
            pairs = zip(node.ops, values, values[1:], strict=False)
            return all(COMPARISONS[type(sign)](left, right) for sign, left, right in pairs)
        except TypeError:
            self._refuse(node, "a list cannot be smaller or larger than a number")

    def _element(self, node: ast.Subscript, value: Any, place: Any) -> Any:
        if not isinstance(value, list):
            self._refuse(node, "only a list has elements")
        if not isinstance(place, int):
            self._refuse(node, "an element is chosen by one whole number, counted from 0")
        if not -len(value) <= place < len(value):
            self._refuse(node, f"there is no element {place}: the list has {len(value)}, counted from 0")
        return value[place]

    def _plain(self, value: Any, node: ast.expr) -> Any:
        """Bounded numbers and lists of them, whatever came from a function, a variable or a power."""
        if isinstance(value, list | tuple):
            if len(value) > MOST_ELEMENTS:
                self._refuse(node, f"a list has at most {MOST_ELEMENTS} elements, not {len(value)}")
            return [self._plain(element, node) for element in value]
        if isinstance(value, complex):
            self._undefined(node, "a negative number has no real power with a fraction")
        if not isinstance(value, int | float):
            self._refuse(node, "this is neither a number nor a list")
        if value != value or abs(value) > LARGEST:
            self._undefined(node, "the value is too large" if value == value else "this has no value")
        return value

    def _refuse(self, node: ast.expr, message: str) -> NoReturn:
        raise ExpressionError(message, self._source, column(self._source, node))

    def _undefined(self, node: ast.expr, message: str) -> NoReturn:
        raise Undefined(message, self._source, column(self._source, node))
