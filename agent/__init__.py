"""From a question to a checked answer. `Assistant` is imported on first use: LangGraph is heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.types import Answer, Citation, Ctx, Event

if TYPE_CHECKING:
    from agent.assistant import Assistant

__all__ = ["Answer", "Assistant", "Citation", "Ctx", "Event"]


def __getattr__(name: str) -> Any:
    if name == "Assistant":
        from agent.assistant import Assistant

        return Assistant
    raise AttributeError(name)
