"""What all server-rendered pages share: who is there, the frame around a page, forms, errors, signing in."""

from ui.web.shell.access import Principal, checked_form, current, needs
from ui.web.shell.pages import PageRoute, Pages, page_of
from ui.web.shell.sign_in import sign_in_router

__all__ = ["PageRoute", "Pages", "Principal", "checked_form", "current", "needs", "page_of", "sign_in_router"]
