"""What a field of a lesson may hold. `extra` tells the loader what JSON Schema has no word for: `prose` may hold
formulas, and without `lines` there is one line only.

The modules of the records leave their annotations as they are, not as texts: msgspec would compile each of hundreds.
"""

from typing import Annotated, Any

from msgspec import Meta, Struct

Name = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        max_length=64,
        description="lower-case letters, digits and single hyphens",
        extra={"lines": False},
    ),
]
"""An id."""
Text = Annotated[str, Meta(max_length=8192, extra={"prose": True})]
"""Prose in a Markdown subset with `$…$` and `$$…$$` formulas."""
Line = Annotated[str, Meta(max_length=300, extra={"prose": True, "lines": False})]
"""One line of prose."""
Formula = Annotated[str, Meta(max_length=300, extra={"lines": False})]
"""One line for the computer: an expression or a path."""
Units = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Size = Annotated[int, Meta(ge=1, le=4096)]
Setting = bool | int | float | str | list[Any]


class Record(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Base of everything that can be written in a lesson file."""
