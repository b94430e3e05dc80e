"""Briefings: outline, evidence, draft, and the document that an office sends on."""
