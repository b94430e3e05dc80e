"""Prompts, one file each, named with their version: a changed prompt is a new file."""
