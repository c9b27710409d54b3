"""The same laboratory in lines of text, without cursor addressing."""
