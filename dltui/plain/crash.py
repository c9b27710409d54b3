"""An error of dltui's own, for people: one line, and a file with the details for whoever mends it."""

from __future__ import annotations

import time
import traceback

from dltui.places import usable_state


def told(error: BaseException) -> str:
    """Write the traceback into the state folder; what happened and where the details are, in a line."""
    path = usable_state().folder / f"crash-{time.strftime('%Y%m%d-%H%M%S')}.txt"
    details = "".join(traceback.format_exception(error))
    try:
        path.write_text(details, "utf-8", "backslashreplace")
        kept = f"details: {path}"
    except OSError:
        kept = f"no place for details; {' · '.join(details.split(chr(10))[-6:])}"
    return f"an error of dltui's own: {type(error).__name__}: {error} ({kept})"
