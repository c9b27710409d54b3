"""A model seen through the views that a lesson shows. Looking changes neither the model nor its random numbers."""

from dltui.engine.views.plane import drawn_points
from dltui.engine.views.windows import Budget, Windows, windows

__all__ = ["Budget", "Windows", "drawn_points", "windows"]
