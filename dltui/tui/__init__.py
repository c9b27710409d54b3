"""The full-screen laboratory: shows journals, posts messages, does no arithmetic of its own."""
