"""A briefing as a document: DOCX by GB/T 9704-2012, its checker, PDF, Markdown."""

from agent.briefing.layout.check import Check, check_docx, deviations
from agent.briefing.layout.document import docx_bytes
from agent.briefing.layout.parts import Imprint, Masthead, Parts
from agent.briefing.layout.write import SUFFIXES, Written, render, write_file

__all__ = [
    "SUFFIXES",
    "Check",
    "Imprint",
    "Masthead",
    "Parts",
    "Written",
    "check_docx",
    "deviations",
    "docx_bytes",
    "render",
    "write_file",
]
