"""Words that would steer a terminal."""

print("\x1b[2J\x1b]52;c;cm0=\x07\u202e\u009b1m" * 20)


def score(w, b, x):
    raise ValueError("\x1b[2J\x1b]52;c;cm0=\x07")


def update(w, b, x, y, eta):
    return "\x1b[31mright", "\u202e"
