"""Interfaces for programs: REST under /api/v1, OpenAI's chat under /v1, MCP at /mcp (docs/interfaces.md)."""

from ui.web.rest.app import Programs, programs_app

__all__ = ["Programs", "programs_app"]
