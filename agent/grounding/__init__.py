"""Grounding: what a statement says must stand in the evidence it cites."""
