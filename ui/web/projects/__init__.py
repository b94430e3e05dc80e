"""The pages 项目 for officials and staff: projects of the monitoring reports, filtered, drawn, over time."""

from ui.web.projects.routes import projects_router

__all__ = ["projects_router"]
