"""How a reader wants pages to look: light or dark, high contrast, size of type. Kept in one cookie,
so that a page comes from the server as it is wanted and does not change before the reader's eyes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

COOKIE = "zx_view"
_SHAPE = re.compile(r"(auto|light|dark)\.(normal|high)\.([123])")


@dataclass(frozen=True, slots=True)
class View:
    theme: str = "auto"
    contrast: str = "normal"
    size: str = "1"


def view_of(cookie: str | None) -> View:
    """The wanted look; the usual one where the cookie is absent or not ours."""
    found = _SHAPE.fullmatch(cookie or "")
    return View(*found.groups()) if found else View()
