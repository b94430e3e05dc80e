"""What everybody finds beside the chat: the appeal form, and one's own conversations."""

from ui.web.desk.app import Desk, desk_router

__all__ = ["Desk", "desk_router"]
