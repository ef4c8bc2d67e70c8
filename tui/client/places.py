"""The program's folders, for the dashboard, which reaches the system only through the client."""

from __future__ import annotations

from tui.system.paths import Paths, paths_from_env

__all__ = ["Paths", "paths_from_env"]
