"""The page 简报: from a topic to an outline, a draft with its evidence, a document to send on."""

from ui.web.briefs.routes import briefs_router

__all__ = ["briefs_router"]
