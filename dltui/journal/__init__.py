"""Runs and progress as append-only journals: the only channel for results."""
