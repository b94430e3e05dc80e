"""Support programmes as data: one YAML file each, every condition tied to the clause that states it."""

from agent.programs.load import Loaded, load_programs
from agent.programs.model import Condition, Programme

__all__ = ["Condition", "Loaded", "Programme", "load_programs"]
