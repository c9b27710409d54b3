"""Errors and prints whose names reach for the terminal, the log and the table."""

import sys


class 𝓔rror(Exception):
    def __str__(self):
        return "\x1b]52;c;bXk=\x07\x9b2J\u202e|<b>::error::x" * 50


𝓔rror.__name__ = "\x1b[31m\u200f" * 50
𝓔rror.__qualname__ = "=1+1"
print("\x1b[2J\x1b]0;mine\x07::add-mask::x\n::error file=a::b\u2066" * 100, file=sys.stderr)


def score(w, b, x):
    raise 𝓔rror


def update(w, b, x, y, eta):
    raise 𝓔rror
