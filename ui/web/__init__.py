"""The web interface: one FastAPI app with a Gradio chat mounted on it (docs/web.md)."""

from ui.web.app import create_app, serve

__all__ = ["create_app", "serve"]
