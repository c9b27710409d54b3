"""What a run's journal keeps of its model, drawn: one file per family of views, all through `drawing.draw`."""
