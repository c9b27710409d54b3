"""Questions judged: the same verdict on the screen, in plain text and in a check of the lessons."""
