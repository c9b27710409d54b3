"""Größe, 学習率 η."""


def score(w, b, x):
    σ = w @ x
    return σ + b


def update(w, b, x, y, η):
    Δ = η * y if y * score(w, b, x) <= 0 else 0
    return w + Δ * x, b + Δ
