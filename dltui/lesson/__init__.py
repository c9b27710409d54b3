"""Lessons: from TOML files to records, with every mistake named at its place."""
