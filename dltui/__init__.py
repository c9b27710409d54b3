"""dltui: a deep-learning laboratory in the terminal."""

__version__ = "0.1.0"
