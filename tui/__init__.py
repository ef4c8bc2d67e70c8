"""agent-tui: one terminal screen that runs, watches and steers all your coding agents."""

__version__ = "0.1.0"
