"""Figures of the project, each printed by one command: ``python -m benchmarks.trust``, ``.cost``, ``.peers``."""
