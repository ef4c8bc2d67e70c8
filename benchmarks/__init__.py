"""Measurements of agent-tui; run each with `python -m benchmarks.NAME`."""
