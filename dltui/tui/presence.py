"""Whether a widget is still there. Keys are handled by the application, answers by panes, timers by themselves:
whatever awaits may come back to a widget that another one has taken away meanwhile."""

from __future__ import annotations

from textual.widget import Widget


def present(widget: Widget) -> bool:
    """Whether it is in its place to stay. In one that goes, nothing is found any more and nothing can be mounted.
    `is_attached` of Textual says so only when all is over."""
    if not widget.is_attached or any(node._pruning for node in widget.ancestors_with_self):
        return False
    return widget.screen in widget.app.screen_stack
