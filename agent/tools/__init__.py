"""Tools for a model: typed arguments, evidence as artifacts; role and day come from the session."""
