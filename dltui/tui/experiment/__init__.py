"""The experiment pane: guess, turn a knob, train, watch."""
