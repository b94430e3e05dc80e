"""The sections of the application, and who sees their links. The pages check the role themselves."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.messages import msg
from corpus.model import Role
from ui.web.shell.access import OFFICIALS, STAFF

EVERYBODY = tuple(Role)


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its address, the key of its name in the room `shell`, who sees the link."""

    path: str
    key: str
    roles: tuple[Role, ...] = EVERYBODY


SECTIONS = (
    Section("/chat", "chat"),
    Section("/library", "library"),
    Section("/projects", "projects", OFFICIALS),
    Section("/briefings", "briefings", OFFICIALS),
    Section("/history", "history"),
    Section("/appeal", "appeal"),
    Section("/staff/evals", "evals", STAFF),
    Section("/admin", "admin", STAFF),
)


def links(role: Role, path: str, lang: str) -> list[dict[str, str | bool]]:
    """The links that a role sees; `here` for the section of `path`."""
    return [
        {
            "href": section.path,
            "name": msg(f"shell.{section.key}", lang),
            "here": path == section.path or path.startswith(f"{section.path}/"),
        }
        for section in SECTIONS
        if role in section.roles
    ]
