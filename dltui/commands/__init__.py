"""What each command does: one module a command, with `run(options)`, which returns the exit code."""
