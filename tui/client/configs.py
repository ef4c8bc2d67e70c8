"""The settings in force, for a dashboard that runs on while config files are edited."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from tui.client.catalog import runtime_names
from tui.client.told import publish
from tui.system.configwatch import ConfigWatch
from tui.system.paths import Paths

__all__ = ["ConfigWatch", "watch_config"]


def watch_config(paths: Paths, folder: Path, on_change: Callable[[], None] | None = None) -> ConfigWatch:
    """Return the newest good settings of a folder and the last error; `start` it on the loop.

    Its prices and limits are told to the hosts, now and after each change.

    Args:
        paths: Where the user's config is.
        folder: Where the project's config is looked for.
        on_change: Called on the loop after the settings or the error changed.
    """

    def changed() -> None:
        threading.Thread(target=publish, args=(paths, watch.settings), name="told", daemon=True).start()
        if on_change is not None:
            on_change()

    watch = ConfigWatch(paths, folder, runtime_names(), changed)
    publish(paths, watch.settings)
    return watch
