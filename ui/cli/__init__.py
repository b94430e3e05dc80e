"""The command line: one module a command group, `main.py` the entry and the one error boundary."""
