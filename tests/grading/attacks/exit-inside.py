"""Each call ends the program."""



def score(w, b, x):
    raise SystemExit(0)


def update(w, b, x, y, eta):
    raise KeyboardInterrupt
