"""Runs and lessons as files for elsewhere: text, SVG, CSV, JSON, Markdown, HTML."""
