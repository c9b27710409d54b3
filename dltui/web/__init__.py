"""The lab in a browser: needs the extra `web`."""
