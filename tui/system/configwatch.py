"""The settings in force while the dashboard runs: read again when a config file changes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from tui.core.errors import ConfigError
from tui.core.settings import Settings
from tui.system.config import find_project, load
from tui.system.paths import CONFIG_NAME, Paths
from tui.system.watcher import FolderWatcher, nearest_folder

_log = logging.getLogger(__name__)

_Signature = tuple[tuple[str, int, int, int], ...]


class ConfigWatch:
    """Holds the newest settings that were good, and what is wrong with the files now.

    Args:
        paths: Where the user's file is.
        folder: Where the project's file is looked for.
        runtimes: Names of runtimes that there are.
        on_change: Called on the loop after the settings or the error changed.
    """

    def __init__(
        self,
        paths: Paths,
        folder: Path,
        runtimes: Sequence[str] = (),
        on_change: Callable[[], None] | None = None,
    ) -> None:
        self.settings = Settings()
        self.error: ConfigError | None = None
        self._paths = paths
        self._folder = folder
        self._runtimes = runtimes
        self._on_change = on_change
        self._signature: _Signature | None = None
        self._watcher: FolderWatcher | None = None
        self.refresh()

    def start(self) -> None:
        """Begin to watch; call it on the event loop."""
        if self._watcher is not None:
            return
        folders = [nearest_folder(file) for file in self._files()]
        self._watcher = FolderWatcher(folders[0], self._changed)
        self._watcher.start()
        for folder in folders[1:]:
            self._watcher.add(folder)

    def close(self) -> None:
        """Stop watching."""
        if self._watcher is not None:
            self._watcher.close()
            self._watcher = None

    def refresh(self) -> bool:
        """Read the files again if they changed; True if they did. Cheap otherwise."""
        signature = self._look()
        if signature == self._signature:
            return False
        self._signature = signature
        try:
            self.settings = load(self._paths, self._folder, self._runtimes)
            self.error = None
        except ConfigError as error:
            _log.warning("config not taken over: %s", error)
            self.error = error
        return True

    def _changed(self, paths: set[Path]) -> None:
        if any(path.name == CONFIG_NAME or path == self._paths.config for path in paths) and self.refresh():
            self._follow_new_folder()
            if self._on_change is not None:
                self._on_change()

    def _follow_new_folder(self) -> None:
        if self._watcher is not None:
            for file in self._files():
                self._watcher.add(nearest_folder(file))

    def _files(self) -> list[Path]:
        found = find_project(self._folder)
        return [self._paths.user_config(), found or self._folder.absolute() / CONFIG_NAME]

    def _look(self) -> _Signature:
        found: list[tuple[str, int, int, int]] = []
        for file in self._files():
            try:
                info = file.stat()
                found.append((str(file), info.st_ino, info.st_size, info.st_mtime_ns))
            except OSError:
                found.append((str(file), 0, 0, 0))
        return tuple(found)
