"""The pages 文库: what the library holds, a document with its clauses and versions, two versions compared."""

from ui.web.library.routes import library_router

__all__ = ["library_router"]
