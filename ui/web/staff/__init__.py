"""The pages of the staff: evaluation runs, comparison, coverage, candidate cases. Plain FastAPI and Jinja."""

from ui.web.staff.app import Staff, staff_router

__all__ = ["Staff", "staff_router"]
