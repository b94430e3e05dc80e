"""The pages of those who run the service: use, appeals, accounts, API keys, audit. For staff only."""

from ui.web.admin.app import Admin, admin_router

__all__ = ["Admin", "admin_router"]
