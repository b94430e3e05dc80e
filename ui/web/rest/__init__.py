"""Interfaces for programs: REST under /api/v1, OpenAI's chat under /v1 (docs/interfaces.md)."""

from ui.web.rest.app import programs_app

__all__ = ["programs_app"]
