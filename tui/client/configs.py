"""The settings in force, for a dashboard that runs on while config files are edited."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tui.client.catalog import runtime_names
from tui.system.configwatch import ConfigWatch
from tui.system.paths import Paths

__all__ = ["ConfigWatch", "watch_config"]


def watch_config(paths: Paths, folder: Path, on_change: Callable[[], None] | None = None) -> ConfigWatch:
    """Return the newest good settings of a folder and the last error; `start` it on the loop.

    Args:
        paths: Where the user's config is.
        folder: Where the project's config is looked for.
        on_change: Called on the loop after the settings or the error changed.
    """
    return ConfigWatch(paths, folder, runtime_names(), on_change)
